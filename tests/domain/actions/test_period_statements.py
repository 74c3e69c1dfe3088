"""Statements of months and years: made once, some days after, frozen, and equal to the books as they were known."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from tests.fixtures.billed import local

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-04-03")
JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def issue(ledger, on: date) -> int:
    from domain.actions.period_statements import issue as made
    from models import db

    with ledger.house.app.app_context():
        return made(db.session, address="https://pay.example.org", test_mode=False, today=on, now=local(on))


def statements(ledger, span: str = "month"):
    from models import PeriodStatement as Row

    query = sa.select(Row).where(Row.span == span).order_by(Row.agreement_id, Row.period_from)
    return [row for (row,) in ledger.rows(query)]


def owed(ledger, ref: str, on: date) -> int:
    """What the lines of the agreement sum to by a day: written anew, from the lines alone."""
    from models import JournalEntry, JournalLine

    query = sa.select(sa.func.coalesce(sa.func.sum(JournalLine.amount_minor), 0)).join(JournalEntry).where(
        JournalEntry.agreement_id == ledger.id_of(ref), JournalEntry.effective_on <= on,
        sa.or_(JournalLine.account.like("%receivable"), JournalLine.account.in_(
            ("loan_principal", "loan_interest", "customer_credit"))),
    )  # fmt: skip
    return int(ledger.rows(query)[0][0])


def test_a_months_statement_tells_what_was_charged_and_paid_and_is_what_the_books_say(ledger) -> None:
    home = ledger.open_rental("tess", on=JAN)
    ledger.bill_days(JAN, date(2026, 1, 2))
    ledger.take(home, 100_000, on=date(2026, 1, 20))
    assert issue(ledger, date(2026, 2, 2)) == 0
    assert issue(ledger, date(2026, 2, 3)) == 1
    assert issue(ledger, date(2026, 2, 4)) == 0
    (one,) = statements(ledger)
    account = one.body["account"]
    assert (one.number, one.opening_minor, one.closing_minor) == (f"S202601-{one.agreement_id}", 0, 20_000)
    assert account["sums"] == {"charges": 120_000, "payments": -100_000}
    assert account["paid"] == {"rent": 100_000}
    assert (account["late"]["past_due_minor"], account["late"]["aging"]) == (20_000, [20_000, 0, 0, 0])
    assert one.closing_minor == owed(ledger, home, date(2026, 1, 31))
    assert (account["due"]["now_minor"], one.body["holders"]) == (140_000, ["Tess Okafor"])


def test_what_is_written_down_later_for_an_earlier_day_stands_on_the_next_one(ledger) -> None:
    home = ledger.open_rental("tess", on=JAN)
    ledger.bill_days(JAN, date(2026, 1, 2))
    late = ledger.debit("tess", home, 120_000, on=date(2026, 1, 30))
    issue(ledger, date(2026, 2, 3))
    ledger.settle(late, date(2026, 2, 5))
    ledger.bill_days(FEB, date(2026, 2, 2))
    issue(ledger, date(2026, 3, 3))
    january, february = statements(ledger)
    assert january.closing_minor == february.opening_minor == 120_000
    lines = [(day, amount) for day, _words, _group, amount in february.body["account"]["lines"]]
    assert lines == [("2026-01-30", -120_000), ("2026-02-01", 120_000)]
    assert february.closing_minor == owed(ledger, home, date(2026, 2, 28)) == 120_000
    assert january.body["account"]["due"]["pending_minor"] == 120_000


@pytest.mark.safety("J4")
def test_months_that_the_program_stood_still_through_are_made_up_for(ledger) -> None:
    home = ledger.open_rental("tess", on=JAN)
    ledger.bill_days(JAN, MAR)
    assert issue(ledger, date(2026, 2, 3)) == 1
    assert issue(ledger, date(2026, 4, 3)) == 2
    found = statements(ledger)
    assert [one.closing_minor for one in found] == [120_000, 240_000, 360_000]
    assert [one.closing_minor for one in found] == [owed(ledger, home, one.period_to) for one in found]


def test_a_year_says_what_was_paid_of_interest_rent_and_fees(ledger, open_agreement) -> None:
    home = ledger.open_rental("tess", on=date(2025, 11, 1))
    ledger.bill_days(date(2025, 11, 1), date(2025, 12, 2))
    ledger.take(home, 150_000, on=date(2025, 12, 20))
    assert issue(ledger, date(2026, 1, 9)) == 1
    assert issue(ledger, date(2026, 1, 10)) == 1
    (year,) = statements(ledger, "year")
    assert (year.number, year.body["account"]["paid"]) == (f"Y2025-{year.agreement_id}", {"rent": 150_000})
    assert (year.opening_minor, year.closing_minor) == (0, owed(ledger, home, date(2025, 12, 31)))


@pytest.mark.database("sqlite")
def test_roommates_read_their_own_share_and_what_is_shared(ledger) -> None:
    from tests.fixtures.four_kinds import shared_rental

    shared_rental(ledger.house)
    ledger.bill_days(date(2026, 3, 30), date(2026, 4, 3))
    issue(ledger, date(2026, 4, 3))
    (one, *_) = statements(ledger)
    accounts, whole = one.body["accounts"], one.body["account"]
    shared = accounts[""]["closing_minor"]
    own = {key: account["closing_minor"] - shared for key, account in accounts.items() if key}
    # 1,200.00 of rent by 60 and 40 percent; the parking and the deposit are nobody's alone.
    assert sorted(own.values()) == [48_000, 72_000]
    assert shared + sum(own.values()) == whole["closing_minor"]
    for account in accounts.values():
        assert (
            account["late"]["past_due_minor"]
            == account["closing_minor"] - account["late"]["not_yet_due_minor"]
        )


def test_one_on_which_something_was_posted_meanwhile_is_made_by_the_next_run(ledger, monkeypatch) -> None:
    from domain.actions import period_statements as acts

    home = ledger.open_rental("tess", on=JAN)
    ledger.bill_days(JAN, date(2026, 1, 2))
    told = acts.make

    def and_then_money_comes(*given, **named):
        made = told(*given, **named)
        ledger.take(home, 5_000, on=date(2026, 1, 30))
        return made

    monkeypatch.setattr(acts, "make", and_then_money_comes)
    assert issue(ledger, date(2026, 2, 3)) == 0
    monkeypatch.setattr(acts, "make", told)
    assert issue(ledger, date(2026, 2, 3)) == 1
    assert [one.closing_minor for one in statements(ledger)] == [115_000]


def test_the_holders_are_told_once_by_a_link_that_says_no_amount(ledger) -> None:
    from models import Outbox

    home = ledger.open_rental("tess", on=JAN)
    ledger.bill_days(JAN, date(2026, 1, 2))
    for _twice in range(2):
        issue(ledger, date(2026, 2, 3))
    told = ledger.rows(
        sa.select(Outbox.data).where(Outbox.event == "period_statement", Outbox.channel == "email")
    )
    ((said,),) = told
    assert said["path"] == f"/agreements/{home}/statements"
    assert not [name for name in said if name.endswith("_minor")]


def test_one_that_cannot_be_made_holds_up_no_other(ledger, monkeypatch) -> None:
    from domain.actions import period_statements as acts

    homes = [ledger.open_rental(name, on=JAN) for name in ("tess", "bo")]
    ledger.bill_days(JAN, date(2026, 1, 2))
    bad, told = ledger.id_of(homes[0]), acts.make

    def stumble(ids, *given, **named):
        if bad in ids:
            raise ZeroDivisionError("a bad row")
        return told(ids, *given, **named)

    monkeypatch.setattr(acts, "make", stumble)
    assert issue(ledger, date(2026, 2, 3)) == 1
    assert [one.agreement_id for one in statements(ledger)] == [ledger.id_of(homes[1])]
