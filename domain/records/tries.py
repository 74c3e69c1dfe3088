"""Count tries at somebody's account before they are checked, so that a thousand at once are still ten.

Two counters in the database, which hold for every worker and over restarts (safety A7, A9). The one of the account
guards it, whichever of its names was typed. The one of the name stands for every name alike, also for one that nobody
has: what a visitor is told of a lock comes from it alone, so that it does not tell who has an account (A6).

From the sixth failure in a row each one adds a wait of 2, 4, 8, 16 seconds, the tenth and those after it 15 minutes,
from the twentieth on an hour, from the thirtieth on a day. The right password or a new one clears both.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, delete, null, or_, select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.records.ready_made import ReadyMade
from domain.records.throttles import INSERTS, KEY
from domain.rules.sign_in_names import counted_as
from models import Person, Throttle, User

HARD_STOP = 10
LOCK = timedelta(minutes=15)
LOCKS = {30: timedelta(days=1), 20: timedelta(hours=1), HARD_STOP: LOCK}
WAITS = {6: timedelta(seconds=2), 7: timedelta(seconds=4), 8: timedelta(seconds=8), 9: timedelta(seconds=16)}
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""The window of a name: tries at it are counted until a sign-in or a new password, not until the clock strikes."""
A_MOMENT = timedelta(seconds=1)
"""Tries that cost no wait are noted as over a moment ago, so that two at once do not stop each other."""


_USER: Any = User.__table__
_TABLE: Any = Throttle.__table__


def _wait(this: ColumnElement[int], free: Any) -> ColumnElement[Any]:
    """Until when the try with this number closes the door; `free` where it does not."""
    column = _USER.c.locked_until.type
    return case(
        *(
            (this >= number, bindparam(f"try_{number}", type_=column))
            for number in sorted(LOCKS, reverse=True)
        ),
        *((this == number, bindparam(f"try_{number}", type_=column)) for number in WAITS),
        else_=free,
    )


def _ends(now: datetime) -> dict[str, datetime]:
    """The values that `_wait` asks for."""
    return {f"try_{number}": now + wait for number, wait in (LOCKS | WAITS).items()}


_COUNT_TRY = ReadyMade(
    update(_USER)
    .where(
        _USER.c.id == bindparam("of"),
        _USER.c.disabled_at.is_(None),
        _USER.c.frozen_at.is_(None),
        or_(_USER.c.locked_until.is_(None), _USER.c.locked_until <= bindparam("at")),
    )
    .values(failed_count=_USER.c.failed_count + 1, locked_until=_wait(_USER.c.failed_count + 1, null()))
)
_COUNT_NAME = {
    name: ReadyMade(
        insert(_TABLE)
        .values(
            bucket=bindparam("name"),
            window_start=bindparam("always"),
            count=1,
            blocked_until=bindparam("free"),
        )
        .on_conflict_do_update(
            index_elements=KEY,
            set_={
                "count": _TABLE.c.count + 1,
                "blocked_until": _wait(
                    _TABLE.c.count + 1, bindparam("free", type_=_TABLE.c.blocked_until.type)
                ),
            },
            where=_TABLE.c.blocked_until <= bindparam("at"),
        )
        .returning(_TABLE.c.count)
    )
    for name, insert in INSERTS.items()
}
_NAMES = ReadyMade(
    select(User.username, User.email_folded, Person.number)
    .join(Person, Person.id == User.person_id)
    .where(User.id == bindparam("of"))
)
_FORGET = ReadyMade(
    delete(_TABLE).where(_TABLE.c.bucket == bindparam("name"), _TABLE.c.window_start == bindparam("always"))
)


def count_try(session: Session, user_id: int, now: datetime) -> bool:
    """Count one try at this user as failed until proven right. False: no try is free now, whatever is typed."""
    return _COUNT_TRY.change(session.connection(), {"of": user_id, "at": now, **_ends(now)}) == 1


def count_name(session: Session, name: str, now: datetime) -> bool:
    """Count one try at this name, whether or not anybody has it. False: no try at it is free now.

    Called before `count_try` in one transaction, so that two of them never wait for each other.
    """
    door = session.connection()
    values = {"name": name_bucket(name), "always": ALWAYS, "at": now, "free": now - A_MOMENT, **_ends(now)}
    return _COUNT_NAME[door.dialect.name].first(door, values) is not None


def name_bucket(name: str) -> str:
    """Where tries at this name are counted. A keyed hash: what people type there by mistake is often their password."""
    return f"name:{sealing.keyed_hash(counted_as(name), 'throttle.name')}"


def forget_names(session: Session, user_id: int) -> None:
    """Count tries at the user's names anew. Before anything that changes the user's row, in one transaction."""
    door = session.connection()
    for name in sorted(filter(None, _NAMES.first(door, {"of": user_id}) or ())):
        _FORGET.change(door, {"name": name_bucket(name), "always": ALWAYS})


def forget_tries(session: Session, user_id: int) -> None:
    """Open the account's door again: no failure counts, under none of its names."""
    forget_names(session, user_id)
    session.execute(
        update(User)
        .where(User.id == user_id)
        .values(failed_count=0, locked_until=None)
        .execution_options(synchronize_session=False)
    )
