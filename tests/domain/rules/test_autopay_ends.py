"""Why autopay has ended or stopped is always said in words."""

from __future__ import annotations

from domain.rules.autopay_ends import ENDS, why_ended


def test_every_code_has_its_words_and_a_code_of_a_payment_says_that_payments_failed() -> None:
    assert all(str(why_ended(code)) == words for code, words in ENDS.items())
    assert str(why_ended("R01")) == ENDS["failures"]
    assert why_ended("") is None
