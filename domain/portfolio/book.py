"""A file read under a profile: every line's meaning, its problems, and what only a person can settle.

`open_book` recognises the columns and looks at all cells once for the file's spelling of amounts and dates; `lines`
then reads one line at a time. Reading the same file with the same options gives the same lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from domain.portfolio.cells import Cells, Options
from domain.portfolio.columns import Recognised, missing_sentence, recognise
from domain.portfolio.controls import Controls
from domain.portfolio.problems import Problem
from domain.portfolio.profile import Profile
from domain.portfolio.profiles import profile_named
from domain.portfolio.readings import (
    DAY_FIRST,
    EACH,
    MONTH_FIRST,
    OPEN,
    POINT,
    DayEvidence,
    NumberEvidence,
    read_day,
)
from domain.portfolio.signed import bare
from domain.portfolio.table import Table, open_table
from domain.words import N_, Refused, Sentence


@dataclass(slots=True)
class Line:
    """One line: where it stands, the hash of what it says under its profile, and what it means.

    `prepared` is the agreement to be made (domain.portfolio.meaning), None when the line is refused.
    """

    number: int
    hash: str
    problems: list[Problem]
    prepared: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Question:
    """Something a file leaves open that the person can answer: `option` is "decimal" or "date_order"."""

    option: str
    sentence: Sentence


@dataclass(frozen=True)
class Book:
    """An opened file. `missing` columns or `questions` stand in the way of reading its lines; `headings` and
    `sample` (the first lines) help to answer. `controls`: what the file's own totals say, once its lines were read.
    """

    table: Table
    profile: Profile
    options: Options
    as_of: date
    columns: Recognised
    style: str
    orders: dict[str, str]
    questions: tuple[Question, ...]
    sample: tuple[tuple[str, ...], ...]
    controls: list[Sentence] = field(default_factory=list)

    @property
    def notes(self) -> tuple[Sentence, ...]:
        """What the reader should know about the whole file."""
        said = Sentence(N_("Balances are taken as of %(day)s."), {"day": self.as_of})
        return (*self.table.notes, said)

    @property
    def number_heading(self) -> str:
        """The heading of the column with the agreements' numbers: every profile names that field first."""
        name = self.profile.fields[0].name
        place = self.columns.places.get(name)
        return name if place is None else self.table.headings[place]

    def require_readable(self) -> None:
        """Raise Refused where columns are missing or a question is open."""
        if self.columns.missing:
            raise Refused(missing_sentence(self.columns.missing), "file")
        for question in self.questions:
            raise Refused(question.sentence, question.option)

    def lines(self) -> Iterator[Line]:
        """Every line's meaning. A number that stands twice in the file is refused the second time."""
        self.require_readable()
        cells = Cells(self.columns.places, self.table.headings, self.options.currency)
        cells.style, cells.orders = self.style, self.orders
        meaning, as_of, options = self.profile.meaning, self.as_of, self.options
        places = [
            self.columns.places[field.name]
            for field in self.profile.fields
            if field.name in self.columns.places
        ]
        places += self.table.extra.values()
        number_field = self.profile.fields[0].name
        salt = f"{self.profile.name}\n".encode()
        seen: dict[str, int] = {}
        controls = self._controls()
        for number, row in self.table.rows():
            if controls is not None and controls.take(number, row, self.style):
                continue
            cells.next(number, row)
            width = len(row)
            said = "\x1f".join([row[place] if place < width else "" for place in places])
            made = meaning(cells, as_of, options) if not cells.refused else None
            if made is not None:
                first = seen.setdefault(made["number"], number)
                other = seen.setdefault(f"\0{made['place']}", number) if "place" in made else number
                if first != number or other != number:
                    words = N_("This number is on line %(line)s too.")
                    if other != number:
                        first, words = other, N_("This unit is on line %(line)s too.")
                    cells.refuse(number_field, Sentence(words, {"line": first}))
                    made = None
            digest = hashlib.sha256(salt + said.encode("utf-8", "surrogatepass")).hexdigest()
            yield Line(number, digest, cells.problems, made)
        if controls is not None:
            self.controls[:] = controls.as_sentences()

    def _controls(self) -> Controls | None:
        if self.profile.arrange is None:
            return None
        money = [field.name for field in self.profile.fields if field.kind == "signed"]
        return Controls(self.columns.places, money, self.table.headings, self.options.currency)


def open_book(path: Path, profile_name: str, options: Options) -> Book:
    """Open a file under a profile. Raises Refused for a file or an option nothing can be done with."""
    profile = profile_named(profile_name)
    if not 1 <= options.due_day <= 31:
        raise Refused(Sentence(N_("The due day is a day of the month, 1 to 31.")), "due_day")
    as_of = options.as_of or profile.default_as_of(options)
    table = open_table(path)
    if profile.arrange is not None:
        table = profile.arrange(table, profile.fields, options.mapping)
    columns = recognise(profile.fields, table.headings, options.mapping)
    columns = replace(columns, places={**columns.places, **table.extra})
    style, orders, questions, sample = _survey(table, profile, columns, options)
    if options.as_of is None and table.as_of:
        as_of = _above(table.as_of, orders, options) or as_of
    if not 1900 <= as_of.year <= 2200:
        raise Refused(Sentence(N_("The as-of date must be between 1900 and 2200.")), "as_of")
    options = replace(options, as_of=as_of)
    return Book(table, profile, options, as_of, columns, style, orders, questions, sample)


def _above(text: str, orders: dict[str, str], options: Options) -> date | None:
    """The day that stands above the headings, read as the file's other days are; None where it could be two."""
    known = set(orders.values()) & {DAY_FIRST, MONTH_FIRST}
    try:
        return read_day(text, options.date_order or (known.pop() if len(known) == 1 else EACH))
    except Refused:
        return None


def _survey(
    table: Table, profile: Profile, columns: Recognised, options: Options
) -> tuple[str, dict[str, str], tuple[Question, ...], tuple[tuple[str, ...], ...]]:
    """Look at every line once: the spelling of amounts, the order of dates, and the first lines as a sample."""
    amounts = [columns.places[field.name] for field in profile.fields
               if field.kind in ("amount", "signed") and field.name in columns.places]  # fmt: skip
    shown = bare if profile.arrange is not None else str
    days = {field.name: columns.places[field.name] for field in profile.fields
            if field.kind == "day" and field.name in columns.places}  # fmt: skip
    numbers, dates = NumberEvidence(), {name: DayEvidence() for name in days}
    sample: list[tuple[str, ...]] = []
    for _line, row in table.rows():
        if len(sample) < 3:
            sample.append(tuple(cell[:60] for cell in row[: len(table.headings)]))
        width = len(row)
        cells = [row[place] for place in amounts if place < width]
        if not numbers.point or "," in "".join(cells):
            for cell in cells:
                numbers.look(shown(cell))
        for name, place in days.items():
            if place < width and row[place]:
                dates[name].look(row[place])
    questions = []
    style = options.decimal or numbers.style()
    if style == OPEN:
        style = POINT
        questions.append(
            Question(
                "decimal",
                Sentence(
                    N_("%(text)s can be read in two ways. Say which mark divides the cents."),
                    {"text": numbers.sample[:24]},
                ),
            )
        )
    orders, question = _orders(dates, options.date_order or profile.date_order)
    return style, orders, (*questions, question) if question else tuple(questions), tuple(sample)


def _orders(dates: dict[str, DayEvidence], said: str) -> tuple[dict[str, str], Question | None]:
    """Each date column's order: by its own dates, else by the other columns', else as the person said."""
    found = {name: evidence.order() for name, evidence in dates.items()}
    known = {order for order in found.values() if order in (DAY_FIRST, MONTH_FIRST)}
    others = known.pop() if len(known) == 1 else ""
    question = None
    for name, order in found.items():
        if order == OPEN:
            found[name] = said or others or EACH
            if found[name] == EACH:
                question = Question(
                    "date_order",
                    Sentence(
                        N_("%(text)s can be read in two ways. Say whether the day or the month comes first."),
                        {"text": dates[name].sample},
                    ),
                )
        elif order == EACH and said:
            found[name] = said
    return found, question
