"""Any file of bank statements: which form it has, and what it holds. The way in to this room.

`read_statements` gives proved statements, or `Unknown` for a CSV whose columns nobody has explained yet, or raises
Refused with the reason for what is no statement.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from domain.banking.camt import looks_like_camt, read_camt053
from domain.banking.csv_layout import Layout, Look, look, read_csv
from domain.banking.ofx import looks_like_ofx, read_ofx
from domain.banking.statement import StatementData, proved
from domain.portfolio.decoding import look_at
from domain.words import N_, Refused, Sentence

MOST_BYTES = 10_000_000
"""The largest file: some 50,000 movements, read in a few seconds."""

Form = Literal["ofx", "camt053", "csv"]


@dataclass(frozen=True, slots=True)
class Read:
    """The statements in a file, and its form. `sha256` is over the file's bytes, `fingerprint` that of a CSV's head."""

    form: Form
    sha256: str
    statements: tuple[StatementData, ...]
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A CSV of a bank nobody has explained yet: its head, for the page that asks."""

    sha256: str
    look: Look


def require_size(size: int) -> None:
    """Refuse a file that is too large, before it is kept. Raises Refused."""
    if size > MOST_BYTES:
        words = N_("The file is larger than %(most)s MB. Choose fewer days at your bank.")
        raise Refused(Sentence(words, {"most": MOST_BYTES // 1_000_000}), "file")


@contextmanager
def placed(content: bytes) -> Iterator[Path]:
    """`content` at a path, for the readers: in memory where the system can, so that what is kept sealed stays so."""
    if hasattr(os, "memfd_create"):
        with open(os.memfd_create("statement"), "wb") as file:
            file.write(content)
            file.flush()
            yield Path(f"/proc/self/fd/{file.fileno()}")
    else:
        with tempfile.NamedTemporaryFile() as kept:
            kept.write(content)
            kept.flush()
            yield Path(kept.name)


def read_statements(path: Path, layout_of: Callable[[str], Layout | None], currency: str) -> Read | Unknown:
    """What the file at `path` holds. `layout_of` gives the layout learned for a fingerprint.

    `currency` is the business's. Raises Refused for a file that is no statement, is damaged, cut short, or does not
    add up.
    """
    looked = look_at(path)
    with path.open("rb") as file:
        head = file.read(4096)
    if looks_like_camt(head) or (_is_xml(head) and b"<OFX" not in head and b"<?OFX" not in head):
        found = read_camt053(path.read_bytes())
        return Read("camt053", looked.sha256, tuple(proved(one) for one in found))
    if looked.codec is not None:
        text = path.read_text(encoding=looked.codec)
        if looks_like_ofx(text):
            return Read("ofx", looked.sha256, tuple(proved(one) for one in read_ofx(text)))
        if text.lstrip("\ufeff \r\n\t").startswith("<"):
            raise Refused(Sentence(N_("This is a page or an XML file, not a bank statement.")), "file")
    seen = look(path)
    layout = layout_of(seen.fingerprint)
    if layout is None:
        return Unknown(looked.sha256, seen)
    statement = _by(path, layout, currency)
    return Read("csv", looked.sha256, (statement,), seen.fingerprint)


def read_as(path: Path, layout: Layout, currency: str) -> Read:
    """The CSV at `path` by a layout that a person has just explained. Raises Refused where it does not fit."""
    looked = look_at(path)
    seen = look(path, layout.mapping)
    if seen.missing:
        names = ", ".join(seen.missing)
        raise Refused(
            Sentence(N_("Say which column holds this: %(columns)s."), {"columns": names}), "columns"
        )
    return Read("csv", looked.sha256, (_by(path, layout, currency),), seen.fingerprint)


def _by(path: Path, layout: Layout, currency: str) -> StatementData:
    return proved(read_csv(path, replace(layout, currency=layout.currency or currency)))


def _is_xml(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml")


def no_layouts(_fingerprint: str) -> None:
    """For `read_statements` where nothing was learned yet."""
    return None
