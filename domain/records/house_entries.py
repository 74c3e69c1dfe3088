"""Post entries that are of no agreement: money of many of them that moves between our own accounts.

A payout reaches the bank, counted money is deposited, the drawer is short. They stand in one chain of their own, by
number and hash like those of an agreement; whoever posts waits for the business's row, so that nobody takes the same
number. Verbs: `post_house`, `reverse_house`. Nothing here commits.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.records.books import HOUSE, Draft, Head, post
from models import Business, JournalEntry, JournalLine


def house_head(session: Session) -> Head:
    """The end of the house's chain, locked until the transaction ends."""
    session.execute(select(Business.id).order_by(Business.id).limit(1).with_for_update())
    last = session.execute(
        select(JournalEntry.position, JournalEntry.hash, JournalEntry.effective_on)
        .where(JournalEntry.agreement_id.is_(None), JournalEntry.position.is_not(None))
        .order_by(JournalEntry.position.desc())
        .limit(1)
    ).first()
    if last is None:
        return Head(HOUSE, 0, "", 0, date.min)
    return Head(HOUSE, last.position, last.hash, 0, last.effective_on)


def post_house(session: Session, draft: Draft, *, now: datetime, by: str) -> int:
    """Post one entry of the house; returns its id. Raises Unbalanced, or IntegrityError on its key."""
    return post(session, house_head(session), draft, now=now, by=by)


def reverse_house(
    session: Session, entry_id: int, key: str, *, on: date, note: Any, now: datetime, by: str
) -> int:
    """Post the opposite of an entry of the house under `key`, effective `on`; returns its id."""
    entry = session.get_one(JournalEntry, entry_id)
    lines = session.execute(
        select(JournalLine.account, JournalLine.amount_minor)
        .where(JournalLine.entry_id == entry_id)
        .order_by(JournalLine.id)
    )
    draft = Draft(
        key=key,
        cause=f"{entry.cause}.undone"[:40],
        currency=entry.currency,
        effective_on=max(on, entry.effective_on),
        lines=tuple((account, -amount) for account, amount in lines),
        reverses_id=entry_id,
        note=note,
    )
    return post_house(session, draft, now=now, by=by)
