"""Telephone numbers as people write them."""

from __future__ import annotations

import pytest

from domain.rules.telephone import masked, mobile_number
from domain.words import Refused


@pytest.mark.parametrize(
    ("typed", "beside", "kept"),
    [
        ("+1 (202) 555-0143", "", "+12025550143"),
        ("202.555.0143", "+1 555 0100", "+12025550143"),
        # The example of a British mobile number in libphonenumber.
        ("07400 123456", "+44 20 7946 0000", "+447400123456"),
        ("+49 1512 3456789", "+1 555 0100", "+4915123456789"),
    ],
)
def test_a_number_is_kept_with_its_country(typed, beside, kept):
    assert mobile_number(typed, beside) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("202 555 0143", "country code"),  # of which country?
        ("+1 202 555", "not a telephone number"),
        ("hello", "not a telephone number"),
        ("+44 20 7946 0000", "mobile phone"),  # a line of a house in London
        ("+1 900 555 0143", "mobile phone"),  # a premium number
    ],
)
def test_what_no_text_reaches_is_refused(typed, said):
    with pytest.raises(Refused, match=said):
        mobile_number(typed)


def test_a_page_before_sign_in_shows_two_digits():
    assert masked("+12025550143") == "••• 43"
    assert masked("") == ""
