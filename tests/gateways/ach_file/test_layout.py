"""Records are 94 characters, and what people are called fits into them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.ach_file import layout
from gateways.ach_file.layout import Record, clean, is_debit


def test_a_record_that_is_not_94_columns_wide_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="93 columns"):
        Record("short", "type 1,rest 92")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Zoë Müßig", "Zoe Mussig"),
        ("Łukasz Ørsted", "Lukasz Orsted"),
        ("O’Brien", "O'Brien"),
        ("Bo\tBorrows\n", "Bo Borrows"),
        ("北京 Wang", "Wang"),
        ("Maximiliane von Hohenzollern-Sigmaringen", "Maximiliane von Hohenz"),
    ],
)
def test_a_name_loses_its_accents_and_what_no_record_can_hold(name: str, written: str) -> None:
    assert clean(name, 22) == written


@given(st.text(max_size=60), st.integers(1, 30))
def test_whatever_a_name_is_it_ends_as_printable_ascii_that_fits(name: str, width: int) -> None:
    written = clean(name, width)
    assert len(written) <= width
    assert written.isascii()
    assert written == "" or written.isprintable()
    assert clean(written, width) == written


def test_a_returned_debit_counts_as_a_debit() -> None:
    assert [code for code in ("22", "26", "27", "28", "32", "36", "37", "38", "21") if is_debit(code)] == [
        "26", "27", "28", "36", "37", "38",
    ]  # fmt: skip


def test_what_is_written_by_a_record_is_read_by_it() -> None:
    line = layout.ENTRY.template % ("6", "27", "021000021", "123", 5, "P-1", "BO", "S", "0", "1" * 15)
    assert len(line) == 94
    assert layout.ENTRY.read(line)["amount"] == "0000000005"
    assert layout.ENTRY.read(line)["account"] == "123"
