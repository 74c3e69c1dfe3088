"""Read every entry once, in the order of its chain, and compute its hash again. Read-only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, scoped_session

from domain.records.books import content_hash
from models import Agreement, JournalEntry, JournalLine, Standing

AnySession = Session | scoped_session[Session]


def chains(session: AnySession, counts: dict[str, int]) -> Iterator[str]:
    """What is wrong in the chains; `counts["entries"]` is raised by the entries read."""
    table = JournalEntry.__table__
    entries = session.execute(
        select(table)
        .where(table.c.agreement_id.is_not(None))
        .order_by(table.c.agreement_id, table.c.position)
        .execution_options(yield_per=2000)
    )
    lines = session.execute(
        select(table.c.agreement_id, table.c.position, JournalLine.account, JournalLine.amount_minor)
        .join(table, table.c.id == JournalLine.entry_id)
        .where(table.c.agreement_id.is_not(None))
        .order_by(table.c.agreement_id, table.c.position, JournalLine.id)
        .execution_options(yield_per=5000)
    )
    grouped = groupby(lines, key=lambda row: (row[0], row[1]))
    heads = {row[0]: (row[1], row[2]) for row in session.execute(_HEADS)}
    ready = next(grouped, None)
    before: tuple[int, int, str] = (0, 0, "")
    for entry in entries:
        counts["entries"] += 1
        said: list[tuple[str, int]] = []
        if ready is not None and ready[0] == (entry.agreement_id, entry.position):
            said = [(row[2], row[3]) for row in ready[1]]
            ready = next(grouped, None)
        if entry.agreement_id != before[0]:
            yield from _head_differs(session, before, heads)
            before = (entry.agreement_id, 0, "")
        yield from _link_differs(entry, said, before)
        before = (entry.agreement_id, entry.position, entry.hash)
    yield from _head_differs(session, before, heads)
    for agreement_id, (count, head_hash) in heads.items():
        if count or head_hash:
            yield f"{name_of(session, agreement_id)}: the standing counts {count} entries, its chain has none"


def house_chain(session: AnySession, counts: dict[str, int]) -> Iterator[str]:
    """What is wrong in the chain of entries that are of no agreement."""
    table = JournalEntry.__table__
    of_house = table.c.agreement_id.is_(None)
    lines: dict[int, list[tuple[str, int]]] = {}
    query = select(JournalLine.entry_id, JournalLine.account, JournalLine.amount_minor)
    for entry_id, account, amount in session.execute(
        query.join(table, table.c.id == JournalLine.entry_id).where(of_house).order_by(JournalLine.id)
    ):
        lines.setdefault(entry_id, []).append((account, amount))
    before: tuple[int, int, str] = (0, 0, "")
    for entry in session.execute(select(table).where(of_house).order_by(table.c.position)):
        counts["entries"] += 1
        yield from _link_differs(entry, lines.get(entry.id, []), before)
        before = (0, entry.position, entry.hash)


_HEADS = select(Standing.agreement_id, Standing.entries, Standing.head_hash)


def _link_differs(
    entry: Row[Any], said: list[tuple[str, int]], before: tuple[int, int, str]
) -> Iterator[str]:
    if entry.position != before[1] + 1:
        yield f"entry {entry.key}: it is number {entry.position} of its chain, after number {before[1]}"
    if entry.previous_hash != before[2]:
        yield f"entry {entry.key}: it does not follow the entry before it"
    if content_hash(dict(entry._mapping), said) != entry.hash:
        yield f"entry {entry.key}: its content is not what was sealed by its hash"


def _head_differs(
    session: AnySession, last: tuple[int, int, str], heads: dict[int, tuple[int, str]]
) -> Iterator[str]:
    if last[0] and heads.pop(last[0], None) != (last[1], last[2]):
        yield f"{name_of(session, last[0])}: the standing names another last entry than its chain has"


def name_of(session: AnySession, agreement_id: int) -> str:
    """The agreement as a difference names it."""
    number = session.scalar(select(Agreement.number).where(Agreement.id == agreement_id))
    return f"agreement {number or agreement_id}"
