"""A report's cells as a page and a paper show them: texts in the reader's language, each with what it opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from flask import url_for
from flask_babel import gettext

from blueprints.shared.formats import here
from domain.reports.chart import Drawn, drawn
from domain.reports.sheet import Column, Link, Row, Sheet
from domain.words import Sentence

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell: its text, the heading it stands under, whether it is a figure, and the address it opens ("" for none)."""

    text: str
    label: str
    end: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of cells. `heading`: it stands above the rows it heads; `strong`: a sum."""

    cells: Sequence[Shown]
    strong: bool = False
    heading: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """One page of a report, as texts. `number` is the page, `more` whether there is another."""

    sheet: Sheet
    columns: Sequence[Column]
    rows: Sequence[ShownRow]
    totals: Sequence[ShownRow]
    chart: Drawn | None
    number: int
    more: bool


def view(sheet: Sheet, number: int) -> View:
    """The page `number` (from 1) of a report. Only its rows are turned into texts."""
    columns = sheet.chosen()
    start = (number - 1) * PER_PAGE
    rows = list(islice(iter(sheet.rows), start, start + PER_PAGE + 1))
    shown = [_row(sheet, columns, row) for row in rows[:PER_PAGE]]
    totals = [_row(sheet, columns, row) for row in sheet.totals]
    return View(sheet, columns, shown, totals, drawn(sheet.chart), number, len(rows) > PER_PAGE)


def texts(sheet: Sheet, rows: Iterable[Row]) -> Iterator[tuple[list[str], bool]]:
    """The rows as texts for paper: (cells, whether they are bold)."""
    columns = sheet.chosen()
    for row in rows:
        yield [text_of(sheet, row, column) for column in columns], row.kind != "line"


def _row(sheet: Sheet, columns: Sequence[Column], row: Row) -> ShownRow:
    cells = []
    for place, column in enumerate(columns):
        link = row.opens.get(column.key) or (row.link if place == 0 else None)
        text = text_of(sheet, row, column)
        cells.append(Shown(text, here().say(column.words), column.end, address(link) if text else ""))
    return ShownRow(cells, row.kind in ("subtotal", "total"), row.kind == "heading")


def address(link: Link | None) -> str:
    """Where a link leads."""
    return url_for(link[0], **link[1]) if link else ""


def text_of(sheet: Sheet, row: Row, column: Column) -> str:
    """What stands in a cell, in the reader's language and formats; "" where there is nothing."""
    value = row.values.get(column.key)
    if value is None or value == "":
        return ""
    if isinstance(value, Sentence):
        return here().say(value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if column.kind == "money" and isinstance(value, int):
        currency = sheet.currency_of(row, column)
        return here().money(value, currency)
    if column.kind == "percent" and not isinstance(value, str | date):
        return here().percent(value)
    if isinstance(value, datetime):
        return here().moment(value)
    if isinstance(value, date):
        return here().day_short(value)
    return str(value)


def label_text(label: str | date | Sentence) -> str:
    """A label of a chart."""
    return here().day_short(label) if isinstance(label, date) else here().say(label)
