"""Planned payments: sent once on their day, for what is owed by then, changed and cancelled until they are claimed."""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from domain.actions import counter, payment_watch, scheduled
from domain.actions.payment_limits import Wanted
from domain.words import Conflict, Gone, Refused
from models import Attempt, Payment, PaymentMethod
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY, at_once

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

LATER = TODAY + 3 * DAY
SMALL = {"principal_minor": 20_000, "annual_rate_percent": Decimal(0), "interest": "period", "count": 1}


@pytest.fixture
def plan(till, loan, bank):
    """Plan a payment of Bo's for `on`; returns its ref."""

    def planned(amount: int = INSTALLMENT, on=LATER, method: str = "", agreement: str = "") -> str:
        return till.pay(agreement or loan, amount, method or bank, wanted=Wanted(on=on))

    return planned


@pytest.mark.safety("M4")
def test_a_planned_payment_waits_for_its_day_and_is_sent_once(till, plan) -> None:
    ref = plan()
    assert (till.state(ref), till.count(Attempt), till.charges()) == ("scheduled", 0, [])
    assert scheduled.send_due(today=LATER - DAY, now=NOW).sent == 0
    assert scheduled.send_due(today=LATER, now=NOW).sent == 1
    assert till.charges() == [(ref, INSTALLMENT, "accepted")]
    assert till.state(ref) == "pending"
    assert till.timeline(ref) == ["planned", "claimed", "accepted"]
    assert scheduled.send_due(today=LATER, now=NOW).sent == 0
    assert till.row(ref).begun_on == LATER


@pytest.mark.safety("J1", "J2")
def test_twelve_runs_at_once_send_each_planned_payment_once(till, plan, open_agreement, bank) -> None:
    refs = [plan(agreement=open_agreement("bo")) for _ in range(6)]
    runs = at_once(12, lambda _: scheduled.send_due(today=LATER, now=NOW, at_once=3))
    assert sum(run.sent for run in runs) == 6
    assert sorted(ref for ref, _, _ in till.charges()) == sorted(refs)


def test_a_planned_payment_shrinks_to_what_is_still_owed(till, plan, open_agreement) -> None:
    small = open_agreement("bo", **SMALL)
    ref = plan(20_000, agreement=small)
    counter.take(small, 15_000, "cash", secrets.token_urlsafe(16), who=till.who("dana"), today=TODAY, now=NOW)
    scheduled.send_due(today=LATER, now=NOW + timedelta(days=3))
    assert till.charges() == [(ref, 5_000, "accepted")]
    assert till.row(ref).amount_minor == 5_000
    assert till.timeline(ref) == ["planned", "changed", "claimed", "accepted"]


def test_a_planned_payment_is_not_sent_when_nothing_is_owed_any_more(till, plan, open_agreement) -> None:
    small = open_agreement("bo", **SMALL)
    ref = plan(20_000, agreement=small)
    counter.take(small, 20_000, "cash", secrets.token_urlsafe(16), who=till.who("dana"), today=TODAY, now=NOW)
    assert scheduled.send_due(today=LATER, now=NOW).sent == 0
    assert till.charges() == []
    assert (till.state(ref), till.row(ref).failure_code) == ("failed", "agreement_closed")


@pytest.mark.parametrize(
    ("values", "code"),
    [({"removed_at": NOW}, "method_removed"), ({"stopped_code": "R02"}, "method_stopped")],
)
def test_a_planned_payment_whose_way_to_pay_is_gone_fails_and_says_why(
    till, plan, bank, values, code
) -> None:
    ref = plan()
    till.change(update(PaymentMethod).where(PaymentMethod.ref == bank).values(**values))
    scheduled.send_due(today=LATER, now=NOW)
    assert (till.state(ref), till.row(ref).failure_code, till.charges()) == ("failed", code, [])
    assert till.mails("payment_failed") == 1


def test_the_owner_cancels_until_the_claim_and_not_after_it(till, plan) -> None:
    first, second = plan(), plan(INSTALLMENT + 1)
    bo = till.who("bo")
    assert scheduled.cancel(first, who=bo, today=TODAY, now=NOW)
    assert not scheduled.cancel(first, who=bo, today=TODAY, now=NOW)
    scheduled.send_due(today=LATER, now=NOW)
    with pytest.raises(Conflict, match="being sent already"):
        scheduled.cancel(second, who=bo, today=LATER, now=NOW)
    assert till.charges() == [(second, INSTALLMENT + 1, "accepted")]
    assert till.state(first) == "cancelled"


def test_a_stranger_neither_cancels_nor_changes_it(till, plan, bank) -> None:
    ref = plan()
    with pytest.raises(Gone):
        scheduled.cancel(ref, who=till.who("tess"), today=TODAY, now=NOW)
    with pytest.raises(Gone):
        scheduled.change(ref, 100, LATER, bank, who=till.who("tess"), today=TODAY, now=NOW)
    assert till.state(ref) == "scheduled"


def test_the_owner_changes_amount_day_and_way_to_pay(till, plan, card) -> None:
    ref = plan()
    scheduled.change(ref, 20_000, LATER + DAY, card, who=till.who("bo"), today=TODAY, now=NOW)
    assert scheduled.send_due(today=LATER, now=NOW).sent == 0
    scheduled.send_due(today=LATER + DAY, now=NOW)
    assert till.charges() == [(ref, 20_000, "settled")]
    assert till.timeline(ref)[:2] == ["planned", "changed"]


def test_a_change_to_more_than_is_owed_is_refused_and_changes_nothing(till, plan, bank) -> None:
    ref = plan()
    with pytest.raises(Refused, match="more than you owe|At most"):
        scheduled.change(ref, 99_999_999, LATER, bank, who=till.who("bo"), today=TODAY, now=NOW)
    with pytest.raises(Refused, match="has gone"):
        scheduled.change(ref, 1_000, TODAY - DAY, bank, who=till.who("bo"), today=TODAY, now=NOW)
    assert (till.row(ref).amount_minor, till.row(ref).scheduled_on) == (INSTALLMENT, LATER)


@pytest.mark.parametrize("on", [TODAY - DAY, TODAY + timedelta(days=400)])
def test_a_day_that_has_gone_or_is_too_far_ahead_is_refused(till, plan, on) -> None:
    with pytest.raises(Refused):
        plan(on=on)
    assert till.count(Payment) == 0


@pytest.mark.safety("J2")
def test_cancel_and_claim_at_the_same_moment_never_charge_a_cancelled_payment(
    till, plan, open_agreement
) -> None:
    bo = till.who("bo")
    for _ in range(8):
        ref = plan(agreement=open_agreement("bo"))

        def one(which: int, ref: str = ref) -> object:
            if which:
                return scheduled.send_due(today=LATER, now=NOW, at_once=2)
            return scheduled.cancel(ref, who=bo, today=TODAY, now=NOW)

        cancelled = at_once(2, one)[0]
        assert bool(till.charges(ref)) == isinstance(cancelled, Conflict)


@pytest.mark.safety("M7")
def test_a_crash_after_the_claim_is_healed_under_the_same_key(till, plan, monkeypatch) -> None:
    ref = plan()

    def crash(*_args: object, **_more: object) -> None:
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as patch:
        patch.setattr(scheduled, "send", crash)
        assert len(scheduled.send_due(today=LATER, now=NOW).failed) == 1
    assert (till.state(ref), till.charges()) == ("attempting", [])
    payment_watch.resolve_unknown(today=LATER, now=NOW + timedelta(minutes=2))
    assert till.charges() == [(ref, INSTALLMENT, "accepted")]
    assert till.state(ref) == "pending"
