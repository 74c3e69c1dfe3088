"""Whatever a file holds that is handed in as the bank's: news, or a refusal in words; never another error."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.ach_file.gateway import AchFileGateway
from gateways.files import FileGateway, FileRefused
from tests.fixtures.hostile import damaged
from tests.gateways.ach_file.conftest import ORIGINATOR, return_file, trace
from tests.gateways.bacs_file.conftest import GATEWAY as BACS
from tests.gateways.bacs_file.test_reader import advices, arudd, item
from tests.gateways.sepa_file.conftest import GATEWAY as SEPA
from tests.gateways.sepa_file.test_reader import block, entry, notice, returned, status, told

ACH = AchFileGateway(ORIGINATOR, live=False)
RETURNS = return_file([("R01", trace(1), 12_345), ("R10", trace(2), 100)])
CORRECTION = return_file([("C01", trace(1), 0)], corrected="987654321")
CLAIM = (
    b"<VocaDocument><Data><Document><ReportNumber>1</ReportNumber><ServiceUserNumber>123456</ServiceUserNumber>"
    b"<NewAdvices><DateOfDebit>2026-11-24</DateOfDebit><DDICAdvice><SUReference>LENA000001</SUReference>"
    b"<PayingBankReference>P1</PayingBankReference><TotalAmount>12.50</TotalAmount><ReasonCode>1</ReasonCode>"
    b"<ReasonCodeMeaning>said so</ReasonCodeMeaning></DDICAdvice></NewAdvices></Document></Data></VocaDocument>"
)
TRUE = {
    ACH: (RETURNS, CORRECTION),
    SEPA: (
        status(block(told("DB101", "RJCT", "AC04"))), notice(entry("DB101")), returned(),
        notice(entry("DB101"), message="camt.053.001.08"),
    ),
    BACS: (arudd(item()), advices("A", "3", more='payer-new-account-number="12345678"'), advices("N", "5"), CLAIM),
}  # fmt: skip
"""What banks send: each of them is read."""
WAYS = pytest.mark.parametrize("way", list(TRUE), ids=lambda way: way.name)


def outcome(way: FileGateway, content: bytes) -> str:
    try:
        reading = way.read(content)
    except FileRefused as refused:
        return str(refused.sentence)
    return f"{len(reading.news)} read"


@WAYS
def test_the_files_that_are_damaged_here_are_read_as_they_were(way: FileGateway) -> None:
    assert all(outcome(way, content).endswith(" read") for content in TRUE[way])


@WAYS
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_in_words(way: FileGateway, data: st.DataObject) -> None:
    assert outcome(way, data.draw(damaged(*TRUE[way])))


@WAYS
@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_that_mean_nothing_are_refused_in_words(way: FileGateway, content: bytes) -> None:
    assert not outcome(way, content).endswith(" read")
    assert not outcome(way, b"101" + content).endswith(" read")


@pytest.mark.parametrize(
    ("way", "content"),
    [
        (BACS, arudd(item()).replace(b"2026-11-26", b"9999-12-31")),
        (BACS, arudd(item()).replace(b"2026-11-24", b"0001-01-01")),
        (SEPA, notice(entry("DB101")).replace(b"<Dt>2026-12-01", b"<Dt>9999-12-31")),
        (ACH, RETURNS.replace(b"261127", b"269999")),
    ],
)
def test_a_day_that_nobody_can_count_from_is_refused(way: FileGateway, content: bytes) -> None:
    assert not outcome(way, content).endswith(" read")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "make"),
    [
        (ACH, lambda most: RETURNS[:95] + b"6" * most),
        (ACH, lambda most: b"101" + b"\n" * most),
        (ACH, lambda most: b"".join(RETURNS.splitlines(True)[:2]) + RETURNS.splitlines(True)[2] * (most // 95)),
        (SEPA, lambda most: notice(*["<a>" * (most // 8) + "</a>" * (most // 8)])),
        (SEPA, lambda most: notice(*[entry("DB101")] * (most // 600))),
        (BACS, lambda most: arudd(*[item()] * (most // 400))),
    ],
    ids=["long line", "empty lines", "entries", "deep", "notices", "items"],
)  # fmt: skip
def test_the_worst_file_of_the_largest_size_is_done_with_soon(
    way: FileGateway, make: Callable[[int], bytes]
) -> None:
    content = make(20_000_000 - 5_000)
    began = time.monotonic()
    outcome(way, content)
    assert time.monotonic() - began < 60
