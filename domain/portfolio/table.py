"""A file as a table: its headings and its lines, read one by one so that memory stays small.

`open_table` says which of the two forms the file has and refuses, with one sentence, what is neither. Cells are text;
numbers of a workbook become the shortest text that means them, its dates ISO text.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from domain.portfolio.decoding import look_at
from domain.portfolio.workbook import measure, workbook_rows
from domain.words import N_, Refused, Sentence

MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELL = 2_000
DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 64 * 1024

Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read. `headings` as written, `rows()` begins anew each time it is called.

    A row is (line in the file, from 1; cells, stripped). Empty lines are left out; `sha256` is over the file's bytes.
    `extra` are cells that the file has no heading for (name -> place), `as_of` a day that stands above the headings.
    """

    headings: tuple[str, ...]
    sha256: str
    notes: tuple[Sentence, ...]
    source: Callable[[], Rows]
    extra: Mapping[str, int] = field(default_factory=dict)
    as_of: str = ""

    def lines(self) -> Rows:
        """Every line that holds anything, that of the headings too."""
        return _filled(self.source())

    def rows(self) -> Rows:
        """Every line below the headings. Raises Refused past the most lines, or where a line cannot be read."""
        lines = self.lines()
        next(lines)
        for count, row in enumerate(lines, 1):
            if count > MOST_ROWS:
                raise Refused(
                    Sentence(N_("The file has more than %(most)s lines. Split it."), {"most": MOST_ROWS}),
                    "file",
                )
            yield row


def open_table(path: Path) -> Table:
    """The table in the file at `path`. Raises Refused, with a sentence, for what cannot be read as one."""
    looked = look_at(path)
    notes = (looked.note,) if looked.note else ()
    codec = looked.codec
    if codec is None:
        measure(path, MOST_ROWS, MOST_COLUMNS)
        source: Callable[[], Rows] = lambda: workbook_rows(path)  # noqa: E731
    else:
        delimiter, skip = _delimiter(path, codec)
        source = lambda: _csv_rows(path, codec, delimiter, skip)  # noqa: E731
    first = next(_filled(source()), None)
    if first is None:
        raise Refused(Sentence(N_("The file is empty.")), "file")
    headings = first[1]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MOST_COLUMNS:
        raise Refused(
            Sentence(N_("The file has more than %(most)s columns."), {"most": MOST_COLUMNS}), "file"
        )
    return Table(tuple(heading[:80] for heading in headings), looked.sha256, notes, source)


def _filled(rows: Rows) -> Rows:
    """The lines that hold anything, their cells stripped."""
    for line, row in rows:
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield line, cells


def _delimiter(path: Path, codec: str) -> tuple[str, bool]:
    """What stands between the cells, and whether a first line "sep=;" says so (and is not a heading)."""
    with path.open(encoding=codec, newline="") as file:
        sample = file.read(_SAMPLE)
    first = sample.lstrip().split("\n", 1)[0].strip().strip('"').lower()
    if len(first) == 5 and first.startswith("sep=") and first[4] in DELIMITERS:
        return first[4], True
    best, most = ",", 0
    for delimiter in DELIMITERS:
        try:
            rows = [
                row for row in islice(csv.reader(sample.splitlines(True), delimiter=delimiter), 25) if row
            ]
        except csv.Error:
            continue
        if not rows:
            continue
        width = len(rows[0])
        score = width * sum(len(row) == width for row in rows[:20]) if width > 1 else 0
        if score > most:
            best, most = delimiter, score
    return best, False


def _csv_rows(path: Path, codec: str, delimiter: str, skip: bool) -> Rows:
    with path.open(encoding=codec, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        if skip:
            next(reader, None)
        line = reader.line_num + 1
        try:
            for row in reader:
                yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            raise Refused(
                Sentence(
                    N_(
                        "Line %(line)s cannot be read: a quotation mark is not closed, or a cell is far too long."
                    ),
                    {"line": line},
                ),
                "file",
            ) from error
