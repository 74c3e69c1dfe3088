"""Whatever stands in a file that is handed in: statements or one clear reason, never another error, never hours."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.banking.csv_layout import Layout
from domain.banking.reading import MOST_BYTES, Read, Unknown, no_layouts, placed, read_as, read_statements
from domain.words import Refused
from tests.domain.banking.samples import camt, camt_entry, ofx, ofx_line
from tests.fixtures.hostile import damaged

OFX = ofx(ofx_line("150.00", "F1", "BO", "loan L-7 &amp; more") + ofx_line("-20.00", "F2"), closing="1130.00")
CAMT = camt(camt_entry())
CSV = "Date,Text,Amount,Balance\n2026-11-02,rent,5.00,10.00\n2026-11-03,fee,-1.00,9.00\n"
LAYOUT = Layout(
    {"booked_on": "Date", "text": "Text", "amount": "Amount", "balance": "Balance"}, "point", "day", "777"
)
LONGEST_S = 30
"""How long the worst file of the largest size may take, on a slow machine; each of them took minutes or hours once, or
would if its time grew with the square of its size.
"""


def outcome(content: bytes) -> Read | Unknown | str:
    """What the readers make of a file; a CSV is also read by columns that somebody explained."""
    with placed(content) as path:
        try:
            read = read_statements(path, no_layouts, "USD")
            return read_as(path, LAYOUT, "USD") if isinstance(read, Unknown) else read
        except Refused as refused:
            return str(refused.sentence)


@settings(max_examples=150, deadline=None)
@given(damaged(OFX.encode(), CAMT.encode(), CSV.encode()))
def test_a_damaged_file_is_read_or_refused_with_a_reason(content: bytes) -> None:
    outcome(content)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=600))
def test_bytes_that_mean_nothing_are_read_or_refused_with_a_reason(content: bytes) -> None:
    outcome(content)
    outcome(b"<OFX>" + content)
    outcome(b"Date,Text,Amount\n2026-11-02,rent,5.00\n" + content)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: ofx(ofx_line("1.00", "F1", "&#" + "9" * 5000 + ";")), "damaged"),
        (lambda: ofx(ofx_line("1" * 5000, "F1")), "not an amount"),
        (lambda: ofx(ofx_line("1.00", "F1", day="٢٠٢٦١١٠٢")), "not a day"),
        (lambda: ofx(ofx_line("1.00", "F1", "x" * 20_000)), "damaged"),
        (lambda: CAMT.replace("<Ntry>", "<!DOCTYPE a [<!ENTITY b 'c'>]><Ntry>"), "damaged"),
        (lambda: CAMT.replace("150.00</Amt><Cdt", "1e9</Amt><Cdt"), "not an amount"),
        (lambda: CSV.replace("5.00", "9" * 5000), "cannot be read"),
        (lambda: CSV.replace("2026-11-02", "0000-00-00"), ""),
        (lambda: OFX.replace("20261102", "99991231"), "cannot be a day"),
        (lambda: CAMT.replace("<ValDt><Dt>2026", "<ValDt><Dt>9999"), "cannot be a day"),
        (lambda: CSV.replace("2026-11-02", "0001-01-01"), "cannot be a day"),
    ],
)
def test_what_broke_readers_before_is_refused_with_its_reason(make: Callable[[], str], says: str) -> None:
    said = outcome(make().encode())
    assert isinstance(said, str)
    assert says in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        lambda most: ofx(ofx_line("1.00", "F1", "<![CDATA[a]]>" * (most // 13))),
        lambda most: ofx(ofx_line("1.00", "F1", "a<!---->" * (most // 8))),
        lambda most: "<OFX>" + "<A><B></A>" * (most // 10),
        lambda most: "<OFX>" + "<" * most,
        lambda most: ofx("<STMTTRN></STMTTRN>" * (most // 19)),
        lambda most: camt("<a>" * (most // 8) + "</a>" * (most // 8)),
        lambda most: camt("<Ntry/>" * (most // 7)),
        lambda most: "Date,Text,Amount\n2026-11-02," + "," * most,
        lambda most: "Date,Text,Amount\n" + "\n" * most,
        lambda most: 'Date,Text,Amount\n2026-11-02,"' + "a\n" * (most // 2),
        lambda most: "Date,Text,Amount\n2026-11-02,a," + "1" * most,
    ],
    ids=["cdata", "comments", "never-closed", "marks", "entries", "deep", "empty", "cells", "lines", "quote", "digits"],
)  # fmt: skip
def test_the_worst_file_of_the_largest_size_is_done_with_soon(make: Callable[[int], str]) -> None:
    content = make(MOST_BYTES - 1_000).encode()
    began = time.monotonic()
    outcome(content)
    assert time.monotonic() - began < LONGEST_S
