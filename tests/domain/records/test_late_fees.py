"""Late fees as they reach the books: by the time a payment was begun, once, by the version of the due day."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from domain.records.books import lock, save
from domain.records.charging import lower
from domain.rules.allocation import Profile
from domain.rules.late_fees import FeeBase, Recurring
from domain.rules.rent_terms import Share
from domain.words import Sentence, Step, Trace
from models import Charge, JournalEntry, LegalCap

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2025-11-01")

FIRST = date(2025, 11, 1)
NOVEMBER = {day: date(2025, 11, day) for day in range(1, 31)}


@pytest.fixture
def flat(ledger) -> str:
    """Tess's flat: 1,200.00 on the 1st; 50.00 on the 5th when the rent is not paid before that day begins."""
    ledger.add_policy()
    return ledger.open_rental("tess", on=FIRST)


def test_rent_paid_a_minute_before_the_fee_day_begins_makes_no_fee_and_a_minute_after_does(ledger) -> None:
    ledger.add_policy()
    in_time, late = ledger.open_rental("tess", on=FIRST), ledger.open_rental("bo", on=FIRST)
    ledger.take(in_time, 120_000, NOVEMBER[4], time(23, 59))
    ledger.take(late, 120_000, NOVEMBER[5], time(0, 1))
    ledger.bill(NOVEMBER[20])
    assert ledger.fees(in_time) == []
    assert ledger.fees(late) == [(NOVEMBER[5], 5_000)]
    assert ledger.differences() == []


def test_a_debit_begun_in_time_makes_no_fee_however_long_the_bank_takes(ledger, flat) -> None:
    debit = ledger.debit("tess", flat, 120_000, NOVEMBER[4], time(20))
    ledger.bill_days(NOVEMBER[4], NOVEMBER[8])
    ledger.settle(debit, NOVEMBER[9])
    ledger.bill_days(NOVEMBER[9], NOVEMBER[12])
    assert ledger.fees(flat) == []


def test_a_debit_that_fails_after_the_fee_day_makes_the_fee_at_the_next_run(ledger, flat) -> None:
    debit = ledger.debit("tess", flat, 120_000, NOVEMBER[4], time(20))
    ledger.bill_days(NOVEMBER[4], NOVEMBER[8])
    ledger.settle(debit, NOVEMBER[9], "returned_unsettled", code="R01")
    assert ledger.fees(flat) == []
    ledger.bill(NOVEMBER[10])
    assert ledger.fees(flat) == [(NOVEMBER[5], 5_000)]


def test_a_debit_that_comes_back_is_owed_again_with_its_old_due_day_a_fee_for_it_and_a_late_fee(
    ledger, flat
) -> None:
    ledger.charge_for_returns(2_500)
    debit = ledger.debit("tess", flat, 120_000, NOVEMBER[1], time(20))
    ledger.settle(debit, NOVEMBER[3])
    ledger.bill_days(NOVEMBER[3], NOVEMBER[5])
    ledger.settle(debit, NOVEMBER[6], "returned", code="R01")
    assert ledger.open_of(flat) == [("", FIRST, 120_000), ("", NOVEMBER[6], 2_500)]
    back = next(
        row for row in ledger.rows(sa.select(JournalEntry).where(JournalEntry.cause == "payment.returned"))
    )
    assert back[0].effective_on == NOVEMBER[6]
    assert ledger.fees(flat) == []
    ledger.bill(NOVEMBER[7])
    assert ledger.fees(flat) == [(NOVEMBER[5], 5_000)]
    assert ledger.balances(flat) == {
        "fee_income": -7_500, "fees_receivable": 7_500, "rent_income": -120_000, "rent_receivable": 120_000,
    }  # fmt: skip
    assert ledger.differences() == []


def test_a_waiver_is_a_second_row_and_a_loss_of_its_own_and_is_not_asked_again(ledger, flat) -> None:
    ledger.bill_days(FIRST, NOVEMBER[6])
    fee = next(charge for charge in ledger.position(flat).charges if charge.type == "late_fee")
    why = Trace("waiver", 1, (Step(Sentence("First time."), -5_000),))
    with ledger.writing() as session:
        head = lock(session, ledger.id_of(flat))
        lower(
            session, head, fee, 5_000, currency="USD", rule="waiver", key="w-1", on=NOVEMBER[6], trace=why,
            now=ledger.house.now, by="user:1",
        )  # fmt: skip
        save(session, head)
    ledger.bill_days(NOVEMBER[7], NOVEMBER[20])
    assert ledger.fees(flat) == [(NOVEMBER[5], 5_000), (NOVEMBER[6], -5_000)]
    kept = ledger.balances(flat)
    assert (kept["fee_waivers"], kept["fee_income"]) == (5_000, -5_000)
    assert "fees_receivable" not in kept
    assert ledger.differences() == []


@pytest.mark.safety("M23")
def test_a_run_that_is_made_twice_asks_once(ledger, flat) -> None:
    for _ in range(3):
        ledger.bill(NOVEMBER[9])
    assert ledger.fees(flat) == [(NOVEMBER[5], 5_000)]


def test_a_policy_changed_after_the_due_day_leaves_that_months_fee_alone(ledger, flat) -> None:
    ledger.bill(NOVEMBER[6])
    ledger.add_policy(version=2, effective_from=NOVEMBER[10], bases=(FeeBase("flat", 9_000),))
    ledger.bill_days(NOVEMBER[10], date(2025, 12, 6))
    assert ledger.fees(flat) == [(NOVEMBER[5], 5_000), (date(2025, 12, 5), 9_000)]


def test_a_fee_of_november_that_is_asked_late_is_by_the_version_of_november(ledger, flat) -> None:
    ledger.add_policy(version=2, effective_from=NOVEMBER[10], bases=(FeeBase("flat", 9_000),))
    ledger.bill(NOVEMBER[20])
    assert ledger.fees(flat) == [(NOVEMBER[5], 5_000)]


def test_a_limit_of_law_holds_the_fee_and_the_row_says_both_numbers(ledger, flat) -> None:
    with ledger.writing() as session:
        session.add(
            LegalCap(
                ref="cap", jurisdiction="", kind="rental", what="late_fee", effective_from=date(2020, 1, 1),
                amount_minor=2_000, source="a statute", verified_on=FIRST, recorded_at=ledger.house.now,
                recorded_by="setup",
            )
        )  # fmt: skip
    ledger.bill(NOVEMBER[6])
    assert ledger.fees(flat) == [(NOVEMBER[5], 2_000)]
    entry = ledger.rows(sa.select(JournalEntry.note).where(JournalEntry.cause == "charge.late_fee"))[0][0]
    amounts = [step["amount_minor"] for step in entry["steps"]]
    assert 5_000 in amounts
    assert amounts[-1] == 2_000


def test_an_agencys_share_is_left_out_of_the_tenants_fee(ledger) -> None:
    # rules.md section 5: rent 1,400 = agency 900 + tenant 500, both late, 5 % -> 25 on the tenant's share only.
    tenant, agency = ledger.payer("tess"), ledger.payer("lena")
    ledger.add_policy(
        bases=(FeeBase("of_standard", percent=Decimal(5)),), per="payer", exclude_payers=(agency,)
    )
    shares = (Share(agency, amount_minor=90_000), Share(tenant, percent=Decimal(100)))
    ref = ledger.open_rental("tess", "lena", on=FIRST, rent=140_000, shares=shares)
    ledger.bill_days(FIRST, NOVEMBER[7])
    assert ledger.fees(ref) == [(NOVEMBER[5], 2_500)]
    assert (tenant, NOVEMBER[5], 2_500) in ledger.open_of(ref)


def test_a_roommates_debit_under_way_does_not_spare_the_other_a_fee(ledger) -> None:
    bo, tess = ledger.payer("bo"), ledger.payer("tess")
    ledger.add_policy(per="payer")
    shares = (Share(bo, percent=Decimal(50)), Share(tess, percent=Decimal(50)))
    ref = ledger.open_rental("bo", "tess", on=FIRST, shares=shares)
    ledger.debit("bo", ref, 60_000, NOVEMBER[4], time(20))
    ledger.bill(NOVEMBER[5])
    assert [row for row in ledger.open_of(ref) if row[1] == NOVEMBER[5]] == [(tess, NOVEMBER[5], 5_000)]


def test_a_payment_short_only_by_an_earlier_late_fee_makes_no_new_fee(ledger) -> None:
    # rules.md section 5, with fees first: 50.00 of the 1,200.00 goes to November's fee.
    ledger.add_policy()
    ref = ledger.open_rental("tess", on=FIRST, allocation=Profile("fees-first"))
    ledger.bill(NOVEMBER[5])
    ledger.take(ref, 120_000, NOVEMBER[10])
    ledger.bill(date(2025, 12, 1))
    ledger.take(ref, 120_000, date(2025, 12, 1))
    ledger.bill_days(date(2025, 12, 2), date(2025, 12, 20))
    assert ledger.fees(ref) == [(NOVEMBER[5], 5_000)]


def test_daily_fees_stop_when_the_rent_is_paid_at_noon(ledger) -> None:
    # rules.md section 5: 50 on the 5th, 5 a day from the 6th 06:00, paid on the 12th at noon -> 85.00.
    ledger.add_policy(recurring=Recurring(FeeBase("flat", 500), at=time(6)))
    ref = ledger.open_rental("tess", on=FIRST)
    for day in range(2, 13):
        ledger.bill(NOVEMBER[day], time(0, 5))
    ledger.take(ref, 120_000, NOVEMBER[12])
    ledger.bill_days(NOVEMBER[12], NOVEMBER[20])
    assert sum(amount for _, amount in ledger.fees(ref)) == 8_500


def test_a_credit_lines_fee_is_of_the_minimum_also_when_the_run_comes_after_the_payment(ledger) -> None:
    ledger.add_policy("credit_line", first_fee_offset=1, bases=(FeeBase("flat", 1_500),))
    refs = [ledger.open_credit_line(name, on=FIRST) for name in ("bo", "tess", "stan")]
    for ref in refs:
        ledger.buy(ref, 40_000, NOVEMBER[3])
    ledger.bill_days(NOVEMBER[3], NOVEMBER[20])
    due = ledger.position(refs[0]).statement.due_on
    ledger.take(refs[0], 40_000, due)
    ledger.take(refs[1], 40_000, due + timedelta(days=1))
    ledger.bill_days(due + timedelta(days=2), due + timedelta(days=3))
    day = due + timedelta(days=1)
    assert [ledger.fees(ref) for ref in refs] == [[], [(day, 1_500)], [(day, 1_500)]]


def test_a_statement_that_was_made_weeks_late_is_late_no_sooner_than_somebody_saw_it(ledger) -> None:
    ledger.add_policy("credit_line", first_fee_offset=3, bases=(FeeBase("flat", 1_500),))
    ref = ledger.open_credit_line("bo", on=FIRST)
    ledger.buy(ref, 40_000, NOVEMBER[3])
    late = date(2025, 12, 12)
    ledger.bill(late)
    assert ledger.position(ref).statement.due_on == date(2025, 12, 10)
    assert ledger.fees(ref) == []
    ledger.bill_days(late + timedelta(days=1), late + timedelta(days=4))
    assert ledger.fees(ref) == [(late + timedelta(days=3), 1_500)]


def test_a_late_fee_counts_for_its_own_day_in_the_books(ledger, flat) -> None:
    ledger.bill(NOVEMBER[20])
    posted = ledger.rows(
        sa.select(JournalEntry.effective_on, Charge.posted_on)
        .join(Charge, Charge.entry_id == JournalEntry.id)
        .where(Charge.type == "late_fee")
    )
    assert [tuple(row) for row in posted] == [(NOVEMBER[5], NOVEMBER[20])]
    assert ledger.entries(flat)[-1] == ("charge.late_fee", {"fees_receivable": 5_000, "fee_income": -5_000})
