"""What people mean who answer our texts: whoever wants no more is understood, however they say it (safety L28)."""

from __future__ import annotations

import pytest

from domain.rules.text_replies import HELP, OTHER, START, STOP, meaning_of
from tests.domain.rules.cases_text_replies import GOES_ON, HELPS, STARTS, STOPS


def test_there_are_two_hundred_ways_to_say_stop():
    assert len(set(STOPS)) >= 200


@pytest.mark.safety("L28")
@pytest.mark.parametrize("text", STOPS)
def test_whoever_wants_no_more_is_understood(text):
    assert meaning_of(text).said == STOP


@pytest.mark.parametrize("text", STARTS)
def test_whoever_comes_back_is_understood(text):
    assert meaning_of(text).said == START


@pytest.mark.parametrize("text", HELPS)
def test_whoever_asks_is_understood(text):
    assert meaning_of(text).said == HELP


@pytest.mark.parametrize("text", GOES_ON)
def test_what_is_about_something_else_is_no_stop(text):
    assert meaning_of(text).said == OTHER


@pytest.mark.parametrize(
    ("text", "language"), [("BAJA", "es"), ("dejen de mandar mensajes", "es"), ("unsubscribe", "en"), ("STOP", "")]
)  # fmt: skip
def test_the_answer_can_be_in_the_language_of_the_question(text, language):
    assert meaning_of(text).language == language


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "😀" * 200, "x" * 10_000, "a " * 5_000, "stop" + " x" * 5_000]
)
def test_strange_texts_are_read_without_a_fault(text):
    meaning_of(text)
