"""The daily seal over the heads of all chains: what it covers and how its hash is made."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session, scoped_session

from models import JournalEntry, Seal


def heads_hash(session: Session | scoped_session[Session], through_entry_id: int) -> tuple[str, int]:
    """(SHA-256 over the last entry of every chain up to and with that entry, number of entries)."""
    entry = JournalEntry.__table__
    last = (
        select(
            entry.c.agreement_id, func.max(entry.c.position).label("position"), func.count().label("entries")
        )
        .where(entry.c.id <= through_entry_id, entry.c.agreement_id.is_not(None))
        .group_by(entry.c.agreement_id)
        .subquery()
    )
    query = (
        select(last.c.agreement_id, last.c.position, entry.c.hash, last.c.entries)
        .join(entry, (entry.c.agreement_id == last.c.agreement_id) & (entry.c.position == last.c.position))
        .order_by(last.c.agreement_id)
        .execution_options(yield_per=5000)
    )
    sum_of_heads, entries = hashlib.sha256(), 0
    for agreement_id, position, head, count in session.execute(query):
        sum_of_heads.update(f"{agreement_id}:{position}:{head}\n".encode())
        entries += count
    # The house's own chain, where there is one.
    own = (entry.c.id <= through_entry_id, entry.c.agreement_id.is_(None), entry.c.position.is_not(None))
    house = session.execute(
        select(entry.c.position, entry.c.hash).where(*own).order_by(entry.c.position.desc()).limit(1)
    ).first()
    if house is not None:
        sum_of_heads.update(f"house:{house.position}:{house.hash}\n".encode())
        entries += house.position
    return sum_of_heads.hexdigest(), entries


def seal_hash(seal: Any) -> str:
    """The hash of one seal, over what it says and the seal before it."""
    said = f"{seal.day}|{seal.through_entry_id}|{seal.entries}|{seal.heads_hash}|{seal.previous_hash}"
    return hashlib.sha256(said.encode()).hexdigest()


def add_seal(session: Session, day: Any, now: datetime) -> bool:
    """Seal the books as of now under the name of `day`; False when that day is sealed already.

    On Postgres the lock waits for postings under way, so no entry with a smaller id appears afterwards.
    """
    if session.scalar(select(Seal.id).where(Seal.day == day)) is not None:
        return False
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT books_hold_still()"))
        if session.scalar(select(Seal.id).where(Seal.day == day)) is not None:
            return False
    through = session.scalar(select(func.coalesce(func.max(JournalEntry.id), 0))) or 0
    sealed, entries = heads_hash(session, through)
    before = session.scalar(select(Seal.hash).order_by(Seal.id.desc()).limit(1)) or ""
    seal = Seal(
        day=day,
        through_entry_id=through,
        entries=entries,
        heads_hash=sealed,
        previous_hash=before,
        sealed_at=now,
    )
    values = {
        name: getattr(seal, name)
        for name in ("day", "through_entry_id", "entries", "heads_hash", "previous_hash")
    }
    session.execute(insert(Seal.__table__), values | {"hash": seal_hash(seal), "sealed_at": now})
    return True
