"""What waits for a person of the office: open a task once, close it when its cause is gone. Never commits.

A task is named by its `dedupe_key`: while one is open, opening it again changes only what it says. So a duty that finds
the same thing every day opens one task, and closes it by itself on the day it finds it no more.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.records.writers import Writer, dialect_of
from domain.words import N_, Sentence, sentence_json
from models import Task

_TASK = Task.__table__
_INSERT = {
    name: dialect.insert(_TASK).on_conflict_do_nothing(
        index_elements=["dedupe_key"], index_where=_TASK.c.closed_at.is_(None)
    )
    for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
}

KINDS: dict[str, str] = {
    "late_payment": N_("A payment takes longer than usual"),
    "unknown_outcome": N_("Nobody knows whether money moved"),
    "missing": N_("Money is missing"),
    "extra": N_("Money that nobody asked for"),
    "amount": N_("Two records name different amounts"),
    "currency": N_("Two records name different currencies"),
    "fee": N_("A fee is not the one expected"),
    "date": N_("Two records name different days"),
    "status": N_("Two records name different ends"),
    "duplicate": N_("Money moved twice"),
    "unmatched": N_("A movement on the account is not explained"),
    "payout": N_("A payout did not reach the bank"),
    "dispute": N_("A payer's bank asks about a payment"),
    "bank_file": N_("A file of the bank needs a look"),
    "correction": N_("An account was corrected by its bank"),
    "more_time": N_("A customer asks for more time"),
    "promise_broken": N_("A promise to pay was not kept"),
    "ladder_call": N_("Call a customer who is late"),
    "ladder_fee": N_("A fee is proposed"),
    "deposit_due": N_("A deposit is to be settled"),
    "notice_text": N_("Words of a notice cannot be used"),
    "autopay": N_("Autopay needs a look"),
    "run_hold": N_("Held back, and to be decided"),
    "return_rate": N_("Many bank debits come back"),
    "dead_letter": N_("A message could not be delivered"),
    "document_declined": N_("Somebody does not sign"),
    "document_countersign": N_("A document waits for the business"),
    "inquiry": N_("A customer asks about an amount"),
    "repair": N_("Something is broken in a home"),
    "by_hand": N_("To do"),
    "other": N_("Needs a look"),
}
"""Kind -> its heading. A kind that is not here is shown as "Needs a look"."""
SYSTEM = "system"
MOST_NOTE = 500


def open_task(
    session: Writer,
    kind: str,
    dedupe_key: str,
    detail: Sentence,
    *,
    now: datetime,
    subject: str = "",
    subject_id: int | None = None,
    agreement_id: int | None = None,
    due_on: date | None = None,
) -> bool:
    """Open a task unless it is open; whether it is new. `detail` is what a person reads; it replaces what stood there.

    `subject` and `subject_id` name the row it is about ("payment", "bank_line", "batch", "dispute"), for the link.
    """
    said = sentence_json(detail)
    if _insert(session, {
        "ref": secrets.token_urlsafe(12), "kind": kind, "dedupe_key": dedupe_key[:160], "subject": subject,
        "subject_id": subject_id, "agreement_id": agreement_id, "detail": said, "due_on": due_on, "opened_at": now,
        "closed_by": "", "note": "",
    }):  # fmt: skip
        return True
    session.execute(
        update(_TASK)
        .where(_TASK.c.dedupe_key == dedupe_key[:160], _TASK.c.closed_at.is_(None))
        .values(detail=said, kind=kind)
    )
    return False


def _insert(session: Writer, row: dict[str, object]) -> bool:
    """Whether the row was added; False while a task of its key is open, whoever opened it first."""
    statement = _INSERT[dialect_of(session)].values(row).returning(Task.__table__.c.id)
    return session.execute(statement).first() is not None


def close_task(session: Writer, dedupe_key: str, *, now: datetime, by: str = SYSTEM, note: str = "") -> bool:
    """Close the open task of this key; False where there is none."""
    return _close(session, _TASK.c.dedupe_key == dedupe_key[:160], now, by, note)


def close_tasks_but(
    session: Session, prefix: str, still: Iterable[str], *, now: datetime, by: str = SYSTEM
) -> int:
    """Close every open task whose key begins with `prefix` and is not among `still`: their cause is gone."""
    keep = {key[:160] for key in still}
    open_keys = session.scalars(
        select(Task.dedupe_key).where(
            Task.closed_at.is_(None), Task.dedupe_key.startswith(prefix, autoescape=True)
        )
    ).all()
    gone = [key for key in open_keys if key not in keep]
    for key in gone:
        close_task(session, key, now=now, by=by)
    return len(gone)


def _close(session: Writer, which: Any, now: datetime, by: str, note: str) -> bool:
    values = {"closed_at": now, "closed_by": by, "note": note[:MOST_NOTE]}
    change = update(_TASK).where(which, _TASK.c.closed_at.is_(None)).values(values).returning(_TASK.c.id)
    return session.execute(change).first() is not None
