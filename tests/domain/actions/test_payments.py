"""Beginning a payment: what is refused, what the gateway answers, and the payer's yes on its page."""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from domain.actions import methods, payment_watch, payments
from domain.actions.payments import TwinPayment
from domain.transaction import transaction
from domain.words import Conflict, Gone, Refused
from gateways import registry
from gateways.sandbox.refusals import refused
from models import Agreement, Attempt, Business, Payment
from tests.domain.actions.paying import DAY, HOUR, INSTALLMENT, NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


def nothing_was_begun(till: Till) -> bool:
    return till.charges() == [] and till.count(Payment) == till.count(Attempt) == 0


@pytest.mark.safety("M4")
def test_a_bank_payment_is_sent_and_settles_two_business_days_later(till, loan, bank) -> None:
    before = till.balances(loan)
    ref = till.pay(loan, INSTALLMENT, bank)
    assert till.charges() == [(ref, INSTALLMENT, "accepted")]
    payment = till.row(ref)
    assert (payment.state, payment.expected_on) == ("pending", TODAY + 2 * DAY)
    assert till.balances(loan) == before
    assert till.mails("payment_started") == 1
    till.days(1)
    assert till.state(ref) == "pending"
    till.days(1, TODAY + DAY)
    payment = till.row(ref)
    assert (payment.state, payment.settled_on) == ("settled", TODAY + 2 * DAY)
    assert payment.returnable_until == TODAY + 62 * DAY
    assert till.total("clearing_sandbox") == INSTALLMENT
    assert till.mails("receipt") == 1
    assert till.timeline(ref) == ["begun", "accepted", "settled"]
    assert till.differences() == []


def test_a_card_payment_settles_at_once(till, loan, card) -> None:
    ref = till.pay(loan, INSTALLMENT, card)
    assert (till.state(ref), till.total("clearing_sandbox")) == ("settled", INSTALLMENT)
    assert till.differences() == []


def test_the_last_payment_closes_the_agreement(till, open_agreement, card) -> None:
    loan = open_agreement(
        "bo", principal_minor=30_000, annual_rate_percent=Decimal(0), interest="period", count=3
    )
    till.pay(loan, 30_000, card)
    assert till.agreement(loan).status == "closed"
    assert till.owes(loan) == {}
    with pytest.raises(Refused, match="closed"):
        till.pay(loan, 1_000, card)


def test_a_declined_payment_failed_and_may_be_tried_again(till, loan, card) -> None:
    ref = till.pay(loan, 201, card, again=False)
    assert (till.state(ref), till.row(ref).failure_code) == ("failed", "insufficient_funds")
    assert till.mails("payment_failed") == 1
    assert till.total("clearing_sandbox") == 0
    again = till.pay(loan, 201, card, again=False)
    assert again != ref
    assert till.differences() == []


def test_a_request_that_the_gateway_refuses_took_no_money(till, loan, bank, monkeypatch) -> None:
    monkeypatch.setattr(
        registry.default(), "charge", lambda **_: (_ for _ in ()).throw(refused("unknown_method"))
    )
    ref = till.pay(loan, INSTALLMENT, bank)
    assert (till.state(ref), till.row(ref).failure_code) == ("failed", "unknown_method")


@pytest.mark.safety("M8")
def test_a_key_that_the_gateway_knows_from_another_request_is_never_called_failed(till, loan, bank) -> None:
    ref = secrets.token_urlsafe(16)
    registry.default().charge(
        key=f"{loan}:{ref}:1",
        ref=ref,
        amount_minor=5_000,
        currency="USD",
        token="sbx_bank",
        on=TODAY,
        now=NOW,
    )
    till.pay(loan, INSTALLMENT, bank, ref)
    assert till.state(ref) == "unknown"
    assert len(till.charges(ref)) == 1
    assert till.differences() != []


@pytest.mark.parametrize("amount", [0, -1, -INSTALLMENT])
def test_an_amount_that_is_not_above_zero_is_refused(till, loan, bank, amount) -> None:
    with pytest.raises(Refused, match="above zero"):
        till.pay(loan, amount, bank)
    assert nothing_was_begun(till)


@pytest.mark.safety("M4")
def test_more_than_is_owed_and_not_on_its_way_is_refused_and_the_sentence_says_how_much_may_be_paid(
    till, open_agreement, bank
) -> None:
    loan = open_agreement(
        "bo", principal_minor=30_000, annual_rate_percent=Decimal(0), interest="period", count=3
    )
    with pytest.raises(Refused) as none_pending:
        till.pay(loan, 30_001, bank)
    assert none_pending.value.field == "amount"
    assert none_pending.value.sentence.params["most"].minor == 30_000
    assert nothing_was_begun(till)
    first = till.pay(loan, 20_000, bank)
    with pytest.raises(Refused) as pending:
        till.pay(loan, 10_001, bank)
    assert {name: money.minor for name, money in pending.value.sentence.params.items()} == {
        "owed": 30_000, "pending": 20_000, "most": 10_000,
    }  # fmt: skip
    assert [found[0] for found in till.charges()] == [first]
    till.pay(loan, 10_000, bank)
    with pytest.raises(Refused):
        till.pay(loan, 1, bank)
    till.days(2)
    assert till.owes(loan) == {}


def test_the_same_amount_within_ten_minutes_asks_first(till, loan, bank) -> None:
    first = till.pay(loan, INSTALLMENT, bank, again=False)
    with pytest.raises(TwinPayment) as twin:
        till.pay(loan, INSTALLMENT, bank, again=False, now=NOW + timedelta(minutes=9))
    assert (twin.value.ref, twin.value.begun_at) == (first, NOW)
    assert len(till.charges()) == 1
    till.pay(loan, INSTALLMENT, bank, again=True, now=NOW + timedelta(minutes=9))
    till.pay(loan, INSTALLMENT + 1, bank, again=False, now=NOW + timedelta(minutes=9))
    till.pay(loan, INSTALLMENT, bank, again=False, now=NOW + timedelta(minutes=20))
    assert len(till.charges()) == 4


@pytest.mark.safety("M12")
def test_the_same_form_again_returns_the_first_payment_and_charges_nothing(till, loan, bank) -> None:
    ref = secrets.token_urlsafe(16)
    for moment in (NOW, NOW + timedelta(minutes=1), NOW + 40 * DAY):
        assert till.pay(loan, INSTALLMENT, bank, ref, now=moment, again=False) == ref
    assert till.charges() == [(ref, INSTALLMENT, "accepted")]
    assert till.timeline(ref) == ["begun", "accepted"]


def test_the_same_form_finds_its_payment_after_the_method_was_removed(till, loan, card) -> None:
    ref = till.pay(loan, INSTALLMENT, card)
    methods.remove(card, who=till.who("bo"), now=NOW)
    assert till.pay(loan, INSTALLMENT, card, ref) == ref
    assert len(till.charges()) == 1


@pytest.mark.safety("M8", "M12")
def test_the_same_form_with_anything_else_is_refused(
    till, loan, bank, card, open_agreement, save_method
) -> None:
    ref = till.pay(loan, INSTALLMENT, bank)
    other, others = open_agreement("bo"), open_agreement("tess")
    for agreement, amount, method in (
        (loan, INSTALLMENT - 1, bank),
        (loan, INSTALLMENT, card),
        (other, INSTALLMENT, bank),
    ):
        with pytest.raises(Conflict):
            till.pay(agreement, amount, method, ref)
    with pytest.raises(Conflict):
        till.pay(others, INSTALLMENT, save_method("tess"), ref, name="tess")
    assert till.charges() == [(ref, INSTALLMENT, "accepted")]
    assert till.count(Payment) == till.count(Attempt) == 1


@pytest.mark.safety("M13")
def test_nobody_pays_on_an_agreement_that_is_not_theirs(till, loan, save_method) -> None:
    for name in ("stan", "tess", "lena"):
        with pytest.raises(Gone):
            till.pay(loan, INSTALLMENT, save_method(name), name=name)
    assert nothing_was_begun(till)


@pytest.mark.parametrize("name", ["dana", "adam"])
def test_staff_do_not_pay_with_a_customers_method(till, loan, bank, name) -> None:
    with pytest.raises(Refused, match="saved in your account"):
        till.pay(loan, INSTALLMENT, bank, name=name)
    assert nothing_was_begun(till)


def test_a_removed_or_foreign_or_missing_method_is_refused(till, loan, bank, save_method) -> None:
    methods.remove(bank, who=till.who("bo"), now=NOW)
    for method in (bank, save_method("tess"), "no-such-method", ""):
        with pytest.raises(Refused) as told:
            till.pay(loan, INSTALLMENT, method)
        assert told.value.field == "method"
    assert nothing_was_begun(till)


@pytest.mark.safety("J19")
def test_a_closed_agreement_and_paused_payments_take_nothing(till, loan, bank) -> None:
    till.change(update(Agreement).values(status="closed"))
    with pytest.raises(Refused, match="closed"):
        till.pay(loan, INSTALLMENT, bank)
    till.change(update(Agreement).values(status="active"))
    till.change(update(Business).values(payments_paused=True))
    with pytest.raises(Refused, match="paused"):
        till.pay(loan, INSTALLMENT, bank)
    assert nothing_was_begun(till)


@pytest.mark.safety("J9", "J13")
def test_no_gateway_is_called_while_a_transaction_is_open(till, loan, bank) -> None:
    who = till.who("bo")
    _, sending = payments.keep_intent(loan, INSTALLMENT, bank, "a-form-of-bos", who, TODAY, NOW, True)
    with transaction(), pytest.raises(RuntimeError, match="inside a transaction"):
        payments.send("a-form-of-bos", sending, today=TODAY, now=NOW)
    with transaction(), pytest.raises(RuntimeError, match="inside"):
        payments.start(loan, 1_000, bank, "another-form", who=who, today=TODAY, now=NOW)
    with transaction(), pytest.raises(RuntimeError, match="inside a transaction"):
        methods.begin(name="Harbor Motors", return_url="http://localhost/methods/return", now=NOW)
    with transaction(), pytest.raises(RuntimeError, match="inside a transaction"):
        methods.chosen("any-setup")
    with transaction(), pytest.raises(RuntimeError, match="inside"):
        payment_watch.read_events(today=TODAY, now=NOW)
    assert till.charges() == []


class TestTheYesOnTheProcessorsPage:
    @pytest.fixture
    def waiting(self, till, loan, save_method) -> str:
        return till.pay(
            loan, INSTALLMENT, save_method("bo", "card_confirm"), return_url="http://localhost/payments"
        )

    def answer(self, till: Till, ref: str, word: str) -> int:
        """Answer on the hosted page as a browser does; the status it gets."""
        browser = till.house.app.test_client()
        page = till.row(ref).confirm_url.removeprefix("http://localhost")
        assert browser.get(page).status_code == 200
        return browser.post(page, data={"decision": word}).status_code

    def test_a_yes_settles_the_payment_when_the_payer_comes_back(self, till, waiting) -> None:
        assert till.state(waiting) == "awaiting"
        assert self.answer(till, waiting, "approve") == 303
        assert payment_watch.ask_again(waiting, today=TODAY, now=NOW)
        assert till.state(waiting) == "settled"
        assert not payment_watch.ask_again(waiting, today=TODAY, now=NOW)
        assert till.differences() == []

    def test_a_yes_settles_the_payment_when_the_payer_never_comes_back(self, till, waiting) -> None:
        self.answer(till, waiting, "approve")
        payment_watch.read_events(today=TODAY, now=NOW)
        assert till.state(waiting) == "settled"
        assert till.differences() == []

    def test_a_no_ends_the_payment_without_money(self, till, waiting) -> None:
        self.answer(till, waiting, "decline")
        assert payment_watch.ask_again(waiting, today=TODAY, now=NOW)
        assert (till.state(waiting), till.row(waiting).failure_code) == ("failed", "confirmation_refused")
        assert till.total("clearing_sandbox") == 0

    def test_coming_back_without_an_answer_changes_nothing(self, till, waiting) -> None:
        assert not payment_watch.ask_again(waiting, today=TODAY, now=NOW)
        assert till.state(waiting) == "awaiting"

    def test_a_page_left_open_is_cancelled_after_an_hour(self, till, waiting) -> None:
        assert payment_watch.expire_confirmations(today=TODAY, now=NOW + HOUR) == 0
        assert payment_watch.expire_confirmations(today=TODAY, now=NOW + HOUR + timedelta(seconds=1)) == 1
        till.days(1)
        assert till.state(waiting) == "cancelled"
        assert till.audits("payment.unexpected_event") == 0
        assert till.differences() == []

    def test_a_page_that_was_closed_takes_no_yes_any_more(self, till, waiting) -> None:
        payment_watch.expire_confirmations(today=TODAY, now=NOW + 2 * HOUR)
        self.answer(till, waiting, "approve")
        payment_watch.read_events(today=TODAY, now=NOW + 2 * HOUR)
        assert till.state(waiting) == "cancelled"
        assert [state for *_, state in till.charges(waiting)] == ["declined"]
        assert till.total("clearing_sandbox") == 0
        assert till.differences() == []

    def test_a_yes_that_nobody_told_us_is_found_before_the_page_is_called_expired(
        self, till, waiting
    ) -> None:
        self.answer(till, waiting, "approve")
        assert payment_watch.expire_confirmations(today=TODAY, now=NOW + 2 * HOUR) == 1
        assert till.state(waiting) == "settled"

    def test_a_silent_processor_keeps_the_payment_waiting(self, till, waiting, silent) -> None:
        with silent("look_up"):
            assert payment_watch.expire_confirmations(today=TODAY, now=NOW + 2 * HOUR) == 0
        assert till.state(waiting) == "awaiting"
