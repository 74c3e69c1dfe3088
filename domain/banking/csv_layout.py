"""A bank's CSV: how its columns are to be read is learned once (`Layout`) and found again by the head of the file.

Verbs: `look` (headings, fingerprint, a guess), `read_csv` (the statement, by a layout). Nothing is guessed silently:
what a file leaves open (day or month first, point or comma) is asked, and the answer is kept with the layout.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from domain.banking.csv_columns import (
    FIELDS,
    bare_amount,
    bare_day,
    day_of,
    direction_of,
    signed_amount,
)
from domain.banking.statement import (
    MOST_NAME,
    MOST_REF,
    MOST_TEXT,
    StatementData,
    StatementLine,
    clean,
    days_of,
    follows_itself,
)
from domain.portfolio.columns import fold, recognise
from domain.portfolio.readings import DayEvidence, NumberEvidence
from domain.portfolio.table import Rows, Table, open_table
from domain.words import N_, Refused, Sentence, canonical_json

HEAD = 30
SAMPLE = 5_000
_AMOUNTS = ("amount", "credit", "debit", "balance")
_MOST_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read the CSVs of one bank. `mapping`: our name of a column -> its heading as written ("" = none).

    `decimal` ("point", "comma", "each") and `date_order` ("day", "month", "each", "") are asked where the file leaves
    them open. `turned`: money that went stands as a positive amount. `account` and `currency`: what the file does not
    say.
    """

    mapping: Mapping[str, str]
    decimal: str = ""
    date_order: str = ""
    account: str = ""
    currency: str = ""
    turned: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": dict(self.mapping),
            "decimal": self.decimal,
            "date_order": self.date_order,
            "account": self.account,
            "currency": self.currency,
            "turned": self.turned,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Layout:
        return cls(
            dict(stored.get("columns", {})),
            stored.get("decimal", ""),
            stored.get("date_order", ""),
            stored.get("account", ""),
            stored.get("currency", ""),
            bool(stored.get("turned", False)),
        )


@dataclass(frozen=True, slots=True)
class Look:
    """What the head of a CSV tells. `skip`: filled lines above the headings. `guess` is what the names suggest.

    `missing` are our names of columns that nobody recognised; `open_decimal` and `open_order` say that a spelling is to
    be asked. `sample` are the first lines, for a person to see.
    """

    headings: tuple[str, ...]
    fingerprint: str
    skip: int
    guess: Layout
    missing: tuple[str, ...]
    open_decimal: bool
    open_order: bool
    sample: tuple[tuple[str, ...], ...]
    notes: tuple[Sentence, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether the file can be read by the guess alone: all columns by name, no spelling open."""
        return not (self.missing or self.open_decimal or self.open_order)


@dataclass(slots=True)
class _Sheet:
    """The lines of a file below its headings."""

    table: Table
    headings: tuple[str, ...]
    skip: int
    places: dict[str, int] = field(default_factory=dict)

    def rows(self) -> Rows:
        return islice(self.table.rows(), self.skip, None) if self.skip else self.table.rows()

    def cell(self, row: Sequence[str], name: str) -> str:
        place = self.places.get(name)
        return row[place] if place is not None and place < len(row) else ""


def look(path: Path, said: Mapping[str, str] | None = None) -> Look:
    """Read the head of a CSV; `said` (our name -> heading) is what a person said of it. Raises Refused for no table."""
    sheet = _open(path)
    found = recognise(FIELDS, sheet.headings, said or {})
    sheet.places = found.places
    missing = list(found.missing)
    if not {"amount", "credit", "debit"} & set(found.places):
        missing.append("amount")
    numbers, days = _evidence(sheet)
    style, order = numbers.style(), days.order()
    guess = Layout(
        {name: sheet.headings[place] for name, place in found.places.items()},
        "" if style == "open" else style,
        "" if order == "open" else order,
    )
    return Look(
        headings=sheet.headings,
        fingerprint=fingerprint(sheet.headings),
        skip=sheet.skip,
        guess=guess,
        missing=tuple(missing),
        open_decimal=style == "open",
        open_order=order == "open",
        sample=tuple(tuple(row) for _line, row in islice(sheet.rows(), 5)),
        notes=sheet.table.notes,
    )


def fingerprint(headings: Sequence[str]) -> str:
    """The name of a layout: SHA-256 over the folded headings in their order."""
    return hashlib.sha256(canonical_json([fold(heading) for heading in headings]).encode()).hexdigest()


def read_csv(path: Path, layout: Layout) -> StatementData:
    """The statement in the file, read by the layout. Raises Refused with the first lines that cannot be read."""
    sheet = _open(path)
    sheet.places = recognise(FIELDS, sheet.headings, layout.mapping).places
    numbers, days = _evidence(sheet)
    style = layout.decimal or numbers.style()
    order = layout.date_order or days.order()
    accounts, currencies = _values(sheet, "account"), _values(sheet, "currency")
    if len(accounts) > 1 or len(currencies) > 1:
        words = N_("This file holds lines of more than one account or currency. Hand them in one by one.")
        raise Refused(Sentence(words), "file")
    currency = next(iter(currencies), layout.currency).upper()
    lines, balances, problems = [], [], []
    for number, row in sheet.rows():
        if not any(sheet.cell(row, name) for name in ("booked_on", "amount", "credit", "debit")):
            continue
        try:
            lines.append(_line(sheet, row, currency, style, order, layout.turned))
            if balance := sheet.cell(row, "balance"):
                balances.append(signed_amount(balance, currency, style))
        except Refused as refused:
            problems.append((number, refused.sentence))
            if len(problems) >= _MOST_PROBLEMS:
                break
    if problems:
        number, sentence = problems[0]
        words = N_("Line %(line)s cannot be read: %(problem)s Nothing was taken.")
        raise Refused(Sentence(words, {"line": number, "problem": sentence}), "file")
    return _statement(next(iter(accounts), layout.account), currency, lines, balances, sheet.table.notes)


def _statement(
    account: str, currency: str, lines: list[StatementLine], balances: list[int], notes: tuple[Sentence, ...]
) -> StatementData:
    newest_first = len(lines) > 1 and lines[0].booked_on > lines[-1].booked_on
    amounts = [line.amount_minor for line in lines]
    ends = follows_itself(balances, amounts)
    turned = follows_itself(balances[::-1], amounts[::-1])
    if turned is not None and (ends is None or newest_first):
        ends, newest_first = turned, True
    if balances and ends is None:
        words = N_(
            "The balances in this file do not follow from its lines: some are missing or were changed."
        )
        raise Refused(Sentence(words), "file")
    if ends is None:
        words = N_("This file says no balance, so nobody can tell whether lines are missing.")
        notes = (*notes, Sentence(words))
    first, last = days_of(lines, None, None)
    return StatementData(
        account=clean(account, 40),
        currency=currency,
        first_on=first,
        last_on=last,
        lines=tuple(reversed(lines)) if newest_first else tuple(lines),
        opening_minor=ends[0] if ends else None,
        closing_minor=ends[1] if ends else None,
        notes=notes,
    )


def _line(
    sheet: _Sheet, row: Sequence[str], currency: str, style: str, order: str, turned: bool
) -> StatementLine:
    value_on = sheet.cell(row, "value_on")
    return StatementLine(
        booked_on=day_of(sheet.cell(row, "booked_on"), order),
        amount_minor=_amount(sheet, row, currency, style, turned),
        name=clean(sheet.cell(row, "name"), MOST_NAME),
        text=clean(sheet.cell(row, "text"), MOST_TEXT),
        bank_ref=clean(sheet.cell(row, "bank_ref"), MOST_REF),
        value_on=day_of(value_on, order) if value_on else None,
        check_number=clean(sheet.cell(row, "check_number"), 20).lstrip("0"),
    )


def _amount(sheet: _Sheet, row: Sequence[str], currency: str, style: str, turned: bool) -> int:
    """The signed amount: one column with its sign or a word beside it, or two columns of which one is filled."""
    if whole := sheet.cell(row, "amount"):
        minor = signed_amount(whole, currency, style)
        if "direction" in sheet.places:
            return direction_of(sheet.cell(row, "direction")) * abs(minor)
        return -minor if turned else minor
    came, went = sheet.cell(row, "credit"), sheet.cell(row, "debit")
    came_minor = abs(signed_amount(came, currency, style)) if came else 0
    went_minor = abs(signed_amount(went, currency, style)) if went else 0
    if bool(came_minor) == bool(went_minor):
        raise Refused(Sentence(N_("It says no amount, or two.")))
    return came_minor - went_minor


def _values(sheet: _Sheet, name: str) -> set[str]:
    if name not in sheet.places:
        return set()
    return {text for _line, row in sheet.rows() if (text := sheet.cell(row, name))}


def _open(path: Path) -> _Sheet:
    table = open_table(path)
    rows = [list(table.headings), *(row for _line, row in islice(table.rows(), HEAD))]
    for index, row in enumerate(rows[1:], 1):
        if len(row) >= 2 and any(_is_day(cell) for cell in row) and any(_is_amount(cell) for cell in row):
            headings = rows[index - 1]
            while headings and not headings[-1]:
                headings.pop()
            if sum(bool(cell) for cell in headings) < 2 or any(_is_day(cell) for cell in headings):
                break
            return _Sheet(table, tuple(heading[:80] for heading in headings), index - 1)
    words = N_(
        "This file has no headings with dates and amounts below them. Choose CSV, OFX or CAMT.053 at your bank."
    )
    raise Refused(Sentence(words), "file")


def _is_day(cell: str) -> bool:
    try:
        day_of(cell, "day")
    except Refused:
        return False
    return True


def _is_amount(cell: str) -> bool:
    body = bare_amount(cell)[1].replace(" ", "")
    digits = sum(letter.isdigit() for letter in body)
    return 0 < digits <= 15 and len(body) - digits <= 6 and not _is_day(cell)


def _evidence(sheet: _Sheet) -> tuple[NumberEvidence, DayEvidence]:
    numbers, days = NumberEvidence(), DayEvidence()
    for _line, row in islice(sheet.rows(), SAMPLE):
        for name in _AMOUNTS:
            if cell := sheet.cell(row, name):
                numbers.look(bare_amount(cell)[1])
        for name in ("booked_on", "value_on"):
            if cell := sheet.cell(row, name):
                days.look(bare_day(cell))
    return numbers, days
