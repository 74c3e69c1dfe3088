"""Write everything that may leave into a folder or one archive: a CSV and a JSON Lines file per table, the files that
were handed in, and a README. Verbs: `write_folder`, `write_archive`.

All tables are read from one moment of the database. Row after row goes straight to the file, so memory stays small
however much there is. `tell(done, total)` is called every few thousand rows and may raise to stop the work.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO, Any

from domain import sealing
from domain.actions import kept_files
from domain.reports import everything
from papers.tables import write_csv

BEAT_ROWS = 5_000
BYTE_ORDER_MARK = "\ufeff"
Row = Sequence[Any]
Tell = Callable[[int, int], None]
Open = Callable[[str], AbstractContextManager[IO[bytes]]]

README = """Everything that Duebook holds, as of {moment}.

csv/TABLE.csv     one file per table, for a spreadsheet. What could be taken for a formula has a mark ' before it.
jsonl/TABLE.jsonl the same rows, one JSON object a line, unchanged. Read these with programs.
files/            what people handed in, by the ref that kept_file names, then its own name.

Columns that end in _minor are whole numbers of the smallest unit of the currency (cents). Days are dates of the
business; moments have their zone. *_id points to the column id of the table named, as in agreement_id.

Left out on purpose:
{stays}
Also left out are passwords, keys and tokens of people and of ways to pay, and files for and from banks, which hold
account numbers. A copy from which the portal can be restored is made by a backup, not by this.

Rows by table:
{rows}
"""


def write_archive(path: Path, uploads: Path, *, now: datetime, tell: Tell) -> None:
    """Write one zip file at `path`, readable by nobody else; it is there in part when this raises."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        open(descriptor, "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
    ):
        _write(lambda name: archive.open(name, "w", force_zip64=True), uploads, now, tell)
        archive.close()
        file.flush()
        os.fsync(file.fileno())


def write_folder(folder: Path, uploads: Path, *, now: datetime, tell: Tell) -> None:
    """Write the same as files below `folder`, which is made where it is not there. Raises OSError."""

    def opened(name: str) -> IO[bytes]:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")

    _write(opened, uploads, now, tell)


class _Count:
    """How many rows were written; tells it every few thousand."""

    def __init__(self, tell: Tell, total: int) -> None:
        self.tell, self.total, self.done = tell, total, 0

    def each(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            yield row
            self.done += 1
            if self.done % BEAT_ROWS == 0:
                self.tell(self.done, self.total)


def _write(opened: Open, uploads: Path, now: datetime, tell: Tell) -> None:
    said = []
    with everything.snapshot() as connection:
        handed_in = everything.kept_files(connection)
        count = _Count(tell, 2 * everything.count(connection) + len(handed_in))
        tell(0, count.total)
        for table in everything.tables():
            names = everything.columns(table)
            rows = _csv(opened, table.name, names, count.each(everything.rows(connection, table)))
            _json(opened, table.name, names, count.each(everything.rows(connection, table)))
            said.append(f"  {table.name}: {rows}")
    places = {place.name: place for place in uploads.rglob("*") if place.is_file()} if handed_in else {}
    for ref, name, path in count.each(iter(handed_in)):
        inside = f"files/{ref}/{_file_name(name)}"
        if not _copy(opened, places.get(PurePosixPath(path).name), inside):
            said.append(f"  {inside} is not on this machine any more")
    stays = "\n".join(f"  {name}: {why}" for name, why in sorted(everything.STAYS.items()))
    moment = now.isoformat(timespec="seconds")
    with opened("README.txt") as file:
        file.write(README.format(moment=moment, stays=stays, rows="\n".join(said)).encode())
    tell(count.total, count.total)


def _csv(opened: Open, name: str, names: list[str], rows: Iterator[Row]) -> int:
    with opened(f"csv/{name}.csv") as raw:
        file = TextIOWrapper(raw, "utf-8", newline="")
        file.write(BYTE_ORDER_MARK)
        written = write_csv(file, names, ([_cell(value) for value in row] for row in rows))
        file.flush()
        file.detach()
    return written


def _json(opened: Open, name: str, names: list[str], rows: Iterator[Row]) -> None:
    with opened(f"jsonl/{name}.jsonl") as raw:
        for row in rows:
            said = dict(zip(names, map(everything.plain, row), strict=True))
            raw.write(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def _cell(value: Any) -> Any:
    """A stored value as a cell of a table: what is a document stands there as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _copy(opened: Open, place: Path | None, name: str) -> bool:
    """Copy a file that was handed in, opened where it is sealed; False where it cannot be read."""
    try:
        if place is None:
            return False
        sealed = place.name.endswith(kept_files.SUFFIX)
        content = kept_files.read(place.parent, place.name) if sealed else place.read_bytes()
    except (OSError, sealing.CannotOpen):
        return False
    with opened(name) as file:
        file.write(content)
    return True


def _file_name(name: str) -> str:
    """The name a file was handed in under, as no program takes for a path."""
    kept = "".join(letter if letter.isalnum() or letter in " ._-()" else "_" for letter in name).strip(" .")
    return kept[-120:] or "file"
