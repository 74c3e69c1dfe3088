"""Sentences keep their parts until somebody's language is known, also through a note in the books."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.words import (
    Conflict,
    DomainError,
    Gone,
    Money,
    NotAllowed,
    Refused,
    Sentence,
    Step,
    Trace,
    canonical_json,
    exponent,
    plain_amount,
    say,
    sentence_from,
    sentence_json,
    trace_from,
    trace_json,
    trace_text,
)

INNER = Sentence("fee of %(day)s", {"day": date(2026, 1, 31)})
FULL = Sentence(
    "%(amount)s at %(rate)s %% for %(who)s, %(count)s times: %(inner)s",
    {"amount": Money(-5, "USD"), "rate": Decimal("9.90"), "who": "Bo", "count": 3, "inner": INNER},
)


def test_a_sentence_reads_as_plain_english_by_itself() -> None:
    assert str(FULL) == "-0.05 USD at 9.90 % for Bo, 3 times: fee of 2026-01-31"


def test_a_reader_gets_their_own_words_days_and_money_also_inside() -> None:
    words = {
        FULL.msgid: "%(count)s mal %(amount)s, %(rate)s %%, %(who)s, %(inner)s",
        INNER.msgid: "Gebühr vom %(day)s",
    }
    text = say(FULL, words.__getitem__, lambda day: f"{day:%d.%m.%Y}", lambda money: f"{money.minor} Cent")
    assert text == "3 mal -5 Cent, 9.90 %, Bo, Gebühr vom 31.01.2026"


def test_a_sentence_without_places_keeps_its_percent_signs() -> None:
    assert str(Sentence("Save 5 % today")) == "Save 5 % today"


@pytest.mark.parametrize("sentence", [FULL, INNER, Sentence("Nothing is due.")])
def test_a_sentence_comes_back_from_the_books_as_it_was(sentence) -> None:
    assert sentence_from(json.loads(json.dumps(sentence_json(sentence)))) == sentence


PARAMETERS = st.one_of(
    st.text(max_size=8),
    st.integers(),
    st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.builds(Money, st.integers(), st.sampled_from(["USD", "JPY", "€"])),
    st.just(INNER),
    st.booleans(),
)
SENTENCES = st.builds(
    Sentence, st.text(max_size=20), st.dictionaries(st.text(max_size=5), PARAMETERS, max_size=4)
)
TRACES = st.builds(
    Trace,
    st.text(max_size=10),
    st.integers(),
    st.lists(st.builds(Step, SENTENCES, st.none() | st.integers()), max_size=3).map(tuple),
)


@given(TRACES)
@settings(max_examples=150, deadline=None)
def test_the_text_of_a_reason_is_its_json_in_the_form_that_is_hashed(trace) -> None:
    assert trace_text(trace) == canonical_json(trace_json(trace))


def test_a_reason_comes_back_from_the_books_as_it_was() -> None:
    trace = Trace("loan.accrued", 2, (Step(FULL, 97), Step(INNER))).plus(Step(Sentence("x"), 0))
    assert trace_from(json.loads(json.dumps(trace_json(trace)))) == trace
    assert len(trace.steps) == 3
    assert trace_from({}) == Trace("", 0)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "USD", "0.00"), (5, "USD", "0.05"), (-5, "USD", "-0.05"), (123456, "USD", "1234.56"),
        (-100, "EUR", "-1.00"), (1234, "JPY", "1234"), (-7, "JPY", "-7"), (0, "JPY", "0"), (1, "KWD", "0.001"),
        (-1234567, "KWD", "-1234.567"),
    ],
)  # fmt: skip
def test_amounts_are_plain_in_every_currency(minor, currency, text) -> None:
    assert plain_amount(minor, currency) == text
    assert Decimal(text) * 10 ** exponent(currency) == minor


@pytest.mark.parametrize("kind", [Refused, NotAllowed, Gone, Conflict])
def test_a_refusal_carries_its_sentence_and_the_field_it_belongs_to(kind) -> None:
    error = kind(INNER, "amount")
    assert isinstance(error, DomainError)
    assert (str(error), error.sentence, error.field) == ("fee of 2026-01-31", INNER, "amount")
