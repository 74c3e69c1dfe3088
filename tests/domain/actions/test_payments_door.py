"""The one door by which a payment changes state: what passes, once, and what is written down instead."""

from __future__ import annotations

import itertools
import secrets

import pytest

from domain.actions import payments
from domain.actions.payment_intents import keep_intent
from domain.actions.payment_limits import PLAIN, Wanted
from domain.actions.payments import Event, Mismatch
from domain.rules.payment_states import TABLE, named
from domain.words import Gone
from models import PAYMENT_STATES, JournalEntry, PaymentReturn, Receipt
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY, Till, at_once
from tests.domain.rules.test_payment_states import ALLOWED

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

WAY_TO = {
    "attempting": (),
    "unknown": ("no_answer",),
    "awaiting": ("needs_confirmation",),
    "pending": ("accepted",),
    "settled": ("settled",),
    "failed": ("declined",),
    "cancelled": ("needs_confirmation", "expired"),
}


def begun(till: Till, loan: str, method: str, state: str = "attempting") -> str:
    """A payment in `state`, of which the gateway knows nothing: it comes there by events alone."""
    ref = secrets.token_urlsafe(16)
    wanted = Wanted(on=TODAY + DAY) if state == "scheduled" else PLAIN
    keep_intent(loan, INSTALLMENT, method, ref, till.who("bo"), TODAY, NOW, True, wanted)
    for event in WAY_TO.get(state, ()):
        assert till.settle(ref, event)
    assert till.state(ref) == state
    return ref


@pytest.mark.safety("M5")
@pytest.mark.parametrize("state", PAYMENT_STATES)
def test_only_listed_events_change_a_payment_and_the_rest_are_written_down(till, loan, bank, state) -> None:
    for event in TABLE.keys() - {"unfiled"}:  # of payments by file alone; the database refuses it elsewhere
        ref = begun(till, loan, bank, state)
        before, remarks = till.timeline(ref), till.audits("payment.unexpected_event")
        entries = till.count(JournalEntry)
        come = named(state, event)
        target = ALLOWED.get((come, state))
        assert till.settle(ref, event, code="R01") is (target is not None), f"{event} in {state}"
        if target is not None:
            assert till.state(ref) == target
            assert till.timeline(ref) == [*before, come]
            continue
        assert till.state(ref) == state
        assert till.timeline(ref) == before
        assert till.count(JournalEntry) == entries
        nothing_moved = (("cancelled", "failed"), ("failed", "cancelled"), ("settled", "pending"))
        quiet = (state, TABLE[come][1]) in ((state, state), *nothing_moved)
        assert till.audits("payment.unexpected_event") == remarks + (not quiet)


def test_an_unknown_payment_is_gone(till) -> None:
    with pytest.raises(Gone):
        till.settle("nobody-has-this-ref", "settled")


@pytest.mark.safety("M14")
@pytest.mark.parametrize(
    "wrong", [{"amount_minor": INSTALLMENT + 1}, {"amount_minor": 0}, {"currency": "EUR"}]
)
def test_an_event_about_another_amount_or_currency_changes_nothing_and_is_audited(
    till, loan, bank, wrong
) -> None:
    ref = begun(till, loan, bank, "pending")
    before = till.balances(loan)
    with pytest.raises(Mismatch):
        till.settle(ref, "settled", **wrong)
    assert till.state(ref) == "pending"
    assert till.timeline(ref) == ["begun", "accepted"]
    assert till.balances(loan) == before
    assert till.audits("payment.mismatch") == 1
    assert till.settle(ref, "settled", amount_minor=INSTALLMENT, currency="USD")


@pytest.mark.safety("M15")
def test_an_event_that_comes_a_hundred_times_acts_once(till, loan, bank) -> None:
    ref = begun(till, loan, bank, "pending")
    changed = [till.settle(ref, "settled", source_id="evt-1") for _ in range(100)]
    assert changed.count(True) == 1
    once = till.balances(loan)
    changed = [
        till.settle(ref, "returned", source_id=f"evt-2-{number % 3}", code="R01") for number in range(100)
    ]
    assert changed.count(True) == 1
    assert till.count(Receipt) == till.count(PaymentReturn) == 1
    assert once != till.balances(loan)
    assert till.audits("payment.unexpected_event") == 0
    assert till.differences() == settled_without_a_charge(ref)


@pytest.mark.safety("M15")
def test_twenty_messengers_at_once_settle_a_payment_once(till, loan, bank) -> None:
    ref = begun(till, loan, bank, "pending")
    told = at_once(20, lambda number: till.settle(ref, "settled", source_id=f"evt-{number}"))
    assert sorted(map(str, told)) == ["False"] * 19 + ["True"]
    assert till.total("clearing_sandbox") == INSTALLMENT
    back = at_once(20, lambda number: till.settle(ref, "returned", source_id=f"back-{number}", code="R01"))
    assert sorted(map(str, back)) == ["False"] * 19 + ["True"]
    assert till.total("clearing_sandbox") == 0


def settled_without_a_charge(ref: str) -> list[str]:
    """The only complaint about a payment that went through the door without any gateway."""
    return [f"payment {ref}: we call it settled, sandbox has no such charge"]


STORY = (
    ("accepted", TODAY, "evt-1"),
    ("accepted", TODAY, "evt-1"),
    ("settled", TODAY + 2 * DAY, "evt-2"),
    ("settled", TODAY + 2 * DAY, "evt-3"),
    ("returned", TODAY + 3 * DAY, "evt-4"),
    ("returned", TODAY + 3 * DAY, "evt-4"),
)


def told_in_order(till: Till, loan: str, bank: str, order: tuple[int, ...]) -> str:
    ref = begun(till, loan, bank)
    for number in order:
        name, on, source_id = STORY[number]
        event = Event(name, on, code="R01" if name == "returned" else "", source_id=f"{ref}:{source_id}")
        payments.settle(ref, event, by="test", today=on, now=NOW)
    return ref


@pytest.mark.safety("M16")
@pytest.mark.parametrize("part", range(4))
@pytest.mark.database("sqlite")
def test_all_orders_of_six_events_end_in_the_same_books(till, open_agreement, bank, rounds, part) -> None:
    orders = list(itertools.permutations(range(6)))[part :: rounds(60, 4)]
    till.charge_for_returns(2_500)
    plain = open_agreement("bo")
    told_in_order(till, plain, bank, (0, 1, 2, 3, 4, 5))
    expected = till.balances(plain)
    assert expected["fees_receivable"] == 2_500
    for order in orders:
        loan = open_agreement("bo")
        ref = told_in_order(till, loan, bank, order)
        assert till.balances(loan) == expected, order
        assert till.state(ref) == "settled", order
    assert till.count(PaymentReturn) == till.count(Receipt) == len(orders) + 1
    assert till.total("clearing_sandbox") == 0


@pytest.mark.safety("M16")
def test_a_return_told_before_the_settlement_waits_for_it(till, loan, bank) -> None:
    ref = begun(till, loan, bank, "pending")
    owed = till.balances(loan)
    assert till.settle(ref, "returned", code="R02", on=TODAY + 3 * DAY)
    assert till.state(ref) == "failed"
    assert till.balances(loan) == owed
    assert till.row(ref).failure_code == "R02"
    assert till.settle(ref, "settled", on=TODAY + 2 * DAY)
    assert till.state(ref) == "settled"
    assert till.timeline(ref) == ["begun", "accepted", "returned_unsettled", "settled", "returned"]
    assert (
        till.count(PaymentReturn, PaymentReturn.returned_on == TODAY + 3 * DAY, PaymentReturn.code == "R02")
        == 1
    )
    assert not till.settle(ref, "settled", on=TODAY + 2 * DAY)
    assert not till.settle(ref, "returned", code="R02", on=TODAY + 3 * DAY)


def test_a_declined_payment_does_not_come_alive_by_a_settlement(till, loan, bank) -> None:
    ref = begun(till, loan, bank, "failed")
    assert not till.settle(ref, "settled")
    assert till.audits("payment.unexpected_event") == 1
    assert till.total("clearing_sandbox") == 0
