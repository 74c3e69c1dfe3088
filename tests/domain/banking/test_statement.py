"""A statement is whole or refused, and a line has one name in every file that holds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.banking.statement import (
    StatementData,
    StatementLine,
    clean,
    exact_amount,
    follows_itself,
    line_hashes,
    proved,
)
from domain.words import Refused

DAY = date(2026, 11, 2)
LINE = StatementLine(DAY, 15_000, "Bo", "rent", "F1")


def statement(*lines: StatementLine, opening: int | None = 0, closing: int | None = None) -> StatementData:
    return StatementData("5550001", "USD", DAY, DAY, lines, opening, closing)


def test_opening_and_lines_make_the_closing_balance() -> None:
    assert proved(statement(LINE, opening=100, closing=15_100)).sum_minor == 15_000


@pytest.mark.parametrize("closing", [15_001, 14_999, -15_000, 0])
def test_a_statement_that_does_not_add_up_is_refused_with_its_figures(closing: int) -> None:
    with pytest.raises(Refused, match=r"begins with 0.00 USD, its lines come to 150.00 USD"):
        proved(statement(LINE, closing=closing))


def test_a_line_exported_twice_under_one_reference_counts_once() -> None:
    once = proved(statement(LINE, LINE, opening=None))
    assert (once.lines, len(once.notes)) == ((LINE,), 1)
    assert proved(statement(LINE, LINE, closing=15_000)).lines == (LINE,)


def test_two_equal_lines_that_the_balance_needs_both_stay_two() -> None:
    assert len(proved(statement(LINE, LINE, closing=30_000)).lines) == 2


def test_two_equal_transfers_without_a_reference_are_two() -> None:
    plain = replace(LINE, bank_ref="")
    assert len(proved(statement(plain, plain, opening=None)).lines) == 2
    first, second = line_hashes("a", [plain, plain])
    assert first != second


def test_a_line_has_the_same_name_whatever_file_holds_it() -> None:
    plain, other = replace(LINE, bank_ref=""), replace(LINE, bank_ref="", name="Tess")
    short, long = line_hashes("a", [plain]), line_hashes("a", [other, plain, plain])
    assert short[0] == long[1]
    assert len(set(long)) == 3
    assert line_hashes("b", [plain]) != short


lines = st.builds(
    StatementLine,
    st.integers(0, 40).map(lambda days: DAY + timedelta(days=days)),
    st.integers(-(10**9), 10**9).filter(bool),
    st.sampled_from(["Bo", "Tess", ""]),
    st.sampled_from(["rent", ""]),
    st.sampled_from(["", "F1", "F2", "F3"]),
)


@given(st.lists(lines, max_size=30), st.integers(-(10**9), 10**9), st.integers(1, 10**6))
@settings(max_examples=200)
def test_one_line_more_or_less_never_passes(some: list[StatementLine], opening: int, off: int) -> None:
    assume(len(set(some)) == len(some))  # one exported twice is another matter
    closing = opening + sum(line.amount_minor for line in some)
    assert proved(statement(*some, opening=opening, closing=closing)).lines == tuple(some)
    missing = replace(LINE, amount_minor=off, bank_ref="another")
    with pytest.raises(Refused):
        proved(statement(*some, missing, opening=opening, closing=closing))


@given(st.lists(lines, max_size=30), st.data())
@settings(max_examples=200)
def test_overlapping_statements_name_the_lines_of_a_whole_day_alike(
    some: list[StatementLine], data: st.DataObject
) -> None:
    ordered = sorted(some, key=lambda line: line.booked_on)
    cut = DAY + timedelta(days=data.draw(st.integers(0, 41)))
    later = [line for line in ordered if line.booked_on >= cut]
    named = dict(zip(line_hashes("a", ordered), ordered, strict=True))
    assert len(named) == len(ordered)
    assert {name for name, line in named.items() if line.booked_on >= cut} == set(line_hashes("a", later))


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("-6.60", "USD", -660),
        ("+.5", "USD", 50),
        ("100,00", "EUR", 10_000),
        ("100.", "USD", 10_000),
        ("2700", "JPY", 2_700),
        ("1.2340", "KWD", 1_234),
        ("1.500", "USD", 150),
    ],
)
def test_amounts_of_the_formats_are_exact(text: str, currency: str, minor: int) -> None:
    assert exact_amount(text, currency) == minor


@pytest.mark.parametrize(
    "text", ["", "-", ".", "1e3", "1,234.50", "12.345", "NaN", "١٢", "1" * 20, "0x10", "1 000"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is not an amount"):
        exact_amount(text, "USD")


def test_texts_of_the_bank_are_kept_on_one_line_without_card_numbers() -> None:
    assert clean(" a\n\tb\u202e c\x00 ", 9) == "a b c"
    assert "4111" not in clean("paid by 4111 1111 1111 1111", 60)


def test_running_balances_follow_their_lines_or_nothing_is_said() -> None:
    assert follows_itself([110, 100], [10, -10]) == (100, 100)
    assert follows_itself([110, 101], [10, -10]) is None
    assert follows_itself([], []) is None
