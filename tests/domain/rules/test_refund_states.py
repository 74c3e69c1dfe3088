"""The states of a refund: one closed table."""

from __future__ import annotations

from itertools import product

from domain.rules.refund_states import COUNTS, LIVE, TABLE, WORDS, after


def test_every_state_has_its_words() -> None:
    assert {target for _, target in TABLE.values()} | {"attempting"} == set(WORDS)


def test_a_refund_that_failed_stays_failed() -> None:
    assert {after("failed", event) for event in TABLE} == {None}


def test_one_that_arrived_can_still_be_sent_back_by_the_bank_and_nothing_else() -> None:
    assert {event for event in TABLE if after("settled", event)} == {"failed"}


def test_only_a_failed_refund_frees_what_it_took() -> None:
    assert set(WORDS) - set(COUNTS) == {"failed"}


def test_no_event_leads_back_to_an_attempt_but_taking_it_out_of_a_file() -> None:
    back = {
        event for state, event in product(WORDS, TABLE) if state not in LIVE and after(state, event) in LIVE
    }
    assert back == {"unfiled"}
