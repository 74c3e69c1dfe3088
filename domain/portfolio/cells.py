"""One line of a file as a profile reads it: each cell by the name of its field, with every problem noted on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from domain.portfolio.problems import Problem
from domain.portfolio.readings import EACH, POINT, read_amount, read_day, read_month, read_rate, read_whole
from domain.portfolio.table import MOST_CELL
from domain.rules.card_numbers import without_card_numbers
from domain.words import N_, Refused, Sentence

Value = TypeVar("Value")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Options:
    """What the file does not say. `as_of`: the day its balances are of; `due_day`: where it names months only.

    `decimal` ("point", "comma") and `date_order` ("day", "month" first) settle what the file leaves open. `mapping`:
    field -> heading. `today` is the business's local date, `currency` its ISO 4217 code.
    """

    today: date
    as_of: date | None = None
    due_day: int = 1
    currency: str = "USD"
    decimal: str = ""
    date_order: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)


class Cells:
    """The cells of the line being read. Set `row` and clear `problems` before each line; reading never raises.

    A reading that fails notes why and returns None, so that all problems of a line are found at once.
    """

    def __init__(self, places: Mapping[str, int], headings: Sequence[str], currency: str) -> None:
        self.places, self.headings, self.currency = places, headings, currency
        self.style = POINT
        self.orders: dict[str, str] = {}
        self.row: Sequence[str] = ()
        self.line = 0
        self.problems: list[Problem] = []

    def next(self, line: int, row: Sequence[str]) -> None:
        """Turn to the next line, and check its shape."""
        self.line, self.row, self.problems = line, row, []
        width = len(self.headings)
        if len(row) > width and any(row[width:]):
            self._note("", Sentence(N_("The line has more cells than there are headings.")), True)
        for index, cell in enumerate(row):
            if len(cell) > MOST_CELL:
                heading = self.headings[index] if index < width else ""
                self._note(
                    heading,
                    Sentence(N_("The cell is longer than %(most)s letters."), {"most": MOST_CELL}),
                    True,
                )

    @property
    def refused(self) -> bool:
        return any(problem.grave for problem in self.problems)

    def raw(self, name: str) -> str:
        """The cell as written, "" where the file has no such column. A card number in it is taken out."""
        place = self.places.get(name)
        return without_card_numbers(self.row[place]) if place is not None and place < len(self.row) else ""

    def text(self, name: str, most: int, required: bool = False) -> str:
        """A text of at most `most` letters. Control characters and marks that turn writing around are refused."""
        text = self.raw(name)
        if required and not text:
            self.refuse(name, Sentence(N_("This must not be empty.")))
        elif len(text) > most:
            self.refuse(name, Sentence(N_("This is longer than %(most)s letters."), {"most": most}))
        elif not text.isalnum() and _HIDDEN.search(text):
            self.refuse(name, Sentence(N_("This holds characters that cannot be shown.")))
        return text

    def amount(self, name: str, required: bool = False) -> int | None:
        """Minor units, zero or above; None when empty or unreadable."""
        text = self.raw(name)
        if not text:
            self._empty(name, required)
            return None
        try:
            return read_amount(text, self.currency, self.style)
        except Refused as refused:
            self.refuse(name, refused.sentence)
            return None

    def day(self, name: str, required: bool = False) -> date | None:
        text = self.raw(name)
        if not text:
            self._empty(name, required)
            return None
        try:
            return read_day(text, self.orders.get(name, EACH))
        except Refused as refused:
            self.refuse(name, refused.sentence)
            return None

    def month(self, name: str, required: bool = False) -> date | None:
        """The first day of the month."""
        return self._read(name, read_month, required)

    def whole(self, name: str, required: bool = False) -> int | None:
        return self._read(name, read_whole, required)

    def rate(self, name: str) -> Decimal | None:
        """Percent a year; rounding it away from binary noise is silent, rounding more is a warning."""
        found = self._read(name, read_rate, True)
        if found is None:
            return None
        rate, rounded = found
        if rounded and len(self.raw(name)) < 16:
            self.warn(name, Sentence(N_("The rate was rounded to %(rate)s."), {"rate": rate}))
        return rate

    def refuse(self, name: str, sentence: Sentence) -> None:
        self._note(self._heading(name), sentence, True)

    def warn(self, name: str, sentence: Sentence) -> None:
        self._note(self._heading(name), sentence, False)

    def _read(self, name: str, reader: Callable[[str], Value], required: bool) -> Value | None:
        text = self.raw(name)
        if not text:
            self._empty(name, required)
            return None
        try:
            return reader(text)
        except Refused as refused:
            self.refuse(name, refused.sentence)
            return None

    def _empty(self, name: str, required: bool) -> None:
        if required:
            self.refuse(name, Sentence(N_("This must not be empty.")))

    def _heading(self, name: str) -> str:
        place = self.places.get(name)
        return self.headings[place] if place is not None else name

    def _note(self, heading: str, sentence: Sentence, grave: bool) -> None:
        self.problems.append(Problem(heading, sentence, grave))
