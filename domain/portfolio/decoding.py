"""Which letters the bytes of a text file mean: UTF-8, UTF-16 or Windows-1252; anything else is refused.

The file is read once in pieces to be sure (and hashed on the way), so that reading its rows later cannot fail in the
middle for its encoding. Nothing is guessed silently: what is not UTF-8 or UTF-16 is read as Windows-1252 with a note.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from domain.words import N_, Refused, Sentence

MOST_BYTES = 32 * 1024 * 1024
_PIECE = 1024 * 1024
_MAGIC = (
    (b"%PDF", N_("This is a PDF. Save the table as CSV or XLSX.")),
    (b"\xd0\xcf\x11\xe0", N_("This is an old Excel file (.xls). Save it as XLSX or CSV.")),
    (b"\x1f\x8b", N_("This file is compressed. Unpack it first.")),
    (b"7z\xbc\xaf", N_("This file is compressed. Unpack it first.")),
    (b"\x89PNG", N_("This is a picture, not a table.")),
    (b"\xff\xd8\xff", N_("This is a picture, not a table.")),
    (b"SQLite format 3", N_("This is a database, not a table. Save the table as CSV or XLSX.")),
)
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Looked:
    """What the bytes of a file told: `codec` is None for a workbook (a zip), `sha256` is over all of them."""

    codec: str | None
    sha256: str
    size: int
    note: Sentence | None = None


def look_at(path: Path) -> Looked:
    """Read all of the file once and say how to read it. Raises Refused for what is not a table."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Refused(
            Sentence(N_("The file is larger than %(most)s MB. Split it."), {"most": MOST_BYTES // 1024**2}),
            "file",
        )
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Refused(Sentence(N_("The file is empty.")), "file")
    for magic, sentence in _MAGIC:
        if head.startswith(magic):
            raise Refused(Sentence(sentence), "file")
    if head.startswith(b"PK"):
        return Looked(None, _hashed(path), size)
    for codec in _candidates(head):
        sha256 = _decodes(path, codec)
        if sha256:
            note = None
            if codec in ("cp1252", "latin-1"):
                note = Sentence(
                    N_("The file is not UTF-8 and was read as Windows-1252. Check names with accents.")
                )
            return Looked(codec, sha256, size, note)
    raise Refused(
        Sentence(N_("The letters of this file cannot be read. Save it as UTF-8 CSV or XLSX.")), "file"
    )


def _candidates(head: bytes) -> tuple[str, ...]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if b"\0" in head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if odd > len(head) // 4 and even <= odd // 8:
            return ("utf-16-le",)
        if even > len(head) // 4 and odd <= even // 8:
            return ("utf-16-be",)
        raise _binary()
    if len(_CONTROLS.findall(head)) > len(head) // 200 + 3:
        raise _binary()
    return ("utf-8-sig", "cp1252", "latin-1")


def _binary() -> Refused:
    return Refused(
        Sentence(
            N_("This file is not a text table: it holds bytes that are no letters. Save it as CSV or XLSX.")
        ),
        "file",
    )


def _decodes(path: Path, codec: str) -> str:
    """The SHA-256 of the file when all of it can be decoded, else "". Raises Refused for NUL characters."""
    decoder = codecs.getincrementaldecoder(codec)()
    digest = hashlib.sha256()
    with path.open("rb") as file:
        try:
            while piece := file.read(_PIECE):
                digest.update(piece)
                if "\0" in decoder.decode(piece):
                    raise _binary()
            decoder.decode(b"", final=True)
        except UnicodeError:
            return ""
    return digest.hexdigest()


def _hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
