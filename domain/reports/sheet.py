"""What every report gives: one table with columns that say what they hold, rows that open what they are made of.

A report is a function `make(scope, asked) -> Sheet` and one row of `domain.reports.catalog`. Pages, CSV, XLSX and PDF
are all made from the sheet, so a figure cannot differ between them. Rows may be a generator: files are streamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.words import Money, Sentence

Value = int | str | bool | date | datetime | Decimal | Sentence | None
"""What stands in a cell: minor units for money, a count, a day, a Decimal for percent, text, or nothing."""
Link = tuple[str, Mapping[str, Any]]
"""What opens: the endpoint of a page, and what its address needs (query values too)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the name of its value in a row, its heading, and what it holds.

    `kind`: "text", "money" (minor units), "number", "percent" (Decimal, 6.87 is 6.87 %), "day" or "flag" (yes or no).
    `currency_key` names the value that holds the currency of the row's money; `Sheet.currency` where it holds none.
    `hidden`: shown only to those who choose it.
    """

    key: str
    words: Sentence
    kind: str = "text"
    currency_key: str = "currency"
    hidden: bool = False

    @property
    def end(self) -> bool:
        """Whether the column is set to the end of the line, as figures are."""
        return self.kind in ("money", "number", "percent")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `link` opens the row as a whole (its first cell), `opens` single cells by the name of their column.

    `kind`: "line", "subtotal", "total" or "heading" (one text in the first column, before the rows it heads).
    """

    values: Mapping[str, Value]
    link: Link | None = None
    kind: str = "line"
    opens: Mapping[str, Link] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Series:
    """What a chart draws in one colour: what it is, and one amount in minor units for each label."""

    words: Sentence
    amounts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of some of the sheet's figures: bars side by side for each label ("bars"), or a line ("line").

    At most three series; labels in order. The page shows the same figures as a table beside it. `currency` "": counts.
    """

    title: Sentence
    labels: Sequence[str | date | Sentence]
    series: Sequence[Series]
    currency: str = ""
    form: str = "bars"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked of a report: as of which day (`on`), for which days (`since` to `until`), narrowed to what.

    Everything textual is as the address had it, so a report meets values that name nothing: it then finds nothing.
    `columns` are keys in the order wanted, empty for the usual ones; `zone` is the business's.
    """

    today: date
    on: date
    since: date
    until: date
    property_ref: str = ""
    owner_ref: str = ""
    kind: str = ""
    branch: str = ""
    method: str = ""
    person_ref: str = ""
    agreement_ref: str = ""
    account: str = ""
    status: str = ""
    category: str = ""
    by: str = ""
    what: str = ""
    late: str = ""
    columns: Sequence[str] = ()
    zone: ZoneInfo = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report as somebody asked for it. Amounts of different currencies stand in rows of their own, totals too.

    `totals` stand at the end of every page and file. `notes` are sentences below: what is counted and what is not.
    `lead` are the one or two figures the reader came for, with what each is.
    """

    name: str
    title: Sentence
    asked: Asked
    columns: Sequence[Column]
    rows: Iterable[Row]
    totals: Sequence[Row] = ()
    notes: Sequence[Sentence] = ()
    chart: Chart | None = None
    currency: str = ""
    lead: Sequence[tuple[Money, Sentence]] = ()

    def chosen(self) -> list[Column]:
        """The columns to show: those asked for in their order, else those that are not hidden."""
        known = {column.key: column for column in self.columns}
        wanted = [known[key] for key in dict.fromkeys(self.asked.columns) if key in known]
        return wanted or [column for column in self.columns if not column.hidden]

    def currency_of(self, row: Row, column: Column) -> str:
        """The currency of a money cell."""
        return str(row.values.get(column.currency_key) or self.currency)


Cell = str | int | bool | Decimal | Money | date | None


def file_rows(
    sheet: Sheet, say: Callable[[Sentence], str], *, lines_only: bool = False
) -> Iterator[list[Cell]]:
    """All rows and then the totals as cells of a file, for the chosen columns. `say` turns sentences into text.

    `lines_only`: without subtotals and headings between the rows, for whoever adds a column up; the totals stay last.
    """
    columns = sheet.chosen()
    for rows in (sheet.rows, sheet.totals):
        for row in rows:
            if not lines_only or row.kind in ("line", "total"):
                yield [_cell(sheet, row, column, say) for column in columns]


def _cell(sheet: Sheet, row: Row, column: Column, say: Callable[[Sentence], str]) -> Cell:
    value = row.values.get(column.key)
    if isinstance(value, Sentence):
        return say(value)
    if column.kind == "money" and isinstance(value, int):
        return Money(value, sheet.currency_of(row, column))
    if isinstance(value, datetime):
        # The business's own clock, with how far it is from UTC.
        return value.astimezone(sheet.asked.zone).replace(microsecond=0)
    return value
