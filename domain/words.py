"""Sentences for people, kept as message id and parameters until somebody's language is known.

Rules, actions and gateways say things ("the amount is above what is owed") without knowing who listens. They return
a `Sentence`; the edges (pages, mails, PDFs, the command line) turn it into text with `say`. Nothing here formats money
or dates by itself: a parameter may be a `Money` or a `date`, and the edge formats it for the reader.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

canonical_json = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""JSON in the one form that is hashed: names in order, no spaces, ASCII."""
_quoted = json.encoder.encode_basestring_ascii


def N_(msgid: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark `msgid` for translation and return it unchanged."""
    return msgid


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as people read it: `minor` in minor units (cents, yen, fils) of the ISO 4217 `currency`."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: an English message id with `%(name)s` places, and what goes into them.

    Parameters may be str, int, date, Money, Decimal or another Sentence.
    """

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The English text, for logs, the command line and tests; pages use the reader's language instead."""
        return say(self, lambda msgid: msgid, str, plain_money)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a reason: what was done, in words, and the amount it gave (minor units), if it gave one."""

    sentence: Sentence
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """Why a number is what it is: the rule by name and version, and the steps that led to it, in order.

    The trace is made by the code that computed the number, so the explanation cannot drift from the arithmetic.
    """

    rule: str
    version: int
    steps: tuple[Step, ...] = ()

    def plus(self, *steps: Step) -> Trace:
        """The same reason with more steps after it."""
        return Trace(self.rule, self.version, self.steps + steps)


def sentence_json(sentence: Sentence) -> dict[str, Any]:
    """The sentence as plain JSON, for a note kept in the books and a mail waiting to be sent."""
    return {
        "msgid": sentence.msgid,
        "params": {name: _plain(value) for name, value in sentence.params.items()},
    }


def sentence_from(stored: Mapping[str, Any]) -> Sentence:
    """The sentence that `sentence_json` wrote."""
    return Sentence(stored["msgid"], {name: _rich(value) for name, value in stored.get("params", {}).items()})


def trace_json(trace: Trace) -> dict[str, Any]:
    """The reason as plain JSON: rule, version and steps."""
    steps = [{**sentence_json(step.sentence), "amount_minor": step.amount_minor} for step in trace.steps]
    return {"rule": trace.rule, "version": trace.version, "steps": steps}


def trace_text(trace: Trace) -> str:
    """What `trace_json` gives as the text the books hash: names in order, no spaces; an entry is written with it."""
    steps = ",".join([_step_text(step.sentence, step.amount_minor) for step in trace.steps])
    return f'{{"rule":{_quoted(trace.rule)},"steps":[{steps}],"version":{trace.version}}}'


def _step_text(sentence: Sentence, amount_minor: int | None) -> str:
    amount = "null" if amount_minor is None else amount_minor
    said = ",".join(
        [f"{_quoted(name)}:{_value_text(sentence.params[name])}" for name in sorted(sentence.params)]
    )
    return f'{{"amount_minor":{amount},"msgid":{_quoted(sentence.msgid)},"params":{{{said}}}}}'


def _value_text(value: Any) -> str:
    if type(value) is Money:
        return f'{{"money":[{value.minor},{_quoted(value.currency)}]}}'
    if type(value) is date:
        return f'{{"day":"{value.isoformat()}"}}'
    return canonical_json(_plain(value))


def trace_from(stored: Mapping[str, Any]) -> Trace:
    """The reason that `trace_json` wrote."""
    steps = tuple(Step(sentence_from(step), step.get("amount_minor")) for step in stored.get("steps", ()))
    return Trace(stored.get("rule", ""), stored.get("version", 0), steps)


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return {"money": [value.minor, value.currency]}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"decimal": format(value, "f")}
    if isinstance(value, Sentence):
        return {"sentence": sentence_json(value)}
    return value


def _rich(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "money" in value:
        return Money(*value["money"])
    if "day" in value:
        return date.fromisoformat(value["day"])
    if "decimal" in value:
        return Decimal(value["decimal"])
    return sentence_from(value["sentence"])


_EXPONENTS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "KWD": 3,
    "BHD": 3,
    "OMR": 3,
    "TND": 3,
    "JOD": 3,
}


def exponent(currency: str) -> int:
    """How many decimal places the currency has (ISO 4217): USD 2, JPY 0, KWD 3."""
    return _EXPONENTS.get(currency, 2)


def plain_amount(minor: int, currency: str) -> str:
    """`123456` USD as `1234.56`: no grouping, a point, a minus sign. For files and the command line."""
    places = exponent(currency)
    sign = "-" if minor < 0 else ""
    digits = str(abs(minor)).rjust(places + 1, "0")
    return f"{sign}{digits}" if places == 0 else f"{sign}{digits[:-places]}.{digits[-places:]}"


def plain_money(money: Money) -> str:
    """The amount with its currency code, `1234.56 USD`."""
    return f"{plain_amount(money.minor, money.currency)} {money.currency}"


def say(
    sentence: Sentence,
    translate: Callable[[str], str],
    day: Callable[[date], str],
    money: Callable[[Money], str],
) -> str:
    """The sentence as text, with the edge's own ways of translating and of writing days and money."""

    def shown(value: Any) -> Any:
        if isinstance(value, Sentence):
            return say(value, translate, day, money)
        if isinstance(value, Money):
            return money(value)
        if isinstance(value, date):
            return day(value)
        return value

    text = translate(sentence.msgid)
    return text % {name: shown(value) for name, value in sentence.params.items()} if sentence.params else text


class DomainError(Exception):
    """Something a person asked for cannot be done; `sentence` tells them why. `app.py` maps each type to a status."""

    def __init__(self, sentence: Sentence, field: str | None = None):
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field


class Refused(DomainError):
    """What was asked breaks a rule of the business (shown with 422, beside `field` where one is named)."""


class NotAllowed(DomainError):
    """The person may see this, but not do that (403)."""


class Gone(DomainError):
    """The row is not there, or not for this person (404)."""


class Conflict(DomainError):
    """Something else happened first, so the request no longer fits (409)."""
