"""Addresses that do not take what we send, inside the caller's transaction. Verbs: `note`, `clear`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import AddressTrouble

_INSERTS: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def note(session: Session, channel: str, address: str, why: str, now: datetime) -> None:
    """Write down that the address ("email": folded, "sms": E.164) refused; a trouble that was cleared stands again."""
    said = " ".join(why.split())[:300]
    fresh = _INSERTS[session.connection().dialect.name](AddressTrouble).values(
        channel=channel, address=address, why=said, times=1, first_at=now, last_at=now
    )
    again = {
        "why": said,
        "times": AddressTrouble.times + 1,
        "last_at": fresh.excluded.last_at,
        "cleared_at": None,
    }
    session.execute(fresh.on_conflict_do_update(index_elements=["channel", "address"], set_=again))


def clear(session: Session, channel: str, address: str, now: datetime) -> None:
    """Take the trouble as put right: what is sent next tries the address again."""
    session.execute(
        update(AddressTrouble)
        .where(
            AddressTrouble.channel == channel,
            AddressTrouble.address == address,
            AddressTrouble.cleared_at.is_(None),
        )
        .values(cleared_at=now)
        .execution_options(synchronize_session=False)
    )
