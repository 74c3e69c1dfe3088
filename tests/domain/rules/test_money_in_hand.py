"""What is handed over at the counter: its particulars, and the change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.money_in_hand import (
    IN_HAND,
    PAPERS,
    PLAIN,
    UNCERTIFIED,
    Particulars,
    change_of,
    check_particulars,
    note_of,
)
from domain.words import Refused


def refused_field(instrument: str, **paper: object) -> str | None:
    with pytest.raises(Refused) as told:
        check_particulars(instrument, Particulars(**paper))  # type: ignore[arg-type]
    return told.value.field


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_the_change_and_the_amount_are_what_was_given(amount, more) -> None:
    assert change_of("cash", amount, amount + more, "USD") + amount == amount + more


def test_less_cash_than_the_amount_is_refused_and_nothing_said_means_exactly_that() -> None:
    assert change_of("cash", 100, None, "USD") == 0
    assert change_of("check", 100, 1, "USD") == 0  # only of cash there is change
    with pytest.raises(Refused) as told:
        change_of("cash", 100, 99, "USD")
    assert told.value.field == "given"


@pytest.mark.parametrize("instrument", PAPERS)
def test_paper_is_known_by_its_number(instrument) -> None:
    assert refused_field(instrument, last4="4242") == "number"
    assert refused_field(instrument, number="•••• 1111", last4="4242") == "number"
    check_particulars(instrument, Particulars(number="A-1042", last4="4242"))


@pytest.mark.parametrize("last4", ["", "42", "42424", "424x", "４２４２"])
def test_a_terminals_slip_needs_four_digits_of_the_card(last4) -> None:
    assert refused_field("terminal", number="771204", last4=last4) == "last4"


@pytest.mark.parametrize("field", ["number", "bank", "note"])
def test_a_card_number_is_refused_wherever_it_is_written(field) -> None:
    paper = {"number": "1042", "last4": "4242"} | {field: "4242424242424242"}
    assert refused_field("terminal", **paper) == field


@pytest.mark.parametrize(("field", "most"), [("number", 24), ("bank", 60), ("note", 90)])
def test_every_particular_has_its_longest(field, most) -> None:
    check_particulars("check", Particulars(**({"number": "1"} | {field: "a" * most})))
    assert refused_field("check", **({"number": "1"} | {field: "a" * (most + 1)})) == field


def test_what_nobody_takes_is_refused_and_cash_needs_nothing() -> None:
    for instrument in ("", "gold", "card"):
        assert refused_field(instrument) == "instrument"
    check_particulars("cash", PLAIN)


def test_the_longest_note_fits_the_column() -> None:
    paper = Particulars("1" * 24, "b" * 60, "4242", None, "n" * 90)
    assert all(len(note_of(instrument, paper)) <= 200 for instrument in IN_HAND)
    assert note_of("cash", Particulars(number="1", bank="B", note="for May")) == "for May"
    assert set(UNCERTIFIED) < set(PAPERS)
