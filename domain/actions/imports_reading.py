"""Judge the lines of an opened book against what is here already, in chunks. Used by `imports`; posts nothing.

A line that is live under the same profile is here already; a number that stands with other content refuses the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actions.imports_units import let_by, place_of
from domain.portfolio.book import Book, Line, open_book
from domain.portfolio.cells import Options
from domain.portfolio.problems import Problem
from domain.words import N_, Refused, Sentence
from models import Agreement, Business, ImportBatch, ImportRow

CHUNK = 1_000

Judged = tuple[Line, str]


def chunks(book: Book) -> Iterator[list[Line]]:
    """The lines of the book in lists of at most CHUNK: parsed outside any transaction."""
    lines = book.lines()
    while chunk := list(islice(lines, CHUNK)):
        yield chunk


def judge(session: Session, book: Book, chunk: Sequence[Line]) -> list[Judged]:
    """Each line with its outcome: accepted, warned, refused or already."""
    here = set(
        session.scalars(
            select(ImportRow.line_hash)
            .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
            .where(ImportRow.line_hash.in_([line.hash for line in chunk]), ImportBatch.state == "live",
                   ImportRow.outcome.in_(("accepted", "warned")))
        )
    )  # fmt: skip
    numbers = [
        line.prepared["number"] for line in chunk if line.prepared is not None and line.hash not in here
    ]
    standing = (
        set(session.scalars(select(Agreement.number).where(Agreement.number.in_(numbers))))
        if numbers
        else set()
    )
    heading = book.number_heading
    let = let_by(
        session,
        [
            line.prepared
            for line in chunk
            if line.prepared is not None and _is_rental(line) and line.hash not in here
        ],
    )
    judged: list[Judged] = []
    for line in chunk:
        if line.hash in here:
            judged.append((line, "already"))
            continue
        if line.prepared is not None and line.prepared["number"] in standing:
            taken = Sentence(N_("An agreement with this number is here already, with other content."))
            line.problems.append(Problem(heading, taken, True))
            line.prepared = None
        elif line.prepared is not None and _is_rental(line) and place_of(line.prepared) in let:
            said = Sentence(N_("The unit is let by %(number)s."), {"number": let[place_of(line.prepared)]})
            line.problems.append(Problem("", said, True))
            line.prepared = None
        outcome = "refused" if line.prepared is None else "warned" if line.problems else "accepted"
        judged.append((line, outcome))
    return judged


def _is_rental(line: Line) -> bool:
    return line.prepared is not None and line.prepared.get("kind") == "rental"


def options_json(options: Options) -> dict[str, Any]:
    """The options as a batch keeps them; the mapping has a column of its own."""
    return {
        "today": options.today.isoformat(),
        "as_of": options.as_of.isoformat() if options.as_of else "",
        "due_day": options.due_day,
        "currency": options.currency,
        "decimal": options.decimal,
        "date_order": options.date_order,
    }


def options_from(stored: Mapping[str, Any], mapping: Mapping[str, str]) -> Options:
    return Options(
        today=date.fromisoformat(stored["today"]),
        as_of=date.fromisoformat(stored["as_of"]) if stored["as_of"] else None,
        due_day=stored["due_day"],
        currency=stored["currency"],
        decimal=stored["decimal"],
        date_order=stored["date_order"],
        mapping=dict(mapping),
    )


def in_business_currency(session: Session, options: Options) -> Options:
    """The options with the business's own currency: a file names none."""
    return replace(options, currency=session.scalar(select(Business.currency)) or "USD")


def opened(batch: ImportBatch) -> Book:
    """The book of a stored batch. Raises Refused as `open_book` does."""
    try:
        return open_book(Path(batch.file_path), batch.profile, options_from(batch.options, batch.mapping))
    except OSError as error:
        raise Refused(Sentence(N_("The uploaded file is not here any more. Upload it again."))) from error
