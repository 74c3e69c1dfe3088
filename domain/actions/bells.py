"""What was read of the lines behind a person's bell. Verbs: `read`, `read_all`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from domain.access import Scope
from domain.transaction import transaction
from domain.words import N_, Gone, Sentence
from models import BellNotice


def read(ref: str, *, who: Scope, now: datetime) -> str:
    """Mark one line as read; returns the page it leads to, "" for none. Raises Gone when it is not the person's own.

    Whoever only looks at somebody's pages marks nothing.
    """
    with transaction() as session:
        row = session.execute(
            who.select(BellNotice, BellNotice.id, BellNotice.path).where(BellNotice.ref == ref)
        ).first()
        if row is None:
            raise Gone(Sentence(N_("There is no such notice.")))
        if not who.reading:
            mark = update(BellNotice).where(BellNotice.id == row.id, BellNotice.read_at.is_(None))
            session.execute(mark.values(read_at=now))
        return row.path if row.path.startswith("/") and not row.path.startswith("//") else ""


def read_all(*, who: Scope, now: datetime) -> None:
    """Mark every line of the person as read."""
    who.require("profile")
    with transaction() as session:
        mine = select(BellNotice.id).where(
            BellNotice.person_id == who.person_id, BellNotice.read_at.is_(None)
        )
        session.execute(
            update(BellNotice)
            .where(BellNotice.id.in_(mine))
            .values(read_at=now)
            .execution_options(synchronize_session=False)
        )
