"""What a cell means: amounts in two spellings, days in three, months, rates and whole numbers.

A file is written in one style, but a single cell may not show which: `1,234` and `04/12/2026` can each be read in two
ways. `NumberEvidence` and `DayEvidence` look at every cell of the file first; what stays open is asked, never guessed.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from domain.rules.money import parse_amount, parse_amount_any
from domain.words import N_, Refused, Sentence, exponent

POINT, COMMA, EACH, OPEN = "point", "comma", "each", "open"
DAY_FIRST, MONTH_FIRST = "day", "month"
RATE_PLACES = 8

_LONE = re.compile(r"([0-9]{1,3})[.,][0-9]{3}", re.ASCII)
_DECIMALS = re.compile(r"[.,]([0-9]+)[^0-9.,]*$", re.ASCII)
_ISO = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[T ][0-9:.+Z]*)?", re.ASCII)
_MARKED = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})\.?", re.ASCII)
_MONTH_YEAR = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{4})", re.ASCII)
_YEAR_MONTH = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})", re.ASCII)
_NAMED = re.compile(r"([A-Za-z]{3,9})[-/. ,]+([0-9]{4})", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?(?:[Ee][+-]?[0-9]{1,2})?", re.ASCII)


class NumberEvidence:
    """Which mark divides units from fractions, by all amounts of a file. `sample` is one that shows neither."""

    def __init__(self) -> None:
        self.point = self.comma = False
        self.sample = ""

    def look(self, text: str) -> None:
        point, comma = text.count("."), text.count(",")
        if not point and not comma:
            return
        if point and comma:
            decimal_is_point = text.rfind(".") > text.rfind(",")
        elif point + comma > 1:
            decimal_is_point = comma > 0
        elif _LONE.fullmatch(text) and not text.startswith("0"):
            self.sample = self.sample or text
            return
        else:
            if not _DECIMALS.search(text):
                return
            decimal_is_point = point > 0
        self.point |= decimal_is_point
        self.comma |= not decimal_is_point

    def style(self) -> str:
        """POINT, COMMA, EACH (both are there: every cell speaks for itself) or OPEN (nobody can tell)."""
        if self.point and self.comma:
            return EACH
        if self.point or self.comma:
            return POINT if self.point else COMMA
        return OPEN if self.sample else POINT


class DayEvidence:
    """Whether a column of dates writes the day or the month first. `sample` is a date that can be both."""

    def __init__(self) -> None:
        self.day_first = self.month_first = False
        self.sample = ""
        self._seen: set[str] = set()

    def look(self, text: str) -> None:
        if text in self._seen or len(self._seen) > 50_000:
            return
        self._seen.add(text)
        marked = _MARKED.fullmatch(text)
        if not marked or marked[2] == ".":
            return
        first, second = int(marked[1]), int(marked[3])
        if first > 12:
            self.day_first = True
        elif second > 12:
            self.month_first = True
        elif first != second:
            self.sample = self.sample or text

    def order(self) -> str:
        """DAY_FIRST, MONTH_FIRST, EACH (both are there) or OPEN (dates that can be both); "" when none asks."""
        if self.day_first and self.month_first:
            return EACH
        if self.day_first or self.month_first:
            return DAY_FIRST if self.day_first else MONTH_FIRST
        return OPEN if self.sample else ""


def read_amount(text: str, currency: str, style: str) -> int:
    """An amount in minor units; zero or above. Raises Refused for what is none, or can be read in two ways."""
    if style == POINT:
        whole, mark, fraction = text.partition(".")
        if text.isascii() and whole.isdigit() and len(whole) <= 12 and (fraction.isdigit() or not mark):
            places = exponent(currency)
            if len(fraction) <= places:
                return int(whole + fraction.ljust(places, "0"))
            if not fraction[places:].strip("0"):
                return int(whole + fraction[:places])
        return parse_amount(text, currency, "en")
    if style == COMMA:
        return parse_amount(text, currency, "de")
    if _LONE.fullmatch(text) and not text.startswith("0"):
        raise Refused(two_ways(text))
    return parse_amount_any(text, currency, "en")


def two_ways(text: str) -> Sentence:
    return Sentence(N_("%(text)s can be read in two ways."), {"text": text[:24]})


@lru_cache(maxsize=4096)
def read_day(text: str, order: str) -> date:
    """A calendar date: 2026-12-04, 12/04/2026 or 04-12-2026 by `order`, 4.12.2026. Raises Refused."""
    iso = _ISO.fullmatch(text)
    if iso:
        return _date(text, int(iso[1]), int(iso[2]), int(iso[3]))
    marked = _MARKED.fullmatch(text)
    if not marked:
        raise Refused(_no_day(text))
    first, second, year = int(marked[1]), int(marked[3]), int(marked[4])
    if marked[2] == "." or first > 12:
        return _date(text, year, second, first)
    if second > 12 or first == second:
        return _date(text, year, first, second)
    if order == DAY_FIRST:
        return _date(text, year, second, first)
    if order == MONTH_FIRST:
        return _date(text, year, first, second)
    raise Refused(two_ways(text))


@lru_cache(maxsize=4096)
def read_month(text: str) -> date:
    """The first day of a month: 08/2019, 2019-08, Mar-2018, or any day of it. Raises Refused."""
    for pattern, month, year in ((_MONTH_YEAR, 1, 2), (_YEAR_MONTH, 2, 1)):
        found = pattern.fullmatch(text)
        if found:
            return _date(text, int(found[year]), int(found[month]), 1)
    named = _NAMED.fullmatch(text)
    if named and named[1][:3].lower() in _MONTHS:
        return (
            date(int(named[2]), _MONTHS.index(named[1][:3].lower()) + 1, 1) if int(named[2]) else _never(text)
        )
    iso = _ISO.fullmatch(text)
    if iso:
        return _date(text, int(iso[1]), int(iso[2]), 1)
    return _never(text)


@lru_cache(maxsize=4096)
def read_rate(text: str) -> tuple[Decimal, bool]:
    """Percent a year, 9.9 for 9.9 %, and whether it had to be rounded to eight decimals. Raises Refused."""
    body = text.removesuffix("%").strip()
    if len(body) > 40 or not _NUMBER.fullmatch(body):
        raise Refused(Sentence(N_("%(text)s is not a rate. Write it like 9.9."), {"text": text[:24]}))
    exact = Decimal(body.replace(",", "."))
    if exact > 100_000:
        raise Refused(Sentence(N_("The rate is too high to be meant.")))
    rounded = round(exact, RATE_PLACES)
    return rounded.normalize() if rounded else Decimal(0), rounded != exact


@lru_cache(maxsize=4096)
def read_whole(text: str) -> int:
    """A whole number, zero or above; `60.0` is one too. Raises Refused."""
    body = text[:-2] if text.endswith(".0") else text
    if not body.isascii() or not body.isdigit() or len(body) > 9:
        raise Refused(Sentence(N_("%(text)s is not a whole number of zero or above."), {"text": text[:24]}))
    return int(body)


def _date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Refused(_no_day(text)) from error


def _no_day(text: str) -> Sentence:
    return Sentence(N_("%(text)s is not a date. Write it like 2026-12-04."), {"text": text[:24]})


def _never(text: str) -> date:
    raise Refused(Sentence(N_("%(text)s is not a month. Write it like 2026-12."), {"text": text[:24]}))
