"""Many hands at one agreement at the same moment: clicks, tabs, and clerks at the counter."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor, wait
from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.actions import counter, methods, payment_watch
from domain.actions.payments import TwinPayment
from domain.transaction import transaction
from domain.words import Conflict, Refused
from gateways import registry
from models import Attempt, JournalEntry, Payment, PaymentMethod, Receipt
from tests.domain.actions.paying import INSTALLMENT, NOW, TODAY, at_once

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def small_loan(open_agreement) -> str:
    return open_agreement(
        "bo", principal_minor=30_000, annual_rate_percent=Decimal(0), interest="period", count=3
    )


@pytest.mark.safety("M11", "M12", "J12")
def test_twenty_clicks_on_one_form_make_one_attempt_and_get_twenty_equal_answers(till, loan, bank) -> None:
    ref = secrets.token_urlsafe(16)
    answers = at_once(20, lambda _: till.pay(loan, INSTALLMENT, bank, ref, again=False))
    assert answers == [ref] * 20
    assert till.count(Payment) == till.count(Attempt) == 1
    assert till.charges() == [(ref, INSTALLMENT, "accepted")]


@pytest.mark.safety("M11", "M12")
def test_one_form_used_for_two_agreements_at_once_pays_only_one(till, open_agreement, card) -> None:
    loans = [open_agreement("bo"), open_agreement("bo")]
    ref = secrets.token_urlsafe(16)
    answers = at_once(10, lambda number: till.pay(loans[number % 2], INSTALLMENT, card, ref))
    assert answers.count(ref) == 5
    assert sum(isinstance(answer, Conflict) for answer in answers) == 5
    assert till.charges() == [(ref, INSTALLMENT, "settled")]


@pytest.mark.safety("M4", "J12")
def test_fifty_tabs_never_charge_more_than_is_owed(till, small_loan, bank, card, save_method) -> None:
    ways = [
        bank,
        card,
        save_method("bo", "bank_lost"),
        save_method("bo", "card_silent"),
        save_method("bo", "card_lost"),
    ]
    answers = at_once(50, lambda number: till.pay(small_loan, 7_000, ways[number % 5]))
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 46
    assert {isinstance(answer, str | Refused) for answer in answers} == {True}
    assert sum(amount for _, amount, _ in till.charges()) <= 28_000
    payment_watch.resolve_unknown(today=TODAY, now=NOW.replace(hour=16))
    till.days(2)
    assert till.total("clearing_sandbox") == sum(amount for _, amount, _ in till.charges()) <= 28_000


@pytest.mark.safety("M11")
def test_fifty_tabs_without_a_yes_to_the_question_begin_one_payment(till, loan, bank) -> None:
    answers = at_once(50, lambda _: till.pay(loan, INSTALLMENT, bank, again=False))
    begun = [answer for answer in answers if isinstance(answer, str)]
    assert len(begun) == 1
    assert {answer.ref for answer in answers if isinstance(answer, TwinPayment)} == set(begun)
    assert till.charges() == [(begun[0], INSTALLMENT, "accepted")]


@pytest.mark.safety("J12")
def test_tabs_and_clerks_together_keep_one_account_of_what_is_owed(till, small_loan, card) -> None:
    clerk = till.who("dana")

    def tab_or_counter(number: int) -> str:
        if number % 5:
            return till.pay(small_loan, 7_000, card)
        ref = f"counter-{number}"
        return counter.take(small_loan, 2_000, "cash", ref, who=clerk, today=TODAY, now=NOW)

    answers = at_once(50, tab_or_counter)
    by_card = sum(amount for _, amount, _ in till.charges())
    assert by_card <= 30_000
    assert till.total("clearing_sandbox") == by_card
    assert till.total("undeposited") == 20_000
    assert (
        till.owes(small_loan) == {"customer_credit": 30_000 - by_card - 20_000} or by_card + 20_000 <= 30_000
    )
    assert till.count(Receipt) == sum(isinstance(answer, str) for answer in answers)
    assert till.differences() == []


@pytest.mark.safety("M12")
def test_twenty_clicks_of_a_clerk_take_the_money_once(till, loan) -> None:
    clerk = till.who("dana")
    answers = at_once(
        20, lambda _: counter.take(loan, 5_000, "cash", "one-form", who=clerk, today=TODAY, now=NOW)
    )
    assert answers == ["one-form"] * 20
    assert till.total("undeposited") == 5_000
    assert till.count(JournalEntry, JournalEntry.cause == "payment.settled") == 1


def test_one_counter_form_for_two_agreements_at_once_is_taken_once(till, open_agreement) -> None:
    loans, clerk = [open_agreement("bo"), open_agreement("tess")], till.who("dana")
    answers = at_once(
        10,
        lambda number: counter.take(loans[number % 2], 5_000, "cash", "one", who=clerk, today=TODAY, now=NOW),
    )
    assert answers.count("one") == 5
    assert sum(isinstance(answer, Conflict) for answer in answers) == 5
    assert till.total("undeposited") == 5_000


def test_a_method_chosen_once_and_saved_twenty_times_is_one_method(till) -> None:
    setup, _ = methods.begin(name="Harbor Motors", return_url="http://localhost/methods/return", now=NOW)
    registry.default().processor.visits.choose(setup, "bank")
    who = till.who("bo")
    saved = at_once(20, lambda _: methods.save(setup, keep=True, who=who, now=NOW))
    assert len(set(saved)) == 1
    assert till.count(PaymentMethod) == 1


@pytest.mark.safety("M15", "J1")
def test_eight_watchers_read_the_same_events_and_each_acts_once(till, open_agreement, bank) -> None:
    refs = [till.pay(open_agreement("bo"), INSTALLMENT, bank) for _ in range(6)]
    till.days(2, read=False)
    acted = at_once(8, lambda _: payment_watch.read_events(today=TODAY, now=NOW))
    assert sum(acted) == len(refs)
    assert till.total("clearing_sandbox") == len(refs) * INSTALLMENT
    assert till.differences() == []


@pytest.mark.safety("M11", "J2")
def test_eight_watchers_ask_about_an_unanswered_payment_once(till, loan, save_method) -> None:
    ref = till.pay(loan, INSTALLMENT, save_method("bo", "card_silent"))
    later = NOW.replace(minute=5)
    at_once(8, lambda _: payment_watch.resolve_unknown(today=TODAY, now=later))
    assert till.row(ref).looks == 1


@pytest.mark.safety("J1", "J2")
@pytest.mark.database("postgres")
def test_a_watcher_leaves_what_somebody_else_holds_for_later_and_never_waits(
    till, open_agreement, save_method
) -> None:
    silent = save_method("bo", "card_silent")
    held, other = (till.pay(open_agreement("bo"), INSTALLMENT, silent) for _ in range(2))
    later = NOW.replace(minute=5)
    with ThreadPoolExecutor(1) as elsewhere, transaction() as session:
        session.execute(select(Payment.id).where(Payment.ref == held).with_for_update())
        look = elsewhere.submit(payment_watch.resolve_unknown, today=TODAY, now=later)
        wait([look], timeout=20)
        waited = not look.done()
    assert not waited
    assert (till.row(held).looks, till.row(other).looks) == (0, 1)
    payment_watch.resolve_unknown(today=TODAY, now=later)
    assert (till.row(held).looks, till.row(other).looks) == (1, 1)
