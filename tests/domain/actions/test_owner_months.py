"""Owners of a house: their months are closed once, tie to the books, and nobody is paid more than is owed."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from domain.access import Scope
from domain.reports.tie_out import tie_out
from domain.rules.owner_statements import Terms
from domain.words import Refused
from tests.fixtures.agreements import scope_of
from tests.fixtures.rentals import let_flat

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-05-20")
APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
LETTERHEAD = ("Harbor Motors", "12 Mill Lane")


@pytest.fixture
def owned(house) -> SimpleNamespace:
    """Harbor House, let to Tess from 1 May, belongs to Lena (60) and Stan (40); 8 % of what is collected."""
    from domain.actions import owners

    who = scope_of(house, "adam")
    flat = let_flat(house, "tess")
    shares = [(house.email("lena"), Decimal(60)), (house.person("stan"), Decimal(40))]
    owners.set_shares(flat.property, shares, APRIL, who=who, now=house.now)
    terms = Terms(Decimal(8), reserve_minor=20_000)
    owners.set_terms(flat.property, terms, APRIL, who=who, now=house.now)
    return SimpleNamespace(**vars(flat), who=who)


@pytest.fixture
def close(house, owned):
    from domain.actions import owner_months

    return lambda month, today=JUNE: owner_months.close(
        owned.property, month, letterhead=LETTERHEAD, who=owned.who, today=today, now=house.now
    )


@pytest.fixture
def receive(house, owned):
    from domain.actions import counter

    def take(minor: int, ref: str, on: date) -> None:
        counter.take(owned.agreement, minor, "cash", ref, who=owned.who, today=on,
                     now=datetime.combine(on, time(12), UTC))  # fmt: skip

    return take


@pytest.fixture
def spend(house, owned, tmp_path):
    from domain.actions import expenses

    def write(minor: int, ref: str, on: date, **more) -> str:
        spent = expenses.Spent(owned.property, on, "repairs", minor, **more)
        return expenses.spend(spent, ref, who=owned.who, today=JUNE, now=house.now, uploads=tmp_path)

    return write


def statements(app, first: date):
    from models import OwnerStatement, db

    with app.app_context():
        rows = db.session.scalars(
            sa.select(OwnerStatement).where(OwnerStatement.period_from == first).order_by(OwnerStatement.id)
        ).all()
        db.session.expunge_all()
        return rows


def ledger(app, account: str) -> int:
    from models import JournalLine, db

    with app.app_context():
        return db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(JournalLine.amount_minor), 0)).where(
                JournalLine.account == account
            )
        )


def subledger(app) -> int:
    from models import OwnerMovement, OwnerStatement, db

    with app.app_context():
        return sum(
            db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(column), 0)))
            for column in (OwnerStatement.net_minor, OwnerMovement.amount_minor)
        )


def test_a_month_is_shared_posted_once_and_ties_to_the_books(app, house, owned, close, receive, spend):
    receive(120_000, "cash-1", date(2026, 5, 3))
    spend(30_005, "roof", date(2026, 5, 10), vendor="Ann Roofer")
    assert close(MAY) == 2
    lena, stan = statements(app, MAY)
    # 1,200.00 collected - 300.05 spent - 96.00 fee = 803.95; 60 % of it is 482.37
    assert (lena.net_minor, stan.net_minor) == (48_237, 32_158)
    assert lena.body["account"]["available_minor"] == 48_237 - 12_000
    assert lena.body["month"]["income"] == [["rent", 120_000]]
    assert lena.body["month"]["lets"] == [{"unit": "1A", "tenants": "Tess Okafor", "amount_minor": 120_000}]
    assert lena.entry_id == stan.entry_id
    assert ledger(app, "owner_payable") == -80_395 == -subledger(app)
    assert ledger(app, "management_fee_income") == -9_600
    assert ledger(app, "owners_share") == 80_395 + 9_600
    assert close(MAY) == 2
    assert ledger(app, "owner_payable") == -80_395


def test_what_settles_later_for_a_closed_month_is_told_in_the_next_one_and_nothing_twice(
    app, owned, close, receive, spend
):
    from domain.actions import expenses

    receive(100_000, "cash-1", date(2026, 5, 3))
    spend(10_000, "may-bill", date(2026, 5, 10))
    close(MAY)
    receive(20_000, "late", date(2026, 5, 31))
    spend(5_000, "late-bill", date(2026, 5, 30))
    expenses.take_back(
        "may-bill", "typed twice", who=owned.who, today=date(2026, 6, 5), now=datetime.now(UTC)
    )
    assert close(JUNE, date(2026, 7, 2)) == 2
    june = statements(app, JUNE)[0].body
    assert june["month"]["income"] == [["rent", 20_000]]
    assert june["month"]["lets"] == [{"unit": "", "tenants": "", "amount_minor": 20_000}]
    assert [(one["amount_minor"], one["back"]) for one in june["month"]["expenses"]] == [
        (5_000, False), (-10_000, True),
    ]  # fmt: skip
    assert june["account"]["beginning_minor"] == statements(app, MAY)[0].body["account"]["ending_minor"]
    assert ledger(app, "owner_payable") == -subledger(app)
    assert ledger(app, "property_expenses") == 5_000


def test_an_owner_is_paid_what_is_owed_and_never_more(app, house, owned, close, receive):
    from domain.actions import owner_months, owners
    from domain.actions.owner_months import Movement

    receive(120_000, "cash-1", date(2026, 5, 3))
    close(MAY)
    pay = {"who": owned.who, "today": JUNE, "now": house.now}
    lena = house.person("lena")
    # 60 percent of the reserve of 200.00 stay: 662.40 less 120.00
    with pytest.raises(Refused, match="kept as the reserve"):
        owner_months.move(Movement(owned.property, lena, "payout", 54_241, JUNE), "out-0", **pay)
    owner_months.move(Movement(owned.property, lena, "payout", 54_240, JUNE), "out-0", **pay)
    owner_months.take_back("out-0", "not yet", **pay)
    owners.set_terms(owned.property, Terms(Decimal(8)), JUNE, who=owned.who, now=house.now)
    with pytest.raises(Refused, match="owed to this owner"):
        owner_months.move(Movement(owned.property, lena, "payout", 66_241, JUNE), "out-1", **pay)
    for _ in range(2):
        owner_months.move(Movement(owned.property, lena, "payout", 66_240, JUNE), "out-1", **pay)
    owner_months.move(Movement(owned.property, lena, "contribution", 1_000, JUNE), "in-1", **pay)
    assert ledger(app, "owner_payable") == -(44_160 + 1_000) == -subledger(app)
    assert owner_months.take_back("out-1", "the transfer came back", **pay)
    assert not owner_months.take_back("out-1", "again", **pay)
    assert ledger(app, "owner_payable") == -(110_400 + 1_000) == -subledger(app)
    assert close(JUNE, date(2026, 7, 2)) == 2
    said = statements(app, JUNE)[0].body["account"]
    assert [one["amount_minor"] for one in said["movements"]][2:] == [-66_240, 1_000, 66_240]
    assert said["ending_minor"] == 66_240 + 1_000


def test_a_month_is_closed_in_its_turn_when_it_is_over_and_somebody_owns_the_house(owned, close):
    with pytest.raises(Refused, match="when it is over"):
        close(MAY, date(2026, 5, 31))
    with pytest.raises(Refused, match="who owns"):
        close(date(2026, 3, 1))
    close(APRIL)
    with pytest.raises(Refused, match="begins on 2026-05-01"):
        close(JUNE, date(2026, 7, 2))


def test_owners_change_from_a_later_month_on_and_see_the_house_when_they_sign_in(house, owned, close):
    from domain.actions import owners
    from models import Property, db

    def seen(name: str, app) -> list[str]:
        with app.app_context():
            return list(db.session.scalars(scope_of(house, name).select(Property, Property.ref)))

    assert seen("lena", house.app) == [owned.property]
    close(APRIL)
    change = {"who": owned.who, "now": house.now}
    with pytest.raises(Refused, match="are closed"):
        owners.set_shares(owned.property, [(house.person("stan"), Decimal(100))], APRIL, **change)
    with pytest.raises(Refused, match="first of a month"):
        owners.set_shares(owned.property, [(house.person("stan"), Decimal(100))], date(2026, 5, 2), **change)
    owners.set_shares(owned.property, [(house.person("stan"), Decimal(100))], JUNE, **change)
    assert owners.end_ownerships(today=date(2026, 5, 31)) == 0
    assert seen("lena", house.app) == [owned.property]
    assert owners.end_ownerships(today=JUNE) == 1
    assert seen("lena", house.app) == []


@pytest.mark.database("postgres")
def test_whoever_changes_the_owners_waits_for_whoever_closes_a_month(house, owned):
    from domain.actions import owners
    from domain.records.house_entries import house_head
    from domain.transaction import transaction

    shares = [(house.person("stan"), Decimal(100))]
    change = partial(owners.set_shares, owned.property, shares, JUNE, who=owned.who, now=house.now)
    with transaction() as session:
        house_head(session)  # as `owner_months.close` does
        waiting = threading.Thread(target=change)
        waiting.start()
        waiting.join(0.4)
        assert waiting.is_alive()
    waiting.join(10)
    assert not waiting.is_alive()


def test_the_books_prove_themselves_and_tie_out_after_all_of_it(app, runner, owned, close, receive, spend):
    receive(120_000, "cash-1", date(2026, 5, 3))
    spend(30_005, "roof", date(2026, 5, 10))
    close(MAY)
    answer = runner.invoke(args=["books", "verify"])
    assert answer.exit_code == 0, answer.output
    with app.app_context():
        row = next(row for row in tie_out(owned.who, date(2026, 6, 30), JUNE).rows if row.section == "owners")
    assert (row.left_minor, row.right_minor) == (-80_395, -80_395)


def test_an_owner_who_is_invited_stays_the_same_person_and_sees_what_they_own(app, house, owned, mails):
    from domain.actions import owners, people, users
    from domain.records.posts import Post
    from models import Person, Property, db

    nora = people.create_person("Nora North", "nora@example.org", by=house.by, now=house.now)
    owners.set_shares(owned.property, [(nora, Decimal(100))], JUNE, who=owned.who, now=house.now)
    ask = {"who": owned.who, "now": house.now, "base_url": "http://localhost"}
    assert users.invite("Nora North", "Nora@example.org", Post("landlord"), **ask) == nora
    [mail] = mails("invitation")
    link = "/" + mail.secret["link"].split("/", 3)[3]
    typed = {"username": "nora", "password": "correct-horse-battery-17"}
    assert app.test_client().post(link, data=typed).status_code == 303
    with app.app_context():
        user = db.session.scalars(sa.select(Person).where(Person.ref == nora)).one().user
        see = Scope("landlord", user.id, user.person_id)
        assert list(db.session.scalars(see.select(Property, Property.ref))) == [owned.property]


def test_an_expense_of_before_the_first_closed_month_is_refused(close, spend) -> None:
    close(APRIL)
    with pytest.raises(Refused, match="first closed month"):
        spend(7_700, "typo", date(2020, 1, 5))
    assert spend(7_700, "late", APRIL)
