"""After a copy was put back. Verbs: `let_go`, `begin`; and `made_already`, `unreadable`.

What happened after the copy is not known here, but money may have moved: so all payments are stopped, and for
sixty days every charge first asks its gateway whether it was made already under the same name. A
debit of autopay has the same name however often its day is run, so none is taken a second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update

from domain import sealing
from domain import transaction as writing
from domain.actions.keys import SEALED
from domain.records.attempts import Sending
from domain.records.words_out import audit
from domain.transaction import transaction
from gateways import registry
from gateways.base import Outcome
from models import Business

ASKED_FOR = timedelta(days=60)
"""How long after a copy was put back every charge asks first: much longer than a copy is old, and than a debit may be
tried again."""


def made_already(sending: Sending, now: datetime) -> Outcome | None:
    """What became of a charge of this name that was made after the copy which now runs; None to make it.

    Its gateway is asked only where a copy was put back lately. Raises GatewaySilent.
    """
    if sending.restored_at is None or now - sending.restored_at > ASKED_FOR:
        return None
    found = registry.online(sending.gateway).look_up(sending.key, sending.ref)
    return None if found.state == "not_found" else found


def let_go() -> None:
    """Close every connection for writing, so that the database behind it can be another one."""
    writing.let_go()


def begin(copy_at: datetime, *, now: datetime) -> None:
    """Stop all payments and remember what was put back, and when it was copied."""
    with transaction() as session:
        session.execute(
            update(Business).values(
                payments_paused=True, debits_paused=True, restored_at=now, copied_at=copy_at
            )
        )
        audit(session, by="operator", action="system.restored", subject="business", subject_id=1, at=now,
              detail={"copied_at": copy_at.isoformat()})  # fmt: skip


def unreadable() -> Mapping[str, int]:
    """What is sealed and cannot be opened with the keys that are here: column -> how many."""
    lost: Counter[str] = Counter()
    with transaction() as session:
        for column in SEALED:
            for name, text in session.execute(
                select(column.name, column.sealed).where(column.sealed.is_not(None))
            ):
                try:
                    sealing.unseal(text, column.place(name))
                except sealing.CannotOpen:
                    lost[str(column.sealed)] += 1
    return lost
