"""The machine of payment states: which event may come in which state, listed here a second time on purpose."""

from __future__ import annotations

import pytest

from domain.rules.payment_states import EVENT_WORDS, LIVE, ON_ITS_WAY, TABLE, WORDS, after, agrees, named
from models import PAYMENT_STATES

UNSETTLED = ("attempting", "unknown", "awaiting", "pending", "cancelled")
ALLOWED = {
    ("claimed", "scheduled"): "attempting",
    ("filed", "scheduled"): "pending",
    ("unfiled", "pending"): "scheduled",
    ("stopped", "scheduled"): "failed",
    **{("accepted", state): "pending" for state in ("attempting", "unknown", "awaiting", "cancelled")},
    **{("settled", state): "settled" for state in UNSETTLED},
    **{("declined", state): "failed" for state in ("attempting", "unknown", "awaiting", "pending")},
    **{("needs_confirmation", state): "awaiting" for state in ("attempting", "unknown")},
    ("no_answer", "attempting"): "unknown",
    **{("not_found", state): "failed" for state in ("attempting", "unknown")},
    ("expired", "awaiting"): "cancelled",
    **{("cancelled", state): "cancelled" for state in ("scheduled", "awaiting")},
    **{("returned_unsettled", state): "failed" for state in UNSETTLED},
    ("returned", "settled"): "settled",
    ("disputed", "settled"): "settled",
}


@pytest.mark.safety("M5")
@pytest.mark.parametrize("event", TABLE)
def test_only_the_listed_events_may_come_in_a_state(event: str) -> None:
    for state in PAYMENT_STATES:
        assert after(state, event) == ALLOWED.get((event, state)), f"{event} in {state}"


@pytest.mark.safety("M5")
def test_an_event_that_is_not_in_the_table_is_a_fault() -> None:
    with pytest.raises(KeyError):
        after("attempting", "paid")


def test_no_event_leads_out_of_a_failed_payment() -> None:
    assert not [event for event in TABLE if after("failed", event)]


def test_money_that_arrived_never_becomes_unsettled_again() -> None:
    assert {after("settled", event) for event in TABLE} == {None, "settled"}


def test_every_state_and_event_has_its_words() -> None:
    assert set(PAYMENT_STATES) <= set(WORDS)
    assert set(EVENT_WORDS) == {*TABLE, "begun", "planned", "changed"}
    assert set(LIVE) < set(ON_ITS_WAY) < set(PAYMENT_STATES)


def test_a_return_before_the_settlement_is_a_failure_and_after_it_a_return() -> None:
    assert {named(state, "returned") for state in UNSETTLED} == {"returned_unsettled"}
    assert named("pending", "disputed") == "returned_unsettled"
    assert named("settled", "returned") == "returned"
    assert named("settled", "disputed") == "disputed"
    assert named("pending", "settled") == "settled"


def test_a_page_that_closes_cancels_what_waited_there_and_fails_what_was_not_known_to_wait() -> None:
    assert named("awaiting", "expired") == "expired"
    assert {named(state, "expired") for state in LIVE} == {"declined"}


def test_what_is_told_again_or_late_says_nothing_new() -> None:
    assert agrees("cancelled", "failed")
    assert agrees("failed", "cancelled")
    assert agrees("settled", "settled")
    assert agrees("settled", "pending")
    assert not agrees("failed", "pending")
    assert not agrees("cancelled", "settled")
    assert not agrees("failed", "settled")
