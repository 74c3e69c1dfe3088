"""The office is there to talk, or not. Verbs: `take_chats`, `still_there`, `keep_hours`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.access import Scope
from domain.records.words_out import audit
from domain.rules.opening_hours import Span, stored
from domain.transaction import rows_changed, transaction
from domain.words import N_, NotAllowed, Refused, Sentence
from models import Business, Presence

RIGHT = "talk"
SETTINGS = "settings"
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def take_chats(wanted: bool, *, who: Scope, now: datetime) -> None:
    """Be there for chats from now on, or no more. Safe to repeat. Raises NotAllowed for all but the office."""
    _require_office(who)
    with transaction() as session:
        values = {"user_id": who.user_id, "seen_at": now, "takes_chats": wanted}
        insert = _INSERTS[session.get_bind().dialect.name](Presence.__table__).values(values)
        session.execute(
            insert.on_conflict_do_update(
                index_elements=["user_id"], set_={"seen_at": now, "takes_chats": wanted}
            )
        )


def still_there(*, who: Scope, now: datetime) -> bool:
    """The chat of this colleague is still open; False for somebody who takes none."""
    with transaction() as session:
        mine = Presence.user_id == who.user_id, Presence.takes_chats
        return rows_changed(session, update(Presence).where(*mine).values(seen_at=now)) == 1


def keep_hours(
    days: Mapping[int, Sequence[Span]], closed: Iterable[date], *, who: Scope, now: datetime
) -> bool:
    """Write down when somebody can be reached; False where nothing changed. Raises NotAllowed, Refused."""
    who.require(SETTINGS)
    with transaction() as session:
        row = session.scalars(select(Business).with_for_update()).first()
        if row is None:
            raise Refused(Sentence(N_("Say first who your business is.")))
        hours = stored(days, closed)
        if row.opening_hours == hours:
            return False
        row.opening_hours = hours
        session.flush()
        audit(session, by=who.by, action="business.hours_kept", subject="business", subject_id=row.id, at=now)
    return True


def _require_office(who: Scope) -> None:
    who.require(RIGHT)
    if not who.staff:
        raise NotAllowed(Sentence(N_("Your account may not do this. Ask an administrator of this portal.")))
