"""Cash and checks at the counter: one commit from the hand to the receipt."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from domain.actions import counter, payments
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import Agreement, Attempt, JournalEntry, Payment, Receipt
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


def take(till: Till, loan: str, amount: int, instrument: str = "cash", ref: str = "form-1", **more) -> str:
    who = till.who(more.pop("name", "dana"))
    return counter.take(loan, amount, instrument, ref, who=who, **({"today": TODAY, "now": NOW} | more))


@pytest.mark.parametrize("instrument", ["cash", "check"])
def test_money_in_hand_is_settled_with_its_receipt_in_one_commit(till, loan, instrument) -> None:
    before = till.owes(loan)["loan_principal"]
    ref = take(till, loan, INSTALLMENT, instrument, note="Check 1042")
    payment = till.row(ref)
    assert (payment.state, payment.settled_on, payment.gateway) == ("settled", TODAY, "counter")
    assert (payment.instrument, payment.note, payment.returnable_until) == (instrument, "Check 1042", None)
    assert till.owes(loan)["loan_principal"] < before
    assert till.total("undeposited") == INSTALLMENT
    assert till.total("clearing_sandbox") == till.count(Attempt) == 0
    assert till.count(Receipt) == till.mails("counter_receipt") == 1
    assert till.timeline(ref) == ["begun", "settled"]
    assert till.charges() == []
    assert till.differences() == []


def test_more_than_is_owed_is_kept_as_credit_and_closes_the_agreement(till, loan) -> None:
    take(till, loan, 10**9)
    assert set(till.owes(loan)) == {"customer_credit"}
    assert till.agreement(loan).status == "closed"
    assert till.differences() == []


@pytest.mark.parametrize("amount", [0, -1, counter.MOST_MINOR + 1])
def test_an_amount_that_cannot_be_is_refused(till, loan, amount) -> None:
    with pytest.raises(Refused) as told:
        take(till, loan, amount)
    assert told.value.field == "amount"
    assert till.count(Payment) == 0


def test_only_cash_and_checks_are_taken(till, loan) -> None:
    for instrument in ("card", "bank", "", "gold"):
        with pytest.raises(Refused) as told:
            take(till, loan, INSTALLMENT, instrument)
        assert told.value.field == "instrument"
    assert till.count(Payment) == 0


@pytest.mark.parametrize("name", ["bo", "tess", "lena", "stan"])
def test_only_staff_take_money(till, loan, name) -> None:
    with pytest.raises(NotAllowed):
        take(till, loan, INSTALLMENT, name=name)
    assert till.count(Payment) == 0


def test_an_agreement_that_is_not_there_takes_nothing(till, loan) -> None:
    with pytest.raises(Gone):
        take(till, "no-such-agreement", INSTALLMENT)
    till.change(update(Agreement).values(status="undone"))
    with pytest.raises(Refused):
        take(till, loan, INSTALLMENT)
    assert till.count(Payment) == 0


def test_the_same_form_again_returns_its_payment_and_another_payment_is_refused(
    till, loan, open_agreement
) -> None:
    ref = take(till, loan, INSTALLMENT)
    assert take(till, loan, INSTALLMENT, now=NOW + DAY) == ref
    other = open_agreement("tess")
    for agreement, amount, instrument in (
        (loan, 1, "cash"),
        (loan, INSTALLMENT, "check"),
        (other, INSTALLMENT, "cash"),
    ):
        with pytest.raises(Conflict):
            take(till, agreement, amount, instrument)
    assert till.total("undeposited") == INSTALLMENT
    assert till.count(Receipt) == 1


def test_a_form_of_the_portal_is_not_taken_at_the_counter(till, loan, bank) -> None:
    ref = till.pay(loan, INSTALLMENT, bank)
    with pytest.raises(Conflict):
        take(till, loan, INSTALLMENT, ref=ref)
    assert till.total("undeposited") == 0


def test_a_check_that_bounces_opens_the_debt_again(till, loan) -> None:
    before = till.owes(loan)
    ref = take(till, loan, INSTALLMENT, "check")
    assert till.settle(ref, "returned", code="R01", on=TODAY)
    after = till.owes(loan)
    assert after["loan_principal"] == before["loan_principal"]
    assert till.total("undeposited") == 0
    assert till.differences() == []


def test_a_fault_before_the_commit_leaves_nothing(till, loan, monkeypatch) -> None:
    def break_down(*_given: object, **_named: object) -> None:
        raise RuntimeError("the printer is on fire")

    monkeypatch.setattr(payments, "keep_event", break_down)
    before = till.balances(loan)
    with pytest.raises(RuntimeError):
        take(till, loan, INSTALLMENT)
    assert till.balances(loan) == before
    assert till.count(Payment) == till.count(Receipt) == 0
    assert till.count(JournalEntry, JournalEntry.cause == "payment.settled") == 0
