"""The states of a dispute: one closed table."""

from __future__ import annotations

from domain.rules.dispute_states import RUNNING, TABLE, WORDS, after


def test_every_state_has_its_words() -> None:
    assert {target for _, target in TABLE.values()} | {"open"} == set(WORDS)


def test_what_the_bank_decided_stays() -> None:
    assert {after(state, event) for state in ("won", "lost") for event in TABLE} == {None}


def test_a_case_that_runs_can_be_won_even_where_we_gave_in() -> None:
    assert {after(state, "won") for state in RUNNING} == {"won"}


def test_evidence_is_sent_while_the_case_waits_for_it() -> None:
    assert [state for state in WORDS if after(state, "answered")] == ["open"]
