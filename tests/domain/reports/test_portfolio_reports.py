"""Portfolio, roll rates, collections, money held and tax lists: worked figures, and totals that are the journal's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from domain.records.accounts import (
    CHARGE_OFF,
    CUSTOMER_CREDIT,
    DEPOSITS_HELD,
    DEPOSITS_RECEIVABLE,
    FINANCE_RECEIVABLE,
    LOAN_INTEREST,
    RECEIVABLES,
    RENT_RECEIVABLE,
)
from models import JournalEntry, JournalLine, LegalCap, PropertyOwner, Unit
from tests.fixtures.agreements import scope_of
from tests.fixtures.billed import local
from tests.fixtures.four_kinds import unit_for

TODAY = date(2026, 3, 10)
pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-10")


@pytest.fixture
def books(ledger, open_agreement):
    """Tess rents since 1 January (1,200.00, deposit 600.00) and paid 2,000.00 on 2 February; Bo owes a loan of 9,000.00
    at 21 % and paid 155.97 on 24 February; Stan has a store account.
    """
    ledger.home = ledger.open_rental(
        "tess", on=date(2026, 1, 1), deposit_minor=60_000, unit_ref=unit_for(ledger.house)
    )
    ledger.loan = open_agreement("bo")
    ledger.account = ledger.open_credit_line("stan", on=date(2026, 1, 3))
    ledger.buy(ledger.account, 50_000, date(2026, 1, 5))
    for on in (date(2026, 1, 1), date(2026, 1, 15), date(2026, 2, 1)):
        ledger.bill(on)
    ledger.take(ledger.home, 200_000, on=date(2026, 2, 2))
    ledger.bill(date(2026, 2, 15))
    ledger.take(ledger.loan, 15_597, on=date(2026, 2, 24))
    ledger.bill(date(2026, 3, 1))
    ledger.bill(TODAY)
    return ledger


def sheet(books, make, **wishes):
    from domain.reports.sheet import Asked

    with books.house.app.app_context():
        days = {"on": TODAY, "since": date(2026, 1, 1), "until": TODAY}
        made = make(
            scope_of(books.house, wishes.pop("name", "dana")), Asked(today=TODAY, **{**days, **wishes})
        )
        return list(made.rows), list(made.totals)


def journal(books, accounts, *, since=date.min, until=TODAY, payments=False):
    """What the lines on some accounts sum to, debits positive; `payments`: only of entries that a payment caused."""
    query = (
        sa.select(sa.func.coalesce(sa.func.sum(JournalLine.amount_minor), 0))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalLine.account.in_(accounts), JournalEntry.effective_on.between(since, until))
    )
    if payments:
        moves = ("payment.settled", "payment.returned", "payment.refunded", "credit.applied")
        query = query.where(JournalEntry.cause.in_(moves))
    return int(books.rows(query)[0][0])


def test_deposits_and_credit_held_are_what_the_books_owe(books):
    from domain.reports.held_money import make

    for on in (date(2026, 1, 15), date(2026, 2, 2), TODAY):
        rows, totals = sheet(books, make, on=on)
        (total,) = [one.values for one in totals]
        assert (total["owed_back"] or 0) == -journal(books, [DEPOSITS_HELD], until=on)
        assert (total["unpaid"] or 0) == journal(books, [DEPOSITS_RECEIVABLE], until=on)
        assert (total["credit"] or 0) == -journal(books, [CUSTOMER_CREDIT], until=on)
        assert sum(row.values["held"] or 0 for row in rows) == (total["held"] or 0)
    assert sheet(books, make, name="lena") == ([], [])


def test_the_portfolio_is_the_receivables_of_the_books_by_kind_and_by_agreement(books):
    from domain.reports.portfolio import make

    rows, (total,) = sheet(books, make)
    owed = journal(books, [*RECEIVABLES, CUSTOMER_CREDIT])
    each, (foot,) = sheet(books, make, by="agreement")
    assert total.values["balance"] == foot.values["balance"] == owed
    assert sum(row.values["balance"] for row in rows) == sum(row.values["balance"] for row in each) == owed
    loan = next(row.values for row in rows if row.values["group"].msgid == "Loans")
    # 78 payments every two weeks from 24 February 2026 end on 6 February 2029, 1,064 days or 35.0 months ahead.
    assert (loan["rate"], loan["months"]) == (Decimal("21.00"), Decimal("35.0"))
    earned = -journal(books, ["interest_income", "fee_income"], since=date(2025, 3, 11))
    assert total.values["earned"] == foot.values["earned"] == earned


@pytest.mark.database("sqlite")
def test_what_was_charged_off_leaves_the_balance_and_stands_as_a_loss(books):
    from domain.actions import charge_offs
    from domain.reports.portfolio import make

    charge_offs.charge_off(
        books.loan, None, "Gone", "off-1", who=scope_of(books.house, "adam"), today=TODAY, now=local(TODAY)
    )
    rows, (total,) = sheet(books, make)
    loan = next(row.values for row in rows if row.values["group"].msgid == "Loans")
    assert (loan["count"], loan["balance"]) == (0, 0)
    assert loan["lost"] == total.values["lost"] == journal(books, [CHARGE_OFF]) > 0


@pytest.mark.database("sqlite")
def test_balances_roll_from_bucket_to_bucket_and_come_to_the_figures_of_the_first_day(books):
    from domain.reports.as_of import figures, totals
    from domain.reports.roll_rates import make

    asked = {"since": date(2026, 2, 21), "until": TODAY}
    rows, (total,) = sheet(books, make, **asked)
    with books.house.app.app_context():
        before = figures(scope_of(books.house, "dana"), date(2026, 2, 20), today=TODAY)
        assert total.values["balance"] == totals(before)["USD"].balance_minor
    for row in rows:
        ends = [row.values.get(name) or 0 for name in ("current", "b0", "b1", "b2", "b3", "off", "paid")]
        assert abs(sum(ends) - 100) <= Decimal("0.03")
        for name, (_, asks) in row.opens.items():
            if name != "count":
                lines, _ = sheet(books, make, **asked, status=asks["status"], what=asks["what"])
                assert sum(line.values["balance"] for line in lines) <= row.values["balance"]
    lines, _ = sheet(books, make, **asked, status="b0")
    assert sum(line.values["balance"] for line in lines) == next(
        row.values["balance"] for row in rows if row.values["bucket"].msgid == "0–30 days"
    )


def test_the_index_of_collections_by_hand(books):
    """1 January to 10 March: rent of 3 x 1,200.00 and the deposit of 600.00 fell due, 2,000.00 came."""
    from domain.reports.collecting import make

    rows, _ = sheet(books, make, kind="rental")
    (row,) = [one.values for one in rows]
    assert (row["before"], row["fell_due"], row["collected"]) == (0, 420_000, 200_000)
    assert row["after"] == 220_000
    # 2,000.00 of 2,000.00 and what is 31 days late: 1,000.00 of February, due 37 days ago.
    assert (row["older"], row["index"]) == (100_000, Decimal("66.67"))
    came = -journal(books, RECEIVABLES, payments=True)
    _, (total,) = sheet(books, make)
    assert total.values["collected"] == came
    each, _ = sheet(books, make, by="agreement")
    assert sum(one.values["collected"] for one in each) == came


def test_interest_received_is_what_payments_took_off_the_interest_owed(books):
    from domain.reports.tax_lists import make_interest

    _, totals = sheet(books, make_interest)
    received = -journal(books, [LOAN_INTEREST, FINANCE_RECEIVABLE], payments=True)
    assert [one.values["interest"] for one in totals] == [received]
    # 9,000.00 at 21 % for 14 days of 365: 72.49.
    assert received == 7_249


def keep_threshold(books, what, minor, since=date(2020, 1, 1)):
    row = LegalCap(
        ref=f"cap-{what}", jurisdiction="", what=what, effective_from=since, amount_minor=minor, source="A form's page",
        verified_on=date(2026, 1, 2), recorded_at=books.house.now, recorded_by="setup",
    )  # fmt: skip
    with books.writing() as session:
        session.add(row)


@pytest.mark.database("sqlite")
def test_what_is_to_be_reported_is_a_dated_row_of_the_operator(books):
    from domain.reports.tax_lists import make_interest

    (row,), _ = sheet(books, make_interest)
    assert row.values["reported"] is None
    keep_threshold(books, "interest_reported", 7_249)
    (row,), _ = sheet(books, make_interest)
    assert row.values["reported"] is True
    with books.writing() as session:
        session.execute(sa.update(LegalCap).values(effective_from=date(2026, 3, 11)))
    (row,), _ = sheet(books, make_interest)
    assert row.values["reported"] is None


def test_rents_received_are_split_among_the_owners_of_the_day_to_the_last_cent(books):
    from domain.reports.tax_lists import make_rents
    from models import Person

    with books.writing() as session:
        house = session.scalar(sa.select(Unit.property_id))
        for name, percent, since in (
            ("adam", "33.33", date(2026, 1, 1)),
            ("lena", "66.67", date(2026, 2, 1)),
        ):
            person = session.scalar(sa.select(Person.id).where(Person.ref == books.house.person(name)))
            session.add(
                PropertyOwner(
                    property_id=house, person_id=person, share_percent=Decimal(percent), from_on=since,
                    recorded_at=books.house.now, recorded_by="setup",
                )
            )  # fmt: skip
    rows, (total,) = sheet(books, make_rents)
    received = -journal(books, [RENT_RECEIVABLE], payments=True)
    assert total.values["rent"] == received > 0
    lines, (foot,) = sheet(books, make_rents, by="agreement", property_ref="mill-house")
    assert [one.values["rent"] for one in lines] == [foot.values["rent"]] == [received]
    told = {str(row.values["owner"]): row.values["rent"] for row in rows}
    adam = (received * 3333 + 5_000) // 10_000
    assert told == {"Adam Kowalski": adam, "Lena Fischer": received - adam}


@pytest.mark.database("sqlite")
def test_expected_debits_and_the_audit_list_say_what_their_pages_say(books):
    from domain.reports import audit_sheet, debit_forecast, forecast_sheet
    from domain.words import NotAllowed

    rows, totals = sheet(books, forecast_sheet.make)
    with books.house.app.app_context():
        told = debit_forecast.forecast(scope_of(books.house, "dana"), TODAY)
    assert sum(row.values["total"] for row in rows) == sum(day.minor for day in told.days)
    assert [one.values["total"] for one in totals] == [amount for _, amount in told.sums]
    lines, _ = sheet(books, audit_sheet.make, name="adam", until=date(2099, 1, 1), since=date(2020, 1, 1))
    assert lines
    with pytest.raises(NotAllowed):
        sheet(books, audit_sheet.make)
