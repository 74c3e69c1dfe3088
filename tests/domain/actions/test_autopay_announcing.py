"""What people are told before autopay takes money, and that nothing else is taken."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from models import AutopayDebit, BellNotice
from tests.domain.actions.autopaying import DUE, Contracts
from tests.domain.actions.paying import DAY, INSTALLMENT, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
ALL = 3 * INSTALLMENT


@pytest.fixture
def contracts(till: Till) -> Contracts:
    return Contracts(till)


def told(contracts: Contracts, event: str) -> list[dict]:
    from sqlalchemy import select

    from models import db

    with contracts.till.house.app.app_context():
        return list(db.session.scalars(select(BellNotice.data).where(BellNotice.event == event)))


@pytest.mark.safety("L3")
def test_another_amount_is_told_of_ten_days_before_and_then_taken(
    contracts: Contracts, loan: str, bank: str
) -> None:
    ref = contracts.write(loan, bank, last_minor=INSTALLMENT)
    contracts.tell(DUE - 10 * DAY)
    contracts.tell(DUE - 9 * DAY)
    (notice,) = told(contracts, "autopay_amount_changed")
    assert (notice["amount_minor"], notice["was_minor"], notice["on"]) == (ALL, INSTALLMENT, DUE.isoformat())
    contracts.tell(DUE - DAY)
    contracts.run(DUE)
    assert contracts.taken(ref) == [(ALL, "scheduled")]


@pytest.mark.safety("L3")
def test_what_was_told_too_late_is_not_taken_above_the_last_amount(
    contracts: Contracts, loan: str, bank: str
) -> None:
    ref = contracts.write(loan, bank, last_minor=INSTALLMENT)
    contracts.tell(DUE - 9 * DAY)
    contracts.tell(DUE - DAY)
    (exact,) = told(contracts, "autopay_tomorrow")
    assert exact["amount_minor"] == INSTALLMENT
    contracts.run(DUE)
    assert contracts.taken(ref) == [(INSTALLMENT, "scheduled")]
    assert [one.code for one in contracts.debits(ref)] == ["notice_short"]


@pytest.mark.safety("L3")
def test_within_the_range_agreed_on_no_notice_is_needed(contracts: Contracts, loan: str, bank: str) -> None:
    ref = contracts.write(loan, bank, last_minor=INSTALLMENT, range_min_minor=10_000, range_max_minor=ALL + 1)
    contracts.tell(DUE - 9 * DAY)
    contracts.tell(DUE - DAY)
    contracts.run(DUE)
    assert told(contracts, "autopay_amount_changed") == []
    assert contracts.taken(ref) == [(ALL, "scheduled")]


def test_above_the_limit_its_person_is_asked_and_a_yes_lets_it_go(
    contracts: Contracts, loan: str, bank: str
) -> None:
    ref = contracts.write(loan, bank, last_minor=INSTALLMENT, limit_minor=20_000, above_limit="ask")
    contracts.tell(DUE - 10 * DAY)
    (asked,) = told(contracts, "autopay_over_limit")
    assert (asked["amount_minor"], asked["limit_minor"]) == (ALL, 20_000)
    contracts.till.change(update(AutopayDebit).values(state="approved"))
    contracts.tell(DUE - DAY)
    contracts.run(DUE)
    assert contracts.taken(ref) == [(ALL, "scheduled")]


def test_without_an_answer_nothing_is_taken_and_that_is_told(
    contracts: Contracts, loan: str, bank: str
) -> None:
    ref = contracts.write(loan, bank, last_minor=INSTALLMENT, limit_minor=20_000, above_limit="ask")
    contracts.tell(DUE - 10 * DAY)
    contracts.tell(DUE - DAY)
    contracts.run(DUE)
    assert contracts.taken(ref) == []
    assert [(one.state, one.code) for one in contracts.debits(ref)] == [("skipped", "not_answered")]
    assert len(told(contracts, "autopay_skipped")) == 1


def test_pay_the_limit_takes_the_limit(contracts: Contracts, loan: str, bank: str) -> None:
    ref = contracts.write(loan, bank, last_minor=20_000, limit_minor=20_000, above_limit="pay_limit")
    contracts.tell(DUE - 10 * DAY)
    contracts.tell(DUE - DAY)
    contracts.run(DUE)
    assert contracts.taken(ref) == [(20_000, "scheduled")]


def test_nobody_is_told_of_a_debit_that_is_held_back(contracts: Contracts, loan: str, bank: str) -> None:
    ref = contracts.write(loan, bank)
    contracts.tell(DUE - 10 * DAY)
    contracts.decide(ref, DUE.isoformat(), "hold")
    contracts.tell(DUE - DAY)
    assert told(contracts, "autopay_tomorrow") == []


def test_a_contract_with_nothing_ahead_wakes_when_something_falls_due_again(
    contracts: Contracts, loan: str, bank: str
) -> None:
    ref = contracts.write(loan, bank)
    contracts.change(ref, next_period="", next_due_on=None, next_debit_on=None, next_send_on=None)
    contracts.tell(DUE - 5 * DAY)
    row = contracts.row(ref)
    assert (row.next_period, row.next_debit_on) == (DUE.isoformat(), DUE)


@pytest.mark.safety("L3")
def test_the_notice_names_the_debit_before_even_while_its_money_is_on_its_way(
    contracts: Contracts, loan: str, bank: str
) -> None:
    ref = contracts.write(loan, bank, last_minor=INSTALLMENT)
    contracts.tell(DUE - 10 * DAY)
    contracts.tell(DUE - DAY)
    contracts.run(DUE)
    assert (contracts.taken(ref), contracts.row(ref).last_minor) == ([(ALL, "scheduled")], ALL)
    period = contracts.row(ref).next_debit_on
    contracts.tell(period - 11 * DAY)
    notice = told(contracts, "autopay_amount_changed")[-1]
    assert (notice["on"], notice["was_minor"]) == (period.isoformat(), ALL)


@pytest.mark.safety("L3")
def test_a_debit_that_came_to_nothing_is_not_the_last_one(contracts: Contracts, loan: str, card: str) -> None:
    ref = contracts.write(loan, card, last_minor=INSTALLMENT)
    contracts.tell(DUE - 10 * DAY)
    contracts.tell(DUE - DAY)
    contracts.run(DUE)
    contracts.till.settle(contracts.payments(ref)[-1].ref, "settled", on=DUE)
    following = contracts.row(ref).next_debit_on
    contracts.tell(following - 11 * DAY)
    contracts.tell(following - DAY)
    contracts.run(following)
    assert contracts.row(ref).last_minor == INSTALLMENT
    contracts.till.settle(contracts.payments(ref)[-1].ref, "cancelled", on=following)
    assert contracts.row(ref).last_minor == ALL
