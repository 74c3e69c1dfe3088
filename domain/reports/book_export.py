"""The whole journal as a file: beancount (its own checker accepts it), CSV or JSON. Streams, so a large book fits.

In beancount each account stands once; the agreement is a link (`^L-10042`) and metadata. Signs agree: debit positive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, scoped_session

from domain.words import Money, plain_amount
from models import Agreement, Business, JournalEntry, JournalLine, LedgerAccount
from papers.tables import to_csv

AnySession = Session | scoped_session[Session]
ROOT = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
CSV_HEADER = (
    "entry", "effective_on", "recorded_at", "cause", "key", "agreement", "account", "amount", "currency", "hash"
)  # fmt: skip


def beancount(session: AnySession) -> Iterator[str]:
    """The journal as beancount text, line by line."""
    names = {
        row.code: f"{ROOT[row.type]}:{_camel(row.code)}" for row in session.scalars(select(LedgerAccount))
    }
    title = session.scalar(select(Business.name)) or "Duebook"
    yield f'option "title" "{_quoted(title)}"\n'
    for currency in session.scalars(select(JournalEntry.currency).distinct()):
        yield f'option "operating_currency" "{currency}"\n'
    yield "\n"
    for name in sorted(names.values()):
        yield f"1900-01-01 open {name}\n"
    for entry, lines in _entries(session):
        yield f'\n{entry.effective_on} * "{_quoted(entry.cause)}" "{_quoted(entry.key)}"{_link(entry.number)}\n'
        yield f'  entry: "{entry.id}"\n  recorded: "{entry.recorded_at.isoformat()}"\n  hash: "{entry.hash}"\n'
        if entry.number:
            yield f'  agreement: "{_quoted(entry.number)}"\n'
        for line in lines:
            yield f"  {names[line.account]}  {plain_amount(line.amount_minor, entry.currency)} {entry.currency}\n"


def csv(session: AnySession) -> Iterator[str]:
    """One row per line of an entry."""
    header = to_csv(CSV_HEADER, [])
    yield header
    for entry, lines in _entries(session):
        rows = [
            (
                entry.id,
                entry.effective_on,
                entry.recorded_at.isoformat(),
                entry.cause,
                entry.key,
                entry.number or "",
                line.account,
                Money(line.amount_minor, entry.currency),
                entry.currency,
                entry.hash,
            )
            for line in lines
        ]
        yield to_csv(CSV_HEADER, rows)[len(header) :]


def json_lines(session: AnySession) -> Iterator[str]:
    """One JSON object per entry and line of text."""
    for entry, lines in _entries(session):
        said: dict[str, Any] = {
            "id": entry.id,
            "key": entry.key,
            "cause": entry.cause,
            "agreement": entry.number,
            "effective_on": entry.effective_on.isoformat(),
            "recorded_at": entry.recorded_at.isoformat(),
            "recorded_by": entry.recorded_by,
            "currency": entry.currency,
            "note": entry.note,
            "previous_hash": entry.previous_hash,
            "hash": entry.hash,
            "lines": [[line.account, line.amount_minor] for line in lines],
        }
        yield json.dumps(said, sort_keys=True) + "\n"


FORMATS = {"beancount": beancount, "csv": csv, "json": json_lines}


def _entries(session: AnySession) -> Iterator[tuple[Row[Any], list[Row[Any]]]]:
    """Every entry with its lines, by effective day and id."""
    entry = JournalEntry.__table__
    query = (
        select(entry, Agreement.number, JournalLine.account, JournalLine.amount_minor)
        .join(JournalLine, JournalLine.entry_id == entry.c.id)
        .outerjoin(Agreement, Agreement.id == entry.c.agreement_id)
        .order_by(entry.c.effective_on, entry.c.id, JournalLine.id)
        .execution_options(yield_per=5000)
    )
    for _, rows in groupby(session.execute(query), key=lambda row: row.id):
        lines = list(rows)
        yield lines[0], lines


def _camel(code: str) -> str:
    return "".join(part.capitalize() for part in code.split("_"))


def _quoted(text: str) -> str:
    return re.sub(r"[\x00-\x1f]", " ", text).replace("\\", "\\\\").replace('"', '\\"')


def _link(number: str | None) -> str:
    """The agreement's number as a link, where it is made of what links may be made of."""
    return f" ^{number}" if number and re.fullmatch(r"[A-Za-z0-9\-_/.]+", number) else ""
