"""Payments without an answer, and what the gateway says happened since: nothing is lost, nothing is sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.actions import payment_watch
from domain.actions.payment_intents import keep_intent
from gateways import registry
from models import Payment, PaymentReturn
from tests.domain.actions.paying import DAY, HOUR, INSTALLMENT, NOW, TODAY, Till, not_answering

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
NEVER_ANSWERS, ANSWER_LOST, LOST_FOR_GOOD = 401, 402, 404


@pytest.fixture
def sent(till, monkeypatch) -> list[str]:
    """The keys under which the gateway is asked for money, one for each call."""
    keys: list[str] = []
    charge = registry.default().charge

    def noted(**wishes):
        keys.append(wishes["key"])
        return charge(**wishes)

    monkeypatch.setattr(registry.default(), "charge", noted)
    return keys


def resolve(at) -> int:
    return payment_watch.resolve_unknown(today=TODAY, now=at)


@pytest.mark.safety("M7", "M9")
def test_no_answer_is_unknown_and_the_money_stays_reserved(till, loan, bank, sent) -> None:
    ref = till.pay(loan, NEVER_ANSWERS, bank)
    assert till.state(ref) == "unknown"
    assert till.timeline(ref) == ["begun", "no_answer"]
    assert sent == [f"{loan}:{ref}:1"]
    assert till.charges() == []


@pytest.mark.safety("M9")
def test_inside_the_key_window_the_same_key_is_sent_again_and_after_it_only_a_look_up(
    till, loan, bank, sent
) -> None:
    ref = till.pay(loan, NEVER_ANSWERS, bank)
    key = f"{loan}:{ref}:1"
    for hours in (1, 9, 17, 22):
        resolve(NOW + hours * HOUR)
    assert sent == [key] * 5
    assert till.state(ref) == "unknown"
    resolve(NOW + 31 * HOUR)
    assert sent == [key] * 5
    assert (till.state(ref), till.row(ref).failure_code) == ("failed", "not_found")
    assert till.charges() == []
    assert till.mails("payment_failed") == 1
    assert till.differences() == []


@pytest.mark.safety("M9")
def test_one_second_before_the_window_ends_is_inside_and_the_end_is_outside(till, loan, bank, sent) -> None:
    first, second = till.pay(loan, NEVER_ANSWERS, bank), till.pay(loan, NEVER_ANSWERS, bank)
    assert payment_watch.KEY_WINDOW == 23 * HOUR
    resolve(NOW + 23 * HOUR - timedelta(seconds=1))
    assert len(sent) == 4
    till.change(update(Payment).values(next_look_at=NOW))
    resolve(NOW + 23 * HOUR)
    assert len(sent) == 4
    assert {till.state(first), till.state(second)} == {"failed"}


@pytest.mark.safety("M9")
@pytest.mark.parametrize("amount", [ANSWER_LOST, LOST_FOR_GOOD, 406, 408])
def test_a_lost_answer_is_found_by_look_up_and_nothing_is_sent_again(till, loan, bank, sent, amount) -> None:
    ref = till.pay(loan, amount, bank)
    assert till.state(ref) == "unknown"
    assert till.charges() == [(ref, amount, "accepted")]
    assert resolve(NOW + timedelta(seconds=59)) == 0
    assert resolve(NOW + timedelta(minutes=1)) == 1
    assert till.state(ref) == "pending"
    assert len(sent) == 1
    till.days(2)
    assert till.state(ref) == "settled"
    assert till.differences() == []


@pytest.mark.safety("M9")
@pytest.mark.parametrize("amount", [405, 407])
def test_a_server_error_or_a_busy_processor_is_asked_again_under_the_same_key(
    till, loan, bank, sent, amount
) -> None:
    ref = till.pay(loan, amount, bank)
    resolve(NOW + HOUR)
    assert len(set(sent)) == 1 < len(sent)
    resolve(NOW + 30 * HOUR)
    assert till.state(ref) == "failed"
    assert till.charges() == []


@pytest.mark.safety("M9")
def test_after_the_gateway_forgot_the_key_there_is_still_one_charge(till, loan, bank, sent) -> None:
    ref = till.pay(loan, ANSWER_LOST, bank)
    with not_answering("look_up"):
        for hours in range(1, 30):
            resolve(NOW + hours * HOUR)
    assert till.state(ref) == "unknown"
    assert resolve(NOW + 40 * HOUR) == 1
    assert till.charges() == [(ref, ANSWER_LOST, "accepted")]
    assert len(sent) == 1
    assert till.state(ref) == "pending"


@pytest.mark.safety("M7")
def test_an_intent_whose_process_ended_is_sent_by_the_watch_under_its_own_key(till, loan, bank, sent) -> None:
    keep_intent(loan, INSTALLMENT, bank, "left-behind", till.who("bo"), TODAY, NOW, True)
    assert resolve(NOW + HOUR) == 1
    assert sent == [f"{loan}:left-behind:1"]
    assert till.state("left-behind") == "pending"


def test_an_intent_from_before_a_restore_is_not_sent_after_a_day(till, loan, bank, sent) -> None:
    keep_intent(loan, INSTALLMENT, bank, "left-behind", till.who("bo"), TODAY, NOW, True)
    resolve(NOW + 25 * HOUR)
    assert sent == []
    assert till.state("left-behind") == "failed"


@pytest.mark.safety("M10")
def test_each_look_waits_longer_than_the_last(till, loan, bank) -> None:
    ref = till.pay(loan, NEVER_ANSWERS, bank)
    waits, now = [], NOW + timedelta(minutes=1)
    with not_answering("look_up"):
        for _ in range(7):
            resolve(now)
            waits.append(till.row(ref).next_look_at - now)
            assert resolve(now) == 0
            now = till.row(ref).next_look_at
    assert waits == [*payment_watch.BACK_OFF, payment_watch.BACK_OFF[-1], payment_watch.BACK_OFF[-1]]
    assert till.row(ref).looks == 7


def test_a_payment_that_settled_and_came_back_unheard_is_both(till, loan, bank) -> None:
    till.charge_for_returns(2_500)
    ref = till.pay(loan, LOST_FOR_GOOD, bank)
    till.days(2, read=False)
    with not_answering("events"):
        resolve(NOW + HOUR)
    assert till.state(ref) == "settled"
    other = till.pay(loan, INSTALLMENT, bank)
    registry.default().processor.store._connection().execute(
        "UPDATE charges SET state = 'returned', code = 'R01', settled_on = ?, returned_on = ? WHERE ref = ?",
        (TODAY.isoformat(), (TODAY + DAY).isoformat(), other),
    )
    assert payment_watch.ask_again(other, today=TODAY + DAY, now=NOW)
    assert till.timeline(other) == ["begun", "accepted", "settled", "returned"]
    assert till.count(PaymentReturn) == 1


@pytest.mark.safety("J18")
def test_a_payment_that_cannot_be_asked_about_blocks_no_other(till, loan, bank) -> None:
    stuck, fine = till.pay(loan, ANSWER_LOST, bank), till.pay(loan, LOST_FOR_GOOD, bank)
    till.change(update(Payment).where(Payment.ref == stuck).values(gateway="taken-out", next_look_at=NOW))
    assert resolve(NOW + HOUR) == 1
    assert (till.state(stuck), till.state(fine)) == ("unknown", "pending")


def test_a_refused_look_up_is_no_answer(till, loan, bank, monkeypatch) -> None:
    from gateways.sandbox.refusals import refused

    ref = till.pay(loan, ANSWER_LOST, bank)
    monkeypatch.setattr(
        registry.default(), "look_up", lambda *_: (_ for _ in ()).throw(refused("bad_request"))
    )
    assert resolve(NOW + 30 * HOUR) == 0
    assert till.state(ref) == "unknown"
    assert not payment_watch.ask_again(ref, today=TODAY, now=NOW)


def test_the_till_of_this_test_sees_differences(till: Till, loan, card) -> None:
    ref = till.pay(loan, INSTALLMENT, card)
    registry.default().charge(
        key=f"{loan}:{ref}:2",
        ref=ref,
        amount_minor=INSTALLMENT,
        currency="USD",
        token="sbx_card",
        on=TODAY,
        now=NOW,
    )
    assert len(till.differences()) == 1
