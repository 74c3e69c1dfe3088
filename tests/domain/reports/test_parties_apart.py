"""A guarantor sees the balance and may pay it; an agency sees the share that it pays, and pays no more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from domain.actions import people
from domain.actions.payments import start
from domain.reports import agreements, changes, payments, receipts
from domain.reports.charge_lines import lines
from domain.reports.deposits import held_minor
from domain.sealing import fresh_ref
from domain.words import Refused
from models import Agreement, AgreementParty, Charge, Payment, Receipt, db
from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.four_kinds import shared_rental

TESS_SHARE = 2 * 48_000
"""Two months of 40 % of 1,200: what nobody owes alone (the deposit, parking) is not the agency's."""


def become(house, name: str, role: str) -> None:
    from domain.transaction import transaction

    with transaction() as session:
        person = scope_of(house, name).person_id
        session.execute(sa.update(AgreementParty).where(AgreementParty.person_id == person).values(role=role))


@pytest.fixture
def agency(house):
    """The shared flat of Bo, whose 40 % Tess pays: she is the agency now."""
    ref = shared_rental(house)
    become(house, "tess", "payer")
    return ref


def view_of(house, name: str, ref: str):
    found = agreements.views(scope_of(house, name), clock_today(house))
    return next(one for one in found if one.ref == ref)


def pay(house, name: str, ref: str, amount: int, method: str):
    return start(
        ref, amount, method, fresh_ref(), who=scope_of(house, name), today=clock_today(house), now=datetime.now(UTC),
        again=True,
    )  # fmt: skip


def test_an_agency_sees_its_share_and_nothing_else(house, agency) -> None:
    with house.app.app_context():
        scope = scope_of(house, "tess")
        view = view_of(house, "tess", agency)
        assert (view.alone, view.due.now_minor, view.balance_minor) == (True, TESS_SHARE, TESS_SHARE)
        assert {row.amount_minor for row in view.plan} == {48_000}
        assert {line.payer for line in db.session.scalars(scope.select(Charge))} == {str(scope.person_id)}
        one = db.session.scalars(scope.select(Agreement).where(Agreement.ref == agency)).one()
        alone = agreements.view(one, clock_today(house), agreements.payer_of(scope))
        assert (alone.due, alone.position.charges) == (view.due, view.position.charges)
        assert (list(alone.facts), held_minor(scope, alone)) == ([], 0)
        assert sum(line.open_minor for line in lines(scope, one)) == TESS_SHARE
        assert view_of(house, "bo", agency).alone is False


def test_an_agency_pays_its_share_and_no_more(house, agency, save_method) -> None:
    method = save_method("tess", "card")
    plan_ahead = 12 * 48_000
    with pytest.raises(Refused, match="At most"):
        pay(house, "tess", agency, TESS_SHARE + plan_ahead + 1, method)
    ref = pay(house, "tess", agency, TESS_SHARE, method)
    with house.app.app_context():
        assert db.session.scalar(sa.select(Payment.state).where(Payment.ref == ref)) == "settled"
        assert view_of(house, "tess", agency).balance_minor == 0
        body = db.session.scalars(sa.select(Receipt)).one().body
        assert body["balance_after_minor"] == 0
        assert view_of(house, "bo", agency).due.now_minor == 70_000 + 2 * 72_000


def test_an_agency_sees_its_own_payments_and_no_other(house, agency, save_method) -> None:
    mine = pay(house, "tess", agency, 48_000, save_method("tess", "card"))
    other = pay(house, "bo", agency, 72_000, save_method("bo", "card"))
    from domain.actions import counter

    counter.take(agency, 1_000, "cash", "cash-1", who=scope_of(house, "dana"), today=clock_today(house),
                 now=datetime.now(UTC))  # fmt: skip
    with house.app.app_context():
        scope = scope_of(house, "tess")
        assert [line.ref for line in payments.recent(scope)] == [mine]
        assert receipts.my_receipt(scope, other, {}) is None
        one = db.session.scalars(scope.select(Agreement)).one()
        assert list(changes.changes(scope, one)) == []


def test_a_guarantor_reads_balance_and_plan_and_their_own_payments_only(
    house, open_agreement, save_method
) -> None:
    ref = open_agreement("bo")
    people.assign(ref, by="setup", today=clock_today(house), now=house.now, person_ref=house.person("tess"),
                  role="guarantor")  # fmt: skip
    paid = pay(house, "bo", ref, 1_000, save_method("bo", "card"))
    with house.app.app_context():
        bo, tess = view_of(house, "bo", ref), view_of(house, "tess", ref)
        assert (tess.balance_minor, tess.due, len(tess.plan)) == (bo.balance_minor, bo.due, len(bo.plan))
        assert [line.ref for line in payments.recent(scope_of(house, "bo"))] == [paid]
        assert payments.recent(scope_of(house, "tess")) == []
    mine = pay(house, "tess", ref, 500, save_method("tess", "card"))
    with house.app.app_context():
        assert [line.ref for line in payments.recent(scope_of(house, "tess"))] == [mine]


def test_who_has_a_share_may_be_put_on_as_its_payer_and_nobody_else(house, open_agreement) -> None:
    said = {"by": "setup", "today": clock_today(house), "now": house.now}
    shared, loan = shared_rental(house), open_agreement("bo")
    people.assign(shared, person_ref=house.person("tess"), role="payer", **said)
    with house.app.app_context():
        assert view_of(house, "tess", shared).alone
    for ref, name, role in ((loan, "tess", "payer"), (shared, "stan", "payer"), (loan, "tess", "owner")):
        with pytest.raises(Refused):
            people.assign(ref, person_ref=house.person(name), role=role, **said)
