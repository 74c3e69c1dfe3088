"""Take a Nacha file apart and hold every control record against what stands in the file.

Real files end their lines in several ways or not at all, and some lose the spaces at the end of a line; both are taken.
Anything else that does not add up refuses the whole file: half a file is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.words import N_, Sentence
from gateways.ach_file.layout import (
    BATCH_CONTROL,
    BATCH_HEADER,
    BLOCK,
    CORRECTION,
    ENTRY,
    FILE_CONTROL,
    FILE_HEADER,
    FILLER,
    RETURN,
    WIDTH,
    Record,
    is_debit,
)
from gateways.ach_file.writer import Totals
from gateways.files import FileRefused

_ADDENDA = {"98": CORRECTION, "99": RETURN}
# These end in spaces in a complete record; every other record ends in a number, so a short one was cut off.
_MAY_BE_SHORT = ("1", "9")

_BAD_TOTAL = N_("The totals in line %(line)s of the file do not add up. Ask the bank for the file again.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with its addenda: the fields of the record, and each addenda's line."""

    line: int
    fields: dict[str, str]
    addenda: list[str] = field(default_factory=list)

    @property
    def amount_minor(self) -> int:
        return int(self.fields["amount"])

    def of_kind(self, kind: str) -> list[str]:
        """The addenda lines of a kind: "98" tells of a correction, "99" of a return."""
        return [line for line in self.addenda if line[1:3] == kind]


@dataclass(frozen=True, slots=True)
class ParsedBatch:
    header: dict[str, str]
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The header of a file, its batches, and its totals."""

    header: dict[str, str]
    batches: list[ParsedBatch]
    totals: Totals


def parse(content: bytes) -> ParsedFile:
    """The file, once every count, hash and total in it was found right. Raises FileRefused."""
    lines = _lines(content)
    body = _without_filler(lines)
    header = _header(body[0])
    batches, whole, at = [], Totals(), 1
    while at < len(body) and body[at][0] == "5":
        batch, totals, at = _batch(body, at)
        batches.append(batch)
        whole.plus(totals)
    if at != len(body) - 1 or body[at][0] != "9":
        if body[-1][0] != "9":
            raise FileRefused(Sentence(N_("The file is cut short: its last record is missing.")), len(body))
        raise _unexpected(at)
    control = _fields(FILE_CONTROL, body[at], at)
    blocks = -(-len(body) // BLOCK)
    said = tuple(int(control[name]) for name in ("batches", "blocks", "count", "hash", "debit", "credit"))
    if said != (len(batches), blocks, *whole.fields):
        raise _bad_total(at)
    return ParsedFile(header, batches, whole)


def _lines(content: bytes) -> list[str]:
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError:
        raise _not_nacha() from None
    if not text.startswith("101"):
        raise _not_nacha()
    if "\n" not in text and "\r" not in text:
        lines = [text[start : start + WIDTH] for start in range(0, len(text), WIDTH)]
    else:
        lines = text.splitlines()
    lines = [line for line in lines if line.strip(" \x1a")]
    for at, line in enumerate(lines):
        if len(line) < WIDTH and FILLER.startswith(line):
            raise FileRefused(Sentence(N_("The file is cut short: its last block is not full.")), at + 1)
        if len(line) < WIDTH and line[0] in _MAY_BE_SHORT:
            lines[at] = line = line.ljust(WIDTH)
        if len(line) != WIDTH or not line.isprintable():
            said = N_("Line %(line)s of the file is not 94 characters long: the file is damaged.")
            raise FileRefused(Sentence(said, {"line": at + 1}), at + 1)
    return lines


def _without_filler(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and lines[end - 1] == FILLER:
        end -= 1
    if end == 0:
        raise _not_nacha()
    if len(lines) not in (end, -(-end // BLOCK) * BLOCK):
        raise FileRefused(Sentence(N_("The file is cut short: its last block is not full.")), len(lines))
    return lines[:end]


def _header(line: str) -> dict[str, str]:
    header = FILE_HEADER.read(line)
    if (header["size"], header["blocking"], header["format"]) != ("094", "10", "1"):
        raise _not_nacha()
    return header


def _batch(body: list[str], start: int) -> tuple[ParsedBatch, Totals, int]:
    """The batch that begins at `start`, its totals, and where the next record stands."""
    batch, totals, at = ParsedBatch(_fields(BATCH_HEADER, body[start], start)), Totals(), start + 1
    while at < len(body) and body[at][0] in ("6", "7"):
        if body[at][0] == "6":
            fields = _fields(ENTRY, body[at], at)
            if not fields["routing"].isdigit() or len(fields["routing"]) != 9:
                raise _unexpected(at)
            batch.entries.append(Entry(at + 1, fields))
            totals.add(fields["routing"], int(fields["amount"]), is_debit(fields["code"]))
        elif not batch.entries:
            raise _unexpected(at)
        else:
            batch.entries[-1].addenda.append(body[at])
            totals.count += 1
        at += 1
    if at >= len(body):
        raise FileRefused(Sentence(N_("The file is cut short: its last record is missing.")), at)
    if body[at][0] != "8":
        raise _unexpected(at)
    for entry in batch.entries:
        if (entry.fields["addenda"] == "1") is not bool(entry.addenda):
            raise _unexpected(entry.line - 1)
    _check_batch(batch, _fields(BATCH_CONTROL, body[at], at), totals, at)
    return batch, totals, at + 1


def _check_batch(batch: ParsedBatch, control: dict[str, str], totals: Totals, at: int) -> None:
    said = tuple(int(control[name]) for name in ("count", "hash", "debit", "credit"))
    same = all(control[name] == batch.header[name] for name in ("service", "company", "odfi", "batch"))
    sides = {is_debit(entry.fields["code"]) for entry in batch.entries}
    fits = {"200": True, "220": True not in sides, "225": False not in sides}.get(control["service"], False)
    if said != totals.fields or not same or not fits:
        raise _bad_total(at)


def _fields(record: Record, line: str, at: int) -> dict[str, str]:
    found = record.read(line)
    for spec in record.fields:
        if spec.number and not found[spec.name].isdigit():
            raise _unexpected(at)
    return found


def addenda_fields(line: str) -> dict[str, str]:
    """The fields of an addenda that tells of a return or a correction."""
    return _ADDENDA[line[1:3]].read(line)


def _not_nacha() -> FileRefused:
    return FileRefused(
        Sentence(N_("This is not a file in the format of Nacha: it does not begin with its header.")), 1
    )


def _unexpected(at: int) -> FileRefused:
    return FileRefused(
        Sentence(N_("Line %(line)s of the file is not the record that belongs there."), {"line": at + 1}),
        at + 1,
    )


def _bad_total(at: int) -> FileRefused:
    return FileRefused(Sentence(_BAD_TOTAL, {"line": at + 1}), at + 1)
