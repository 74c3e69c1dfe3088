"""Everybody sees what is theirs and nothing else; what nobody wrote a rule for, nobody sees."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from domain.access import RIGHTS, STRANGER, Scope
from domain.access.visible import VISIBLE
from domain.records.mandates import Accepted, keep_mandate
from models import (
    Agreement,
    AgreementChange,
    AgreementParty,
    AuditEvent,
    Balance,
    BankDeposit,
    BankDepositItem,
    Base,
    Charge,
    Dispute,
    DrawerCount,
    Hold,
    ImportBatch,
    ImportRow,
    JournalEntry,
    KnownDevice,
    LateFeePolicy,
    LegalCap,
    Mandate,
    MethodRule,
    Outbox,
    Passkey,
    PayLink,
    Payment,
    PaymentMethod,
    Person,
    Property,
    Receipt,
    Refund,
    SignIn,
    Statement,
    Unit,
    User,
    db,
)
from tests.domain.test_access_banking import OF_THE_BANK
from tests.domain.test_access_houses import OF_HOUSES
from tests.domain.test_access_talk import OF_TALK
from tests.domain.test_access_told import OF_TELLING
from tests.fixtures.agreements import scope_of
from tests.fixtures.books import fill_books
from tests.fixtures.drawer import fill_drawer
from tests.fixtures.money_back import add_money_back

STAFF_ONLY = (
    AuditEvent, BankDeposit, BankDepositItem, Dispute, DrawerCount, ImportBatch, ImportRow, JournalEntry,
    LateFeePolicy, LegalCap, MethodRule, Outbox, Property, Refund, Unit,
)  # fmt: skip
OF_AN_AGREEMENT = (Agreement, AgreementChange, Charge, Hold, PayLink, Payment, Receipt, Statement)
ONES_OWN = (KnownDevice, Passkey, SignIn)
LISTED = {*STAFF_ONLY, *OF_AN_AGREEMENT, *ONES_OWN, Mandate, PaymentMethod, Person, User}


@pytest.fixture
def full(house):
    """The full house: Bo's and Tess's agreements with payments, everybody signed in once, one file brought in."""
    from domain.transaction import transaction

    books = fill_books(house)
    fill_drawer(house, books.bo_loan)
    for name in house.people:
        house.client(name)
    with transaction() as session:
        batch = ImportBatch(
            ref="batch-1", profile="duebook", filename="x.csv", file_hash="x", state="checked", created_by="setup",
            created_at=house.now,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        session.add(ImportRow(batch_id=batch.id, line=2, line_hash="x", outcome="accepted"))
        _put_up_a_house(session, house.now)
        _allow_payments(session, house.now)
        add_money_back(session, house.now)
        for user_id in session.scalars(sa.select(User.id)).all():
            session.add(
                Passkey(ref=f"passkey-{user_id}", user_id=user_id, credential_id=f"c-{user_id}", public_key="x",
                        name="Phone", created_at=house.now)
            )  # fmt: skip
            session.add(
                KnownDevice(ref=f"device-{user_id}", user_id=user_id, secret_hash=f"h-{user_id}",
                            created_at=house.now, last_used_at=house.now)
            )  # fmt: skip
        session.flush()
    with house.app.app_context():
        yield SimpleNamespace(house=house, books=books, scope=lambda name: scope_of(house, name))


def _put_up_a_house(session, now) -> None:
    """A house with a unit, a figure of law, and a row of each kind of paper on Tess's agreement (L-2) beside Bo's."""
    said = {"recorded_at": now, "recorded_by": "setup"}
    house = Property(ref="house-1", name="Mill Lane 12", created_at=now)
    session.add(house)
    session.flush()
    session.add(Unit(ref="unit-1", property_id=house.id, name="1A", created_at=now))
    session.add(
        LegalCap(
            ref="cap-1", jurisdiction="US-ME", what="late_fee", effective_from=now.date(), source="x",
            verified_on=now.date(), **said,
        )
    )  # fmt: skip
    for number in ("L-1", "L-2"):
        one = session.scalar(sa.select(Agreement.id).where(Agreement.number == number))
        session.add(
            Hold(
                ref=f"hold-{number}", agreement_id=one, type="other", reason="x", placed_at=now, placed_by="x"
            )
        )
        session.add(
            PayLink(
                ref=f"link-{number}", token_hash=number, agreement_id=one, amount_minor=100, currency="USD",
                person_id=session.scalar(
                    sa.select(AgreementParty.person_id).where(AgreementParty.agreement_id == one)
                ),
                made_at=now, made_by="setup", expires_at=now,
            )
        )  # fmt: skip
        if number == "L-2":
            day = now.date()
            session.add(
                AgreementChange(
                    agreement_id=one, number=1, type="note", effective_on=day, body={}, **said
                )
            )  # fmt: skip
            session.add(
                Statement(
                    ref="statement-2", agreement_id=one, period_from=day, closing_on=day, due_on=day,
                    closing_minor=0, minimum_minor=0, body={}, issued_at=now,
                )
            )  # fmt: skip


def _allow_payments(session, now) -> None:
    """A rule on ways to pay, and a permission that each party of an agreement gave."""
    session.add(MethodRule(instrument="bank", from_on=now.date(), made_at=now, made_by="setup"))
    for party in session.scalars(sa.select(AgreementParty)).all():
        given = Accepted(scheme="ach", text="I allow it.", version="1", ref=f"permission-{party.id}")
        keep_mandate(
            session, given, method_id=None, person_id=party.person_id, agreement_id=party.agreement_id, by="setup",
            today=now.date(), now=now,
        )  # fmt: skip


def seen(scope: Scope, model: type) -> set[int]:
    return {row.id for row in db.session.scalars(scope.select(model))}


def all_of(model: type, *where) -> set[int]:
    return set(db.session.scalars(sa.select(model.id).where(*where)))


def test_the_list_of_rules_is_the_one_tested_here() -> None:
    assert set(VISIBLE) == LISTED | set(OF_THE_BANK) | set(OF_TELLING) | set(OF_HOUSES) | set(OF_TALK)


@pytest.mark.safety("W10")
def test_a_model_that_nobody_wrote_a_rule_for_cannot_be_selected_by_anybody(app) -> None:
    unlisted = [mapper.class_ for mapper in Base.registry.mappers if mapper.class_ not in VISIBLE]
    assert Balance in unlisted
    for model in unlisted:
        for role in (*RIGHTS, "anonymous"):
            with pytest.raises(LookupError, match=model.__name__):
                Scope(role, 1, 1).select(model)


def test_somebody_unknown_sees_no_row_of_anything(full) -> None:
    bo = full.scope("bo")
    for model in LISTED:
        assert all_of(model), f"{model.__name__} without a row proves nothing"
        for who in (STRANGER, Scope("customer"), Scope("landlord")):
            assert seen(who, model) == set(), (who, model.__name__)
        if model not in (Person, User, *ONES_OWN):
            assert seen(Scope("owner", bo.user_id, bo.person_id), model) == set(), model.__name__


def test_staff_see_every_row_but_the_sign_ins_and_passkeys_of_others(full) -> None:
    for name in ("dana", "adam"):
        who = full.scope(name)
        for model in LISTED - set(ONES_OWN):
            assert seen(who, model) == all_of(model), (name, model.__name__)
        for model in ONES_OWN:
            assert seen(who, model) == all_of(model, model.user_id == who.user_id), (name, model.__name__)


@pytest.mark.safety("W9")
def test_a_customer_sees_their_own_rows_of_every_model_and_no_other(full) -> None:
    for name, loan in (("bo", full.books.bo_loan), ("tess", full.books.tess_loan)):
        who = full.scope(name)
        mine = db.session.scalars(sa.select(Agreement.id).where(Agreement.ref == loan)).one()
        payments = all_of(Payment, Payment.agreement_id == mine)
        expected = {
            Agreement: {mine},
            Payment: payments,
            **{
                model: all_of(model, model.agreement_id == mine)
                for model in (AgreementChange, Charge, Hold, PayLink, Statement)
            },
            Receipt: all_of(Receipt, Receipt.payment_id.in_(payments)),
            **{model: all_of(model, model.person_id == who.person_id) for model in (Mandate, PaymentMethod)},
            Person: {who.person_id},
            User: {who.user_id},
            **{model: all_of(model, model.user_id == who.user_id) for model in ONES_OWN},
            **{model: set() for model in STAFF_ONLY},
        }
        assert set(expected) == LISTED
        for model, ids in expected.items():
            assert seen(who, model) == ids, (name, model.__name__)
    assert {len(all_of(model)) > 1 for model in OF_AN_AGREEMENT if model is not Charge} == {True}


@pytest.mark.safety("W9")
@pytest.mark.database("sqlite")
def test_a_stranger_with_an_account_sees_only_himself(full) -> None:
    stan = full.scope("stan")
    own = {
        Person: {stan.person_id},
        User: {stan.user_id},
        **{model: all_of(model, model.user_id == stan.user_id) for model in ONES_OWN},
    }
    for model in LISTED:
        assert seen(stan, model) == own.get(model, set()), model.__name__


@pytest.mark.database("sqlite")
def test_whoever_comes_by_a_link_to_pay_sees_what_it_is_for_and_nothing_else(full) -> None:
    link = db.session.scalars(sa.select(PayLink).where(PayLink.ref == "link-L-1")).one()
    who = Scope("link", 0, link.person_id, link=link.id)
    for model in LISTED:
        wanted = {Agreement: {link.agreement_id}, PayLink: {link.id}}.get(model, set())
        assert seen(who, model) == wanted, model.__name__
    assert not who.rights
    assert who.by == f"link:{link.id}"


@pytest.mark.database("sqlite")
def test_columns_are_narrowed_like_whole_rows(full) -> None:
    bo = full.scope("bo")
    assert list(db.session.scalars(bo.select(Agreement, Agreement.ref))) == [full.books.bo_loan]
    assert db.session.scalar(bo.select(JournalEntry, sa.func.count())) == 0


@pytest.mark.safety("S7")
@pytest.mark.database("sqlite")
def test_two_people_on_one_agreement_both_see_it_and_one_who_left_does_not(full) -> None:
    from domain.transaction import transaction

    bo, tess = full.scope("bo"), full.scope("tess")
    with transaction() as session:
        shared = session.scalars(sa.select(Agreement).where(Agreement.ref == full.books.bo_loan)).one()
        session.add(
            AgreementParty(
                agreement_id=shared.id, person_id=tess.person_id, role="joint", from_on=shared.start_on
            )
        )
        session.flush()
    assert {full.books.bo_loan, full.books.tess_loan} == set(
        db.session.scalars(tess.select(Agreement, Agreement.ref))
    )
    methods = seen(tess, PaymentMethod)
    assert methods == all_of(PaymentMethod, PaymentMethod.person_id == tess.person_id)
    with transaction() as session:
        left = sa.update(AgreementParty).where(
            AgreementParty.agreement_id == shared.id, AgreementParty.person_id == bo.person_id
        )
        session.execute(left.values(until_on=shared.start_on + timedelta(days=1)))
    db.session.rollback()
    for model in OF_AN_AGREEMENT:
        assert seen(bo, model) == set(), model.__name__


@pytest.mark.database("sqlite")
def test_an_agreement_that_was_taken_out_is_gone_for_its_customer_only(full) -> None:
    from domain.transaction import transaction

    with transaction() as session:
        session.execute(
            sa.update(Agreement).where(Agreement.ref == full.books.bo_loan).values(status="undone")
        )
    assert list(db.session.scalars(full.scope("bo").select(Agreement))) == []
    refs = set(db.session.scalars(full.scope("dana").select(Agreement, Agreement.ref)))
    assert full.books.bo_loan in refs
