"""The words by which people know our mail: made for them, or chosen."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from domain.rules import phrases


def test_three_different_words_are_made_and_may_stand_as_a_phrase() -> None:
    for seed in range(500):
        made = phrases.made(random.Random(seed).choice)
        assert len(set(made.split())) == 3
        assert phrases.problem(made) is None
        assert phrases.tidy(made) == made


def test_there_are_too_many_to_guess_one_in_a_forged_mail() -> None:
    count = len(phrases.WORDS)
    assert len(set(phrases.WORDS)) == count
    assert count * (count - 1) * (count - 2) > 500_000


@given(st.text(max_size=200))
def test_whatever_is_typed_stands_on_one_line_and_is_judged(text: str) -> None:
    phrase = phrases.tidy(text)
    assert phrases.tidy(phrase) == phrase
    assert "\n" not in phrase
    if phrases.problem(phrase) is None:
        assert phrases.SHORTEST <= len(phrase) <= phrases.LONGEST
        assert "://" not in phrase
