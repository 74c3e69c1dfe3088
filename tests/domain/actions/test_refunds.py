"""Money given back: kept before it is sent, once, never more than was paid, and in the books to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from domain.actions import counter, refund_ends, refund_watch, refunds
from domain.actions.refunds import Wanted
from domain.words import Conflict, Gone, NotAllowed, Refused
from gateways import registry
from gateways.base import Outcome
from models import Allocation, Outbox, Refund, Task, db
from tests.domain.actions.paying import DAY, HOUR, NOW, TODAY, Till, at_once, not_answering

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def plain(open_agreement) -> str:
    """A loan of 900.00 without interest, nine payments of 100.00."""
    return open_agreement(
        "bo", principal_minor=90_000, annual_rate_percent=Decimal(0), interest="period", count=9
    )


@pytest.fixture
def paid(till, plain, card) -> str:
    """300.00 paid on it by card."""
    return till.pay(plain, 30_000, card)


def give(
    till: Till, payment: str, amount: int, ref: str = "r-1", way: str = "gateway", name: str = "dana",
    today: date = TODAY, **more: Any,
) -> str:  # fmt: skip
    wanted = Wanted(amount, way, more.pop("reason", "agreed on the telephone"), **more)
    return refunds.start(payment, wanted, ref, who=till.who(name), today=today, now=NOW)


def refund(till: Till, ref: str = "r-1") -> Refund:
    with till.house.app.app_context():
        return db.session.scalars(select(Refund).where(Refund.ref == ref)).one()


def test_a_part_is_given_back_and_owed_again_the_latest_first(till, plain, paid) -> None:
    assert till.owes(plain) == {"loan_principal": 60_000}
    give(till, paid, 12_000)
    assert refund(till).state == "settled"
    assert till.owes(plain) == {"loan_principal": 72_000}
    assert till.total("clearing_sandbox") == 18_000
    with till.house.app.app_context():
        rows = db.session.scalars(select(Allocation).where(Allocation.amount_minor < 0)).all()
        back = [(row.installment_number, row.amount_minor) for row in rows]
    assert sum(amount for _, amount in back) == -12_000
    assert till.timeline(paid) == ["begun", "settled", "refund_begun", "refunded"]
    assert till.mails("payment_refunded") == 1
    assert till.differences() == []


@pytest.mark.safety("M20")
def test_never_more_than_was_paid_however_many_ask_at_once(till, plain, paid) -> None:
    answers = at_once(20, lambda number: give(till, paid, 4_000, f"r-{number}"))
    assert sum(isinstance(answer, str) for answer in answers) == 7
    assert {type(answer) for answer in answers if not isinstance(answer, str)} == {Refused}
    assert till.owes(plain) == {"loan_principal": 60_000 + 28_000}
    assert till.total("clearing_sandbox") == 2_000
    assert till.differences() == []


@pytest.mark.safety("M12")
def test_the_same_form_gives_back_once(till, paid) -> None:
    assert give(till, paid, 1_000) == give(till, paid, 1_000)
    assert till.count(Refund) == 1
    with pytest.raises(Conflict):
        give(till, paid, 2_000)


@pytest.mark.safety("M20")
@pytest.mark.parametrize("amount", [0, -5, 30_001])
def test_an_amount_that_was_not_paid_is_refused_and_nothing_is_written(till, paid, amount) -> None:
    with pytest.raises(Refused):
        give(till, paid, amount)
    assert till.count(Refund) == 0


def test_it_needs_its_own_right_and_a_payment_one_can_see(till, paid) -> None:
    with pytest.raises(NotAllowed):
        give(till, paid, 1_000, name="bo")
    with pytest.raises(Gone):
        give(till, "nobody-knows-it", 1_000)


def test_a_card_is_given_back_to_the_card_and_a_reason_is_said(till, paid) -> None:
    with pytest.raises(Refused):
        give(till, paid, 1_000, way="cash")
    with pytest.raises(Refused):
        give(till, paid, 1_000, reason="  ")


def test_a_payment_that_has_not_settled_or_went_back_is_not_given_back(till, plain, bank) -> None:
    ref = till.pay(plain, 10_000, bank)
    with pytest.raises(Refused):
        give(till, ref, 1_000)
    till.days(2)
    till.settle(ref, "returned", code="R01", on=TODAY + 3 * DAY)
    with pytest.raises(Refused):
        give(till, ref, 1_000)


def test_only_what_was_paid_too_much_comes_from_the_credit(till, plain) -> None:
    ref = counter.take(plain, 95_000, "cash", "cash-1", who=till.who("dana"), today=TODAY, now=NOW)
    assert till.owes(plain) == {"customer_credit": -5_000}
    with pytest.raises(Refused):
        give(till, ref, 5_001, way="cash", from_credit=True)
    give(till, ref, 5_000, way="cash", from_credit=True)
    assert (till.owes(plain), till.agreement(plain).status) == ({}, "closed")
    assert till.total("undeposited") == 90_000
    assert till.differences() == []


def test_a_refund_opens_an_agreement_that_the_payment_had_closed(till, plain) -> None:
    ref = counter.take(plain, 90_000, "cash", "cash-1", who=till.who("dana"), today=TODAY, now=NOW)
    assert till.agreement(plain).status == "closed"
    give(till, ref, 10_000, way="check")
    assert (till.agreement(plain).status, till.owes(plain)) == ("active", {"loan_principal": 10_000})
    assert (till.total("bank"), till.total("undeposited")) == (-10_000, 90_000)
    assert till.differences() == []


def test_interest_runs_on_what_was_given_back_from_that_day_and_not_before(till, loan, card) -> None:
    before = till.owes(loan)
    ref = till.pay(loan, 100_000, card)
    give(till, ref, 100_000)
    assert till.owes(loan)["loan_principal"] == before["loan_principal"]
    assert till.differences() == []


@pytest.mark.safety("M9")
def test_silence_is_asked_about_and_never_sent_under_another_key(till, plain, paid) -> None:
    with not_answering("refund"):
        give(till, paid, 12_000)
    assert refund(till).state == "unknown"
    assert refund_watch.resolve(today=TODAY, now=NOW + HOUR) == 1
    assert refund(till).state == "settled"
    assert till.total("clearing_sandbox") == 18_000
    assert till.differences() == []


@pytest.mark.parametrize("amount", [402, 404])
def test_an_answer_that_was_lost_is_found_by_looking_up(till, plain, paid, amount) -> None:
    give(till, paid, amount)
    assert refund(till).state == "unknown"
    refund_watch.resolve(today=TODAY, now=NOW + HOUR)
    assert refund(till).state == "settled"
    assert till.owes(plain) == {"loan_principal": 60_000 + amount}


def test_after_the_key_window_only_a_look_up_decides_and_the_money_counts_again(till, plain, paid) -> None:
    give(till, paid, 401)
    assert till.owes(plain) == {"loan_principal": 60_401}
    refund_watch.resolve(today=TODAY + 2 * DAY, now=NOW + 30 * HOUR)
    assert (refund(till).state, till.owes(plain)) == ("failed", {"loan_principal": 60_000})
    assert till.count(Task, Task.closed_at.is_(None)) == 1
    assert till.differences() == []


def test_an_outcome_that_stays_unknown_becomes_a_task_for_a_person(till, paid) -> None:
    give(till, paid, 404)
    with not_answering("look_up"):
        refund_watch.resolve(today=TODAY + DAY, now=NOW + 25 * HOUR)
    assert till.count(Task, Task.kind == "unknown_outcome") == 1
    with pytest.raises(Refused):
        give(till, paid, 29_999, "r-2")


def test_a_refund_that_the_bank_sends_back_counts_again_even_after_it_arrived(till, plain, paid) -> None:
    give(till, paid, 12_000)
    from domain.transaction import transaction

    with transaction() as session:
        assert refund_ends.move(
            session, refund(till).id, "failed", on=TODAY + DAY, by="test", now=NOW, code="account_closed"
        )
    assert till.owes(plain) == {"loan_principal": 60_000}
    assert till.total("clearing_sandbox") == 30_000
    give(till, paid, 30_000, "r-2")
    assert till.differences() == []


def test_one_that_waits_is_settled_by_the_news_and_one_that_comes_back_counts_again(
    till, plain, paid
) -> None:
    give(till, paid, 602, "waits")
    give(till, paid, 601, "fails")
    assert (refund(till, "waits").state, refund(till, "fails").state) == ("pending", "settled")
    till.days(3)
    assert (refund(till, "waits").state, refund(till, "fails").state) == ("settled", "failed")
    assert till.owes(plain) == {"loan_principal": 60_602}
    assert till.differences() == []


def test_a_check_that_was_never_cashed_is_put_back(till, plain) -> None:
    ref = counter.take(plain, 20_000, "cash", "cash-1", who=till.who("dana"), today=TODAY, now=NOW)
    give(till, ref, 5_000, way="check")
    assert refund_watch.did_not_arrive("r-1", who=till.who("dana"), today=TODAY + DAY, now=NOW)
    assert not refund_watch.did_not_arrive("r-1", who=till.who("dana"), today=TODAY + DAY, now=NOW)
    assert (till.owes(plain), till.total("bank")) == ({"loan_principal": 70_000}, 0)
    assert till.differences() == []


def test_a_return_after_a_refund_leaves_the_payer_owing_what_they_have_twice(till, plain, bank) -> None:
    ref = till.pay(plain, 10_000, bank)
    till.days(2)
    give(till, ref, 4_000)
    assert till.settle(ref, "returned", code="R10", on=TODAY + 5 * DAY)
    assert till.owes(plain) == {"loan_principal": 90_000, "fees_receivable": 4_000}
    assert till.total("clearing_sandbox") == -4_000
    assert [found for found in till.differences() if ref not in found] == []


def test_what_a_preview_says_is_what_is_posted_and_nothing_stays_of_it(till, plain, paid) -> None:
    wanted = Wanted(12_000, "gateway", "agreed")
    effect = refunds.preview(paid, wanted, "r-1", who=till.who("dana"), today=TODAY, now=NOW)
    assert (effect.before.owed_minor, effect.after.owed_minor) == (60_000, 72_000)
    assert [one.cause for one in effect.entries] == ["payment.refunded"]
    assert till.count(Refund) == 0
    give(till, paid, 12_000)
    assert till.owes(plain) == {"loan_principal": 72_000}


def test_a_refusal_of_the_gateway_puts_the_money_back_at_once(till, plain, paid) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            registry.default(), "refund", lambda **_: Outcome("declined", code="insufficient_funds")
        )
        give(till, paid, 12_000)
    assert (refund(till).state, till.owes(plain)) == ("failed", {"loan_principal": 60_000})
    assert till.mails("payment_refunded") == 0
    assert till.differences() == []


def test_the_mail_says_how_much_comes_back(till, paid) -> None:
    give(till, paid, 12_000)
    with till.house.app.app_context():
        data = db.session.scalars(select(Outbox.data).where(Outbox.template == "payment_refunded")).one()
    assert data["refund_minor"] == 12_000
