"""The run of autopay: each period once, never more than was told, and what stops it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from domain.actions import autopay_retries, autopay_run, run_decisions, scheduled
from domain.actions.run_decisions import Wish
from models import AutopayDebit, BellNotice, Mandate, Payment
from tests.domain.actions.autopaying import DUE, Contracts
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def contracts(till: Till) -> Contracts:
    return Contracts(till)


@pytest.fixture
def ref(contracts: Contracts, loan: str, bank: str) -> str:
    contracts.till.pay(loan, 2 * INSTALLMENT, bank)
    contracts.till.days(5)
    return contracts.write(loan, bank, last_minor=INSTALLMENT)


def test_a_debit_is_told_of_the_day_before_and_begun_once_on_its_day(contracts: Contracts, ref: str) -> None:
    contracts.tell(DUE - DAY)
    contracts.tell(DUE - DAY)
    assert contracts.till.count(BellNotice, BellNotice.event == "autopay_tomorrow") == 1
    assert contracts.run(DUE - DAY).begun == 0
    assert contracts.run(DUE).begun == 1
    assert contracts.run(DUE).begun == 0
    assert contracts.taken(ref) == [(INSTALLMENT, "scheduled")]
    assert [one.state for one in contracts.debits(ref)] == ["begun"]
    row = contracts.row(ref)
    assert (row.next_period, row.next_debit_on) == ("2026-03-30", DUE + 14 * DAY)


def test_a_clock_that_is_turned_back_finds_the_period_taken(contracts: Contracts, ref: str) -> None:
    contracts.tell(DUE - DAY)
    contracts.run(DUE)
    contracts.change(ref, next_period=DUE.isoformat(), next_due_on=DUE, next_debit_on=DUE, next_send_on=DUE)
    assert contracts.run(DUE + 365 * DAY).begun == 0
    assert contracts.till.count(Payment, Payment.channel == "autopay") == 1
    assert contracts.row(ref).next_period != DUE.isoformat()


def test_nothing_is_begun_of_which_nobody_was_told(contracts: Contracts, ref: str) -> None:
    assert contracts.run(DUE).begun == 0
    contracts.tell(DUE)
    assert contracts.run(DUE).begun == 0
    assert contracts.row(ref).next_send_on == DUE + DAY
    assert contracts.run(DUE + DAY).begun == 1


def test_a_debit_that_was_told_of_is_taken_up_to_three_days_late(contracts: Contracts, ref: str) -> None:
    contracts.tell(DUE - DAY)
    assert contracts.run(DUE + 3 * DAY).begun == 1
    assert contracts.row(ref).next_send_on == DUE + 14 * DAY


def test_an_older_one_is_given_up_and_both_sides_are_told(contracts: Contracts, ref: str) -> None:
    contracts.tell(DUE - DAY)
    assert contracts.run(DUE + 4 * DAY).begun == 0
    assert [(one.state, one.code) for one in contracts.debits(ref)] == [("given_up", "missed")]
    assert contracts.till.count(BellNotice, BellNotice.event == "autopay_missed") == 1
    assert contracts.tasks("autopay:") == 1


def test_after_forty_days_without_the_program_each_period_is_given_up_and_none_is_taken_twice(
    contracts: Contracts, ref: str
) -> None:
    back = DUE + 40 * DAY
    contracts.tell(back)
    contracts.run(back)
    states = [(one.period, one.state) for one in contracts.debits(ref)]
    assert states == [("2026-03-16", "given_up"), ("2026-03-30", "given_up"), ("2026-04-13", "given_up")]
    assert contracts.row(ref).next_period == "2026-04-27"
    assert contracts.taken(ref) == []


def test_what_is_paid_by_hand_is_not_asked_for_again(
    contracts: Contracts, ref: str, loan: str, card: str
) -> None:
    contracts.tell(DUE - DAY)
    contracts.till.pay(loan, 6_000, card, today=DUE - DAY)
    contracts.run(DUE)
    assert contracts.taken(ref) == [(INSTALLMENT - 6_000, "scheduled")]


def test_a_period_that_is_paid_already_is_covered(
    contracts: Contracts, ref: str, loan: str, card: str
) -> None:
    contracts.tell(DUE - DAY)
    contracts.till.pay(loan, INSTALLMENT, card, today=DUE - DAY)
    contracts.run(DUE)
    assert contracts.taken(ref) == []
    assert [(one.state, one.code) for one in contracts.debits(ref)] == [("covered", "nothing_due")]


def test_a_payment_by_hand_cancels_the_debit_that_waits(
    contracts: Contracts, ref: str, loan: str, card: str
) -> None:
    contracts.tell(DUE - DAY)
    contracts.run(DUE)
    contracts.till.pay(loan, INSTALLMENT, card, today=DUE)
    assert scheduled.send_due(today=DUE, now=NOW).sent == 0
    assert contracts.taken(ref) == [(INSTALLMENT, "cancelled")]
    assert [(one.state, one.code) for one in contracts.debits(ref)] == [("covered", "nothing_owed")]


def test_a_smaller_payment_by_hand_shrinks_the_debit_that_waits(
    contracts: Contracts, ref: str, loan: str, card: str
) -> None:
    contracts.tell(DUE - DAY)
    contracts.run(DUE)
    contracts.till.pay(loan, 5_000, card, today=DUE)
    assert scheduled.send_due(today=DUE, now=NOW).sent == 1
    assert [amount for amount, _ in contracts.taken(ref)] == [INSTALLMENT - 5_000]


def test_never_more_than_was_told_the_day_before(contracts: Contracts, ref: str, loan: str) -> None:
    contracts.tell(DUE - DAY)
    before = contracts.row(ref).agreement_id
    contracts.till.change(
        update(AutopayDebit).where(AutopayDebit.agreement_id == before).values(amount_minor=10_000)
    )
    contracts.run(DUE)
    assert contracts.taken(ref) == [(10_000, "scheduled")]


def test_the_switch_stops_the_run_and_what_waits(contracts: Contracts, ref: str, card: str) -> None:
    contracts.tell(DUE - DAY)
    contracts.house(debits_paused=True)
    assert contracts.run(DUE).paused
    contracts.house(debits_paused=False)
    contracts.run(DUE)
    contracts.house(debits_paused=True)
    assert scheduled.send_due(today=DUE, now=NOW).sent == 0
    contracts.house(debits_paused=False)
    assert scheduled.send_due(today=DUE, now=NOW).sent == 1


def test_a_hold_keeps_a_debit_back_and_lifting_it_lets_it_go(contracts: Contracts, ref: str) -> None:
    contracts.tell(DUE - DAY)
    contracts.decide(ref, DUE.isoformat(), "hold")
    assert contracts.run(DUE).held == 1
    assert [(one.state, one.code) for one in contracts.debits(ref)] == [("held", "held")]
    contracts.decide(ref, DUE.isoformat(), "release")
    assert contracts.run(DUE + DAY).begun == 1


def test_a_hold_that_lasts_ends_the_period(contracts: Contracts, ref: str) -> None:
    contracts.tell(DUE - DAY)
    contracts.decide(ref, DUE.isoformat(), "hold")
    for late in range(5):
        contracts.run(DUE + late * DAY)
    assert [(one.state, one.code) for one in contracts.debits(ref)] == [("given_up", "held")]


def test_a_debit_that_staff_waive_is_left_out_and_told(contracts: Contracts, ref: str) -> None:
    contracts.tell(DUE - DAY)
    contracts.decide(ref, DUE.isoformat(), "waive")
    contracts.run(DUE)
    assert [(one.state, one.code) for one in contracts.debits(ref)] == [("skipped", "waived")]
    assert contracts.till.count(BellNotice, BellNotice.event == "autopay_skipped") == 1


@pytest.mark.safety("J19")
def test_a_cap_of_the_day_stops_the_run_and_tells_the_desk(
    contracts: Contracts, open_agreement, bank: str
) -> None:
    refs = [contracts.write(open_agreement("bo"), bank, accepted_on=DUE - DAY) for _ in range(3)]
    contracts.house(autopay_policy={"most_per_day_minor": 2 * 3 * INSTALLMENT})
    run = contracts.run(DUE)
    assert (run.begun, run.capped) == (2, True)
    assert contracts.run(DUE).begun == 0
    assert contracts.tasks("autopay-cap:day") == 1
    assert sum(len(contracts.taken(ref)) for ref in refs) == 2


@pytest.mark.safety("J19")
def test_a_cap_of_the_run_stops_it(contracts: Contracts, open_agreement, bank: str) -> None:
    for _ in range(3):
        contracts.write(open_agreement("bo"), bank, accepted_on=DUE - DAY)
    contracts.house(autopay_policy={"most_per_run": 1})
    assert (contracts.run(DUE).begun, contracts.run(DUE).begun) == (1, 0)
    assert contracts.tasks("autopay-cap:run") == 1


@pytest.mark.safety("J19")
def test_a_debit_above_a_customers_cap_waits_until_staff_approve_it(
    contracts: Contracts, open_agreement, bank: str
) -> None:
    ref = contracts.write(open_agreement("bo"), bank, accepted_on=DUE - DAY)
    contracts.house(autopay_policy={"most_per_customer_minor": INSTALLMENT})
    assert contracts.run(DUE).held == 1
    assert contracts.tasks("autopay-cap:customer") == 1
    contracts.decide(ref, DUE.isoformat(), "approve")
    assert contracts.run(DUE + DAY).begun == 1


@pytest.mark.safety("J18")
def test_one_bad_row_holds_up_nothing_else(
    contracts: Contracts, open_agreement, bank: str, monkeypatch
) -> None:
    refs = [contracts.write(open_agreement("bo"), bank, accepted_on=DUE - DAY) for _ in range(5)]
    bad = contracts.row(refs[2]).id
    decide = autopay_run._decide

    def poisoned(door, case, *rest):
        if case.row.id == bad:
            raise ValueError("a row that nobody can read")
        decide(door, case, *rest)

    monkeypatch.setattr(autopay_run, "_decide", poisoned)
    run = contracts.run(DUE)
    assert (run.begun, run.failed) == (4, [bad])
    assert contracts.tasks(f"autopay:{refs[2]}:failed") == 1


def test_a_contract_whose_permission_ended_takes_nothing(contracts: Contracts, ref: str) -> None:
    contracts.tell(DUE - DAY)
    contracts.till.change(update(Mandate).values(ended_at=NOW, ended_by="user:1"))
    contracts.run(DUE)
    assert contracts.taken(ref) == []
    assert contracts.row(ref).state == "stopped"


def test_two_contracts_of_one_agreement_share_what_is_due(
    contracts: Contracts, loan: str, bank: str, save_method
) -> None:
    theirs = save_method("tess", "bank")
    first = contracts.write(loan, bank, accepted_on=DUE - DAY)
    second = contracts.write(loan, theirs, name="tess", accepted_on=DUE - DAY)
    contracts.run(DUE)
    assert (contracts.taken(first), contracts.taken(second)) == ([(3 * INSTALLMENT, "scheduled")], [])


def test_an_arrear_taken_with_a_debit_before_the_due_day_is_not_taken_again_with_the_next(
    contracts: Contracts, loan: str, card: str
) -> None:
    friday = DUE - 3 * DAY
    ref = contracts.write(loan, card, debit_on=friday, accepted_on=friday - DAY, days_before=3)
    assert contracts.run(friday).begun == 1
    scheduled.send_due(today=friday, now=NOW)
    contracts.tell(friday + 13 * DAY)
    assert contracts.run(friday + 14 * DAY).begun == 1
    assert contracts.taken(ref) == [(3 * INSTALLMENT, "settled"), (INSTALLMENT, "scheduled")]


def decide(contracts: Contracts, ref: str, decision: str, on, form: str) -> None:
    wish = Wish(f"debit:{ref}:{DUE.isoformat()}", decision, "the odometer is being checked")
    run_decisions.decide(wish, form, who=contracts.till.who("dana"), today=on, now=NOW)


def told(contracts: Contracts, event: str) -> int:
    return contracts.till.count(BellNotice, BellNotice.event == event)


def test_the_payer_of_a_held_debit_is_told_at_once_and_again_when_it_goes_on(
    contracts: Contracts, ref: str
) -> None:
    contracts.tell(DUE - DAY)
    decide(contracts, ref, "hold", DUE - DAY, "one")
    decide(contracts, ref, "hold", DUE - DAY, "two")
    assert told(contracts, "autopay_held") == 1
    assert contracts.run(DUE).begun == 0
    assert contracts.tasks(f"run_hold:debit:{ref}") == 1
    decide(contracts, ref, "release", DUE + DAY, "three")
    assert (told(contracts, "autopay_let_go"), contracts.tasks("run_hold:")) == (1, 0)
    assert [contracts.run(DUE + late * DAY).begun for late in (1, 2)] == [0, 1]
    assert contracts.payments(ref)[0].begun_on == DUE + 2 * DAY


def test_a_debit_that_was_begun_and_is_held_is_not_sent_and_is_taken_once_released(
    contracts: Contracts, ref: str
) -> None:
    contracts.tell(DUE - DAY)
    contracts.run(DUE)
    decide(contracts, ref, "hold", DUE, "one")
    scheduled.send_due(today=DUE, now=NOW)
    assert contracts.taken(ref) == [(INSTALLMENT, "failed")]
    assert told(contracts, "payment_failed") == contracts.row(ref).failures == 0
    assert autopay_retries.begin_retries(today=DUE + DAY, now=NOW).begun == 0
    decide(contracts, ref, "release", DUE + DAY, "two")
    assert autopay_retries.begin_retries(today=DUE + 2 * DAY, now=NOW).begun == 1
    assert told(contracts, "autopay_let_go") == 1
