"""A bank statement as plain data, whatever file it came in, and the proof that it is whole.

Amounts are minor units of the statement's currency, signed: money that came is positive, money that went is negative.
Days are the bank's own local days.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from domain.rules.card_numbers import without_card_numbers
from domain.words import N_, Money, Refused, Sentence, canonical_json, exponent

MOST_LINES = 50_000
YEARS = range(1990, 2100)
"""Years that a statement may speak of; days at the ends of the calendar are slips, and nobody can count from them."""
MOST_NAME = 140
MOST_TEXT = 500
MOST_REF = 80
MOST_DIGITS = 15
_SPACE = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement. `bank_ref` is the bank's own name of it ("" where it gives none), `check_number` as printed."""

    booked_on: date
    amount_minor: int
    name: str = ""
    text: str = ""
    bank_ref: str = ""
    value_on: date | None = None
    check_number: str = ""


@dataclass(frozen=True, slots=True)
class StatementData:
    """What one statement says. `account` is the number or IBAN as written ("" where the file does not say).

    `opening_minor` and `closing_minor` are None where the file does not say them. `notes` are warnings for a person.
    """

    account: str
    currency: str
    first_on: date
    last_on: date
    lines: tuple[StatementLine, ...]
    opening_minor: int | None = None
    closing_minor: int | None = None
    statement_ref: str = ""
    notes: tuple[Sentence, ...] = ()

    @property
    def sum_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)


def proved(data: StatementData) -> StatementData:
    """The statement, each line once, when opening balance + lines = closing balance.

    A line that stands twice under one reference of the bank, equal in all, was exported twice and counts once, unless
    the balances need both. Raises Refused when the balances do not fit either way: lines are missing or were changed.
    """
    if len(data.lines) > MOST_LINES:
        words = N_("The file has more than %(most)s lines. Split it.")
        raise Refused(Sentence(words, {"most": MOST_LINES}), "file")
    days = [data.first_on, data.last_on, *(line.value_on for line in data.lines if line.value_on)]
    if wrong := next((day for day in days if day.year not in YEARS), None):
        words = N_("%(day)s cannot be a day of a statement.")
        raise Refused(Sentence(words, {"day": wrong.isoformat()}), "file")
    if data.opening_minor is not None and data.closing_minor is not None:
        if data.opening_minor + data.sum_minor == data.closing_minor:
            return data
        once = _once(data)
        if once.opening_minor is not None and once.opening_minor + once.sum_minor == once.closing_minor:
            return once
        raise Refused(_does_not_add_up(data), "file")
    return _once(data)


def _does_not_add_up(data: StatementData) -> Sentence:
    def money(minor: int | None) -> Money:
        return Money(minor or 0, data.currency)

    return Sentence(
        N_(
            "The statement does not add up: it begins with %(opening)s, its lines come to %(lines)s, and it ends with"
            " %(closing)s. Lines are missing or stand twice; nothing was taken."
        ),
        {
            "opening": money(data.opening_minor),
            "lines": money(data.sum_minor),
            "closing": money(data.closing_minor),
        },
    )


def _once(data: StatementData) -> StatementData:
    kept: list[StatementLine] = []
    seen: set[StatementLine] = set()
    for line in data.lines:
        if line.bank_ref and line in seen:
            continue
        seen.add(line)
        kept.append(line)
    twice = len(data.lines) - len(kept)
    if not twice:
        return data
    note = Sentence(
        N_("Lines that stand twice under the same reference of the bank were taken once: %(count)s."),
        {"count": twice},
    )
    return replace(data, lines=tuple(kept), notes=(*data.notes, note))


def line_hashes(account: str, lines: Iterable[StatementLine]) -> list[str]:
    """A name for each line that is the same in every file that holds it, so that overlapping statements count once.

    It is made of the bank's own reference where there is one. Else of all that the line says, and of which of several
    equal lines of its day it is: two equal transfers on one day are two.
    """
    met: Counter[tuple[object, ...]] = Counter()
    found = []
    for line in lines:
        said: tuple[object, ...] = (line.booked_on.isoformat(), line.amount_minor)
        said += ("ref", line.bank_ref) if line.bank_ref else ("text", line.name, line.text, line.check_number)
        met[said] += 1
        found.append(hashlib.sha256(canonical_json([account, *said, met[said]]).encode()).hexdigest())
    return found


def days_of(lines: Sequence[StatementLine], first: date | None, last: date | None) -> tuple[date, date]:
    """The first and last day of a statement: as it says, widened to its lines. Raises Refused for neither."""
    days = [line.booked_on for line in lines] + [day for day in (first, last) if day is not None]
    if not days:
        raise Refused(Sentence(N_("There is no line in this file, and no day that it is of.")), "file")
    return min(days), max(days)


def clean(text: str, most: int) -> str:
    """A text of the bank as it is kept: one line, no marks that cannot be seen, no card number, at most `most`."""
    return without_card_numbers(_SPACE.sub(" ", text).strip())[:most]


def exact_amount(text: str, currency: str) -> int:
    """An amount as banks' formats write it (`-6.60`, `+.5`, `100,00`) in minor units. Raises Refused."""
    body = text.strip()
    problem = Sentence(
        N_("%(text)s is not an amount in %(currency)s."), {"text": body[:24], "currency": currency}
    )
    if len(body) > 40 or not _NUMBER.fullmatch(body):
        raise Refused(problem, "file")
    try:
        minor = Decimal(body.replace(",", ".")).scaleb(exponent(currency))
    except InvalidOperation as error:
        raise Refused(problem, "file") from error
    if minor != minor.to_integral_value() or minor.adjusted() >= MOST_DIGITS:
        raise Refused(problem, "file")
    return int(minor)


def follows_itself(balances: Sequence[int], amounts: Sequence[int]) -> tuple[int, int] | None:
    """(opening, closing) when each balance is the one before it plus its line's amount, lines oldest first."""
    if not balances or len(balances) != len(amounts):
        return None
    if any(
        after != before + amount
        for (before, after), amount in zip(pairwise(balances), amounts[1:], strict=True)
    ):
        return None
    return balances[0] - amounts[0], balances[-1]
