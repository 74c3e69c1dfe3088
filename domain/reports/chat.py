"""Whether somebody is there to talk, when somebody will be, and who waits at an open page. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from domain import sealing
from domain.access import Scope
from domain.records import presence
from domain.rules.opening_hours import Hours, open_until, opens_next, read
from models import Business, Person, Presence, Thread, db

MOST = 20


@dataclass(frozen=True, slots=True)
class Answering:
    """`here`: somebody answers at once. Else until when it is open now, or when it opens next; both None where no hours
    are known."""

    here: bool
    until: datetime | None = None
    opens: datetime | None = None

    @property
    def mark(self) -> str:
        """What stands for this state, so that a page asks only for what is new."""
        moment = self.until or self.opens
        return "here" if self.here else f"{moment:%Y%m%d%H%M}" if moment else "away"


def answering(scope: Scope, now: datetime, zone: ZoneInfo) -> Answering:
    """Who answers now what this reader writes. `zone` is the business's."""
    if presence.somebody_there(db.session(), scope, now):
        return Answering(True)
    known, local = hours(), now.astimezone(zone)
    until = open_until(known, local)
    return Answering(False, until, None if until else opens_next(known, local))


def hours() -> Hours:
    """The hours of the business as they were written down."""
    return read(db.session.scalar(select(Business.opening_hours)) or {})


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who has the page open and waits for an answer. `known`: they are signed in."""

    ref: str
    subject: str
    name: str
    known: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """What whoever takes chats sees: whether they take any, and who waits, the longest first."""

    takes: bool
    waiting: Sequence[Waiter]

    @property
    def mark(self) -> str:
        return sealing.fingerprint(",".join([str(self.takes), *(one.ref for one in self.waiting)]))[:12]


def board(scope: Scope, now: datetime) -> Board:
    rows = db.session.execute(
        scope.select(
            Thread, Thread.ref, Thread.subject, func.coalesce(Person.name, Thread.contact_name),
            Thread.person_id.is_not(None), Thread.waits_since,
        )
        .outerjoin(Person, Person.id == Thread.person_id)
        .where(Thread.state == "open", Thread.waits_since.is_not(None), Thread.live_until > now)
        .order_by(Thread.waits_since, Thread.id)
        .limit(MOST)
    )  # fmt: skip
    mine = scope.select(Presence, Presence.takes_chats).where(Presence.user_id == scope.user_id)
    return Board(bool(db.session.scalar(mine)), [Waiter(*row) for row in rows])
