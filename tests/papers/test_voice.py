"""A voice writes each kind of value in the reader's way."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.words import Money, Sentence
from papers.voice import Voice

VOICE = Voice(
    "es-MX",
    str.upper,
    lambda day: f"day {day}",
    lambda when: f"moment {when:%H:%M}",
    lambda m: f"money {m.minor}",
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 1, 31), "day 2026-01-31"),
        (datetime(2026, 1, 31, 9, 5, tzinfo=UTC), "moment 09:05"),
        (Money(5, "USD"), "money 5"),
        (Sentence("paid"), "PAID"),
        (None, ""),
        (0, "0"),
        ("as it is", "as it is"),
    ],
)
def test_each_value_is_written_in_the_reader_s_way(value, text):
    assert VOICE.words(value) == text


def test_a_sentence_before_an_amount_loses_its_full_stop():
    assert VOICE.label(Sentence("principal of the plan.")) == "PRINCIPAL OF THE PLAN"
    assert VOICE.label("Interest") == "Interest"
    assert VOICE.words(Sentence("principal of the plan.")) == "PRINCIPAL OF THE PLAN."


def test_a_moment_inside_a_sentence_keeps_its_time():
    until = Sentence("%(UNTIL)s", {"UNTIL": datetime(2026, 1, 31, 9, 5, tzinfo=UTC)})
    assert Voice(moment=lambda when: f"{when:%H:%M}").words(until) == "09:05"


def test_a_message_without_parameters_may_hold_a_percent_sign():
    assert Voice()("5 % of the rent") == "5 % of the rent"


@pytest.mark.parametrize(
    ("language", "answer"), [("ar", True), ("he-IL", True), ("fa_IR", True), ("es", False), ("en-US", False)]
)
def test_languages_from_right_to_left_are_known(language, answer):
    assert Voice(language).right_to_left is answer
