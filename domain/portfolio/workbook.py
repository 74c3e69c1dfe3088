"""The first sheet of an XLSX workbook, as rows of text. Bombs are refused before the workbook is opened.

A workbook is a zip of XML. A few kilobytes can hold gigabytes, and one cell in the farthest corner makes a reader lay
out the whole sheet; so every part is unpacked once in pieces and counted, and the corners of the sheets are measured,
before the real reader sees the file. What the zip's own directory claims is not trusted.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Context, Decimal
from numbers import Real
from pathlib import Path
from typing import Any
from xml.parsers import expat

from domain.words import N_, Refused, Sentence

MOST_UNPACKED = 192 * 1024 * 1024
MOST_PARTS = 2_000
MOST_AREA = 4_000_000
_OTHER_FORMATS = {
    "content.xml",
    "mimetype",
    "xl/workbook.bin",
}  # read by other rules, which are not measured here
_PIECE = 256 * 1024
_CORNER = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_AS_SHOWN = Context(
    prec=15
)  # a spreadsheet shows 15 digits; what lies behind them is noise of binary arithmetic


def workbook_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(row number in the sheet, cells as text) of the first sheet of a workbook that was measured. Raises Refused."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        if not book.sheet_names:
            raise _unreadable()
        sheet = book.get_sheet_by_index(0)
        for number, row in enumerate(sheet.iter_rows(), 1):
            yield number, [_text(cell) for cell in row]
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise _unreadable() from error
    except BaseException as error:  # a reader in Rust that gives up does so outside Exception
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable() from error


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell.replace("\0", "")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return (cell.date() if not (cell.hour or cell.minute or cell.second) else cell).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Real):
        return number_text(repr(cell))
    return "" if cell is None else str(cell)


def number_text(written: str) -> str:
    """A workbook's number as people write it: at most 15 digits, no exponent, `28000` for 28000.0."""
    text = format(_AS_SHOWN.create_decimal(Decimal(written)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def measure(path: Path, most_rows: int, most_columns: int) -> None:
    """Refuse a workbook that would unpack to too much, or whose sheets are too large to lay out.

    Any part may be named as a sheet, so every part is looked at: one that is XML is parsed strictly, and one that is
    not must not hold a sheet's cells, since the real reader forgives what comes before them.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            parts = archive.infolist()
            names = {part.filename.lower() for part in parts}
            if "xl/workbook.xml" not in names or len(names) != len(parts) or names & _OTHER_FORMATS:
                raise _unreadable()
            if len(parts) > MOST_PARTS:
                raise _too_large()
            left = MOST_UNPACKED
            shared = _Shared()
            for part in parts:
                look = _Look(most_rows, most_columns, shared)
                for piece in _unpacked(file, part):
                    left -= len(piece)
                    if left < 0:
                        raise _too_large()
                    look.feed(piece)
                look.close()
            if shared.characters() > MOST_UNPACKED:
                raise _too_large()
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        expat.ExpatError,
        OSError,
        ValueError,
        LookupError,
        NotImplementedError,
    ) as error:
        raise _unreadable() from error


def _unpacked(file: Any, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The real bytes of a part, in pieces, whatever the directory says they unpack to."""
    if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _unreadable()
    file.seek(part.header_offset)
    header = file.read(30)
    name, extra = struct.unpack("<HH", header[26:30])
    file.seek(name + extra, 1)
    left = part.compress_size
    inflate = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (packed := file.read(min(_PIECE, left))):
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, _PIECE)
            packed = inflate.unconsumed_tail
    if inflate is not None:
        while not inflate.eof and (piece := inflate.decompress(inflate.unconsumed_tail, _PIECE)):
            yield piece


@dataclass(slots=True)
class _Shared:
    """Texts that a workbook holds once and names in many cells: the reader copies them into each of these."""

    lengths: list[int] = field(default_factory=list)
    named: Counter[int] = field(default_factory=Counter)

    def characters(self) -> int:
        """How long all cells are together that name one of them."""
        return sum(
            self.lengths[at] * times for at, times in self.named.items() if 0 <= at < len(self.lengths)
        )


class _Look:
    """Follows one part in pieces: strictly where it is XML, for hidden cells where it is not."""

    def __init__(self, most_rows: int, most_columns: int, shared: _Shared) -> None:
        self.shared, self.text, self.names_one = shared, "", False
        self.most_rows, self.most_columns = most_rows + 1000, most_columns
        self.row = self.column = self.last_row = self.last_column = 0
        self.parser: expat.XMLParserType | None = None
        self.begun, self.tail = False, b""

    def feed(self, piece: bytes) -> None:
        if not self.begun and piece:
            self.begun = True
            if piece.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
                self.parser = expat.ParserCreate()
                self.parser.buffer_text = True
                self.parser.StartElementHandler = self._begin
                self.parser.EndElementHandler = self._end
                self.parser.StartDoctypeDeclHandler = self._doctype
                self.parser.XmlDeclHandler = self._declared
        if self.parser is not None:
            self.parser.Parse(piece, False)
            return
        if b"sheetData" in self.tail + piece:
            raise _unreadable()
        self.tail = piece[-16:]

    def close(self) -> None:
        if self.parser is not None:
            self.parser.Parse(b"", True)

    def _doctype(self, *_parts: object) -> None:
        raise _unreadable()

    def _declared(self, _version: str, encoding: str | None, _alone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
            raise _unreadable()

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "si" or (tag == "v" and self.names_one):
            self.text, self.parser.CharacterDataHandler = "", self._hear  # type: ignore[union-attr]
            return
        said = attributes.get("r")
        if tag == "row":
            self.row, self.column = self.row + 1, 0
            if said is not None:
                self.row = _row_number(said)
        elif tag == "c":
            self.column += 1
            self.names_one = attributes.get("t") == "s"
            if said is not None:
                corner = _CORNER.fullmatch(said)
                if corner is None:
                    raise _unreadable()
                self.column, self.row = _column_number(corner[1]), int(corner[2])
        else:
            return
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        if self.last_column > self.most_columns:
            raise Refused(
                Sentence(N_("The file has more than %(most)s columns."), {"most": self.most_columns}), "file"
            )
        if self.last_row > self.most_rows or self.last_row * self.last_column > MOST_AREA:
            raise _too_large()

    def _hear(self, text: str) -> None:
        self.text += text

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == "si":
            self.shared.lengths.append(len(self.text))
        elif tag == "v" and self.names_one and self.text.strip().isdigit():
            self.shared.named[int(self.text.strip()[:9])] += 1
        else:
            return
        self.text, self.parser.CharacterDataHandler = "", None  # type: ignore[union-attr]


def _row_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise _unreadable()
    return int(text)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _too_large() -> Refused:
    return Refused(
        Sentence(N_("This workbook unpacks to more than can be read here. Save the sheet as CSV.")), "file"
    )


def _unreadable() -> Refused:
    return Refused(
        Sentence(N_("This workbook cannot be read. Save the sheet as CSV or as a new XLSX.")), "file"
    )
