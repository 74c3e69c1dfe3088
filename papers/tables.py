"""Tables as files: CSV and XLSX that no spreadsheet program takes for a program.

A cell that a person typed may begin with `=`: a spreadsheet would run it as a formula and could send the sheet away.
In CSV such text gets a leading apostrophe; in XLSX text is stored as text. Numbers stay numbers in both.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO, TextIO

import xlsxwriter  # type: ignore[import-untyped]

from domain.words import Money, exponent, plain_amount

Cell = str | int | bool | Decimal | Money | date | datetime | None

MOST_ROWS = 1_048_575
LONGEST_TEXT = 32_767
# A spreadsheet keeps fifteen digits of a number; longer ones are references, and would lose their tail.
LONGEST_NUMBER = 10**15

# Blank, but skipped by one program or another before it looks for a formula: spaces of all widths, no-break space,
# zero-width marks, byte-order mark, soft hyphen.
_BLANK = "\\s\u00a0\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff"
# The full-width forms are read as the plain ones where East Asian input is usual.
_FORMULA = re.compile(rf"^[{_BLANK}\"']*[=+\-@\t\r\u2212\uff1d\uff0b\uff0d\uff20]|^[\t\r]")
# A telephone number: two groups of digits with a blank between them are no formula anywhere.
_TELEPHONE = re.compile(r"\+[0-9]{1,4} \(?[0-9][0-9 ().-]{4,24}")
_LINE = re.compile(r"(?<=[\r\n\v\f\x1c-\x1e\x85\u2028\u2029])")


def guarded(text: str) -> str:
    """Text as a CSV cell that no program reads as a formula: an apostrophe before the cell, and before each dangerous
    line inside it (some programs cut a cell at its line breaks). Harmless text comes back as it is, and so does a
    telephone number like `+1 617 555 0142`."""
    if _TELEPHONE.fullmatch(text):
        return text
    lines = _LINE.split(text)
    dangerous = [bool(_FORMULA.match(line)) for line in lines]
    if not any(dangerous):
        return text
    marked = "".join(f"'{line}" if bad else line for line, bad in zip(lines, dangerous, strict=True))
    return marked if dangerous[0] else f"'{marked}"


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as CSV (RFC 4180, CRLF, every text quoted so that another separator cannot split it).

    Money is written plainly in its major unit (`-12.50`), days as ISO dates, moments as ISO with zone, None as empty.
    The file has no byte-order mark; put one before it where it is meant for a spreadsheet program.
    """
    file = io.StringIO(newline="")
    write_csv(file, header, rows)
    return file.getvalue()


def write_csv(file: TextIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """The same into a text file (opened with `newline=""`), row by row as they come; the number of rows."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in header])
    count = 0
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
        count += 1
    return count


def _csv_cell(cell: Cell) -> str | int | Decimal:
    if isinstance(cell, Money):
        return Decimal(plain_amount(cell.minor, cell.currency))
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return cell
    if isinstance(cell, Decimal):
        return _written_out(cell) if cell.is_finite() else str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return guarded(cell) if cell is not None else ""


def _written_out(number: Decimal) -> Decimal:
    # `1E+3` is a number to us and a text to many readers of CSV.
    return number.quantize(Decimal(1)) if int(number.as_tuple().exponent) > 0 else number


def to_xlsx(
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    sheet: str = "Table",
    made_at: datetime | None = None,
) -> bytes:
    """The table as an XLSX file: header frozen and filterable, money and days in their own formats, text never run.

    `sheet` names the sheet (cut to what Excel allows). The same table with the same `made_at` gives the same bytes.
    Raises ValueError above MOST_ROWS rows: a file that silently ends early would be taken for the whole.
    """
    file = io.BytesIO()
    _fill(file, {"in_memory": True}, header, rows, sheet, made_at)
    return file.getvalue()


def write_xlsx(
    file: BinaryIO,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    sheet: str = "Table",
    made_at: datetime | None = None,
) -> int:
    """The same into a file, row by row as they come: memory stays as it is however many there are; their number."""
    return _fill(file, {"constant_memory": True}, header, rows, sheet, made_at)


def _fill(
    file: BinaryIO,
    how: dict[str, bool],
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    sheet: str,
    made_at: datetime | None,
) -> int:
    book = xlsxwriter.Workbook(file, {**how, "strings_to_formulas": False, "strings_to_urls": False})
    # Without a given moment the file would carry the clock; the start of the epoch of spreadsheets says "not given".
    book.set_properties({"created": (made_at or datetime(1980, 1, 1)).replace(tzinfo=None)})
    page = book.add_worksheet(_sheet_name(sheet))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = _Formats(book)
    widths = [len(name) for name in header]
    for column, name in enumerate(header):
        page.write_string(0, column, _fitting(name), bold)
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise ValueError("the table has more rows than a spreadsheet can hold")
        for column, cell in enumerate(row):
            length = _write(page, count, column, cell, formats)
            widths[column] = max(widths[column], length) if column < len(widths) else length
    for column, width in enumerate(widths):
        page.set_column(column, column, min(max(width + 2, 8), 60))
    page.freeze_panes(1, 0)
    if header and count:
        page.autofilter(0, 0, count, len(header) - 1)
    book.close()
    return count


class _Formats:
    """The number formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook):
        self._book = book
        self._made: dict[str, xlsxwriter.format.Format] = {}

    def __call__(self, pattern: str) -> xlsxwriter.format.Format:
        if pattern not in self._made:
            self._made[pattern] = self._book.add_format({"num_format": pattern})
        return self._made[pattern]


def _write(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, formats: _Formats) -> int:
    """Write one cell by its type; the width in letters it would like."""
    if cell is None:
        return 0
    if isinstance(cell, Money):
        places = exponent(cell.currency)
        text = plain_amount(cell.minor, cell.currency)
        page.write_number(
            row, column, Decimal(text), formats("#,##0" + ("." + "0" * places if places else ""))
        )
        return len(text) + 3
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        number = Decimal(cell)
        if not number.is_finite() or abs(number) >= LONGEST_NUMBER:
            page.write_string(row, column, str(cell))
        else:
            page.write_number(row, column, cell)
        return len(str(cell))
    if isinstance(cell, date) and not isinstance(cell, datetime) and cell.year >= 1900:
        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), formats("yyyy-mm-dd"))
        return 10
    text = str(_csv_cell(cell)) if not isinstance(cell, str) else cell
    page.write_string(row, column, _fitting(text))
    return max((len(line) for line in text.splitlines()), default=0)


def _fitting(text: str) -> str:
    # A longer text would be left out without a word.
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", name).strip(" '")[:31] or "Table"
