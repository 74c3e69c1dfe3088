"""A file from the bank is taken whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.ach_file.gateway import AchFileGateway
from gateways.ach_file.layout import BATCH_CONTROL, FILE_CONTROL
from gateways.ach_file.parser import parse
from gateways.files import FileRefused
from tests.gateways.ach_file.conftest import ORIGINATOR, a_line, an_order, return_file, trace

# moov-io/ach, test/testdata/return-WEB.ach
MOOV_RETURN = """\
101 091400606 6910001341810170306A094101FIRST BANK & TRUST     ASF APPLICATION SUPERVI        
5200CoinLion                            123456789 WEBTRANSFER        000101   1091000010000001
626091400606123456789        0000012354MjMxNDAwMjAtOGQPaul Jones            S 1091000017611242
799R01091400600000001      09100001                                            091000017611242
82000000020009140060000000012354000000000000 123456789                         091000010000001
5200CoinLion                            123456789 WEBTRANSFER        000101   1021000020000002
621091400606867530999999     0000004565NmRjZTJmMzItMGNBob Marley            S 1021000029461242
799R03091400600000003      02100002                                            021000029461242
82000000020009140060000000000000000000004565 123456789                         021000020000002
9000002000001000000040018280120000000012354000000004565                                       
"""  # noqa: W291 - the spaces at the end of a record are part of it
GOOD = (
    AchFileGateway(ORIGINATOR).write(an_order([a_line(number) for number in range(1, 13)])).content.decode()
)
CHECKED = (
    [(GOOD.index("\n8") + 1, field) for field in BATCH_CONTROL.fields]
    + [(GOOD.index("\n9") + 1, field) for field in FILE_CONTROL.fields]
)  # fmt: skip


def test_a_return_file_of_somebody_else_is_read_with_its_totals() -> None:
    file = parse(MOOV_RETURN.encode())
    assert [len(batch.entries) for batch in file.batches] == [1, 1]
    assert (file.totals.debit_minor, file.totals.credit_minor) == (12354, 4565)


@settings(max_examples=200)
@given(
    st.sampled_from(
        [where for where in CHECKED if where[1].name not in ("authentication", "reserved", "type")]
    ),
    st.data(),
)
def test_one_flipped_digit_in_a_control_record_refuses_the_file(where, data) -> None:
    start, field = where
    at = data.draw(st.sampled_from(range(start + field.start, start + field.end)))
    digit = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != GOOD[at]]))
    with pytest.raises(FileRefused):
        parse((GOOD[:at] + digit + GOOD[at + 1 :]).encode())


def test_a_flipped_digit_in_an_amount_or_a_bank_refuses_the_file() -> None:
    entry = GOOD.index("\n6") + 1
    for at in (entry + 3, entry + 10, entry + 29, entry + 38):
        flipped = str((int(GOOD[at]) + 1) % 10)
        with pytest.raises(FileRefused, match=r"totals in line|not the record"):
            parse((GOOD[:at] + flipped + GOOD[at + 1 :]).encode())


@pytest.mark.parametrize("ending", ["\r\n", "\r", ""])
def test_lines_may_end_in_any_way_or_not_at_all(ending: str) -> None:
    assert parse(GOOD.replace("\n", ending).encode()).totals == parse(GOOD.encode()).totals


def test_a_file_without_its_lines_of_nines_and_without_spaces_at_the_end_is_taken() -> None:
    lines = [line for line in GOOD.splitlines() if line != "9" * 94]
    assert parse("\n".join(line.rstrip() for line in lines).encode()).totals.count == 12


@pytest.mark.parametrize("kept", range(1, 16))
def test_a_file_cut_short_after_any_record_is_refused(kept: int) -> None:
    lines = GOOD.splitlines()
    assert len(lines) == 20
    assert lines[15].startswith("9000001")
    with pytest.raises(FileRefused):
        parse("\n".join(lines[:kept]).encode())


@given(st.integers(0, len(MOOV_RETURN) - 50))
def test_a_file_cut_short_anywhere_is_refused(length: int) -> None:
    with pytest.raises(FileRefused):
        parse(MOOV_RETURN[:length].encode())


@settings(max_examples=100)
@given(st.binary(max_size=400))
def test_no_bytes_whatever_do_more_than_be_refused(content: bytes) -> None:
    for given_bytes in (content, b"101 " + content):
        with pytest.raises(FileRefused):
            parse(given_bytes)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a file in the format of Nacha"),
        (b"%PDF-1.7", "not a file in the format of Nacha"),
        ("101é".encode(), "not a file in the format of Nacha"),
        (b"1" * 94 + b"\n", "not a file in the format of Nacha"),
        (GOOD.replace("\n6", "\n5", 1).encode(), "not the record that belongs there"),
        (GOOD.replace("\n6", "\n6 ", 1).encode(), "Line 3 of the file is not 94 characters long"),
        (return_file([("R01", trace(1), 5)]).replace(b"799R01", b"499R01"), "not the record that belongs there"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused_in_clear_words(content: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        parse(content)
