"""What is wrong with a line, kept as a sentence that can be stored and shown in the reader's language later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.words import Money, Sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about one line. `column` is the heading as the file writes it ("" for the whole line).

    `grave`: the line is refused; otherwise it is a warning and the line is accepted.
    """

    column: str
    sentence: Sentence
    grave: bool

    def as_json(self) -> dict[str, Any]:
        return {"column": self.column, "grave": self.grave, **sentence_json(self.sentence)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Problem:
        return cls(stored["column"], sentence_from(stored), stored["grave"])


def sentence_json(sentence: Sentence) -> dict[str, Any]:
    """A sentence as plain JSON: {"say": msgid, "with": parameters}."""
    return {"say": sentence.msgid, "with": {name: _plain(value) for name, value in sentence.params.items()}}


def sentence_from(stored: Mapping[str, Any]) -> Sentence:
    """The sentence that `sentence_json` stored."""
    return Sentence(stored["say"], {name: _value(value) for name, value in stored["with"].items()})


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    if isinstance(value, Sentence):
        return sentence_json(value)
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return str(value) if isinstance(value, Decimal) else value


def _value(stored: Any) -> Any:
    if not isinstance(stored, dict):
        return stored
    if "minor" in stored:
        return Money(stored["minor"], stored["currency"])
    return date.fromisoformat(stored["day"]) if "day" in stored else sentence_from(stored)
