"""What stands behind a person's bell, and which of their browsers are notified: `page`, `unread`, `devices`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError

from domain.access import Scope
from domain.reports import notices
from models import BellNotice, PushDevice, db

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class BellPage:
    """`number` of `pages`, counted from 1; `total` lines, `unread` of them not read yet."""

    lines: list[notices.Bell]
    number: int
    pages: int
    total: int
    unread: int


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that is notified. `hash` is that of its endpoint, by which the browser itself knows which it is."""

    ref: str
    hash: str
    label: str
    shows_details: bool
    created_at: datetime
    last_used_at: datetime | None


def page(scope: Scope, number: int) -> BellPage:
    """Page `number`, the newest lines first; a number beyond the last gives the last."""
    mine = BellNotice.person_id == scope.person_id
    total = int(db.session.scalar(scope.select(BellNotice, func.count(BellNotice.id)).where(mine)) or 0)
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), pages)
    newer = scope.select(BellNotice, BellNotice.id).where(mine).order_by(BellNotice.id.desc())
    after = db.session.scalar(newer.offset((number - 1) * PER_PAGE - 1).limit(1)) if number > 1 else None
    lines = notices.bell(scope, PER_PAGE, before=after)
    return BellPage(lines, number, pages, total, notices.unread(scope))


def unread(scope: Scope) -> int | None:
    """How many lines were not read yet; None while nothing can be read: the page that says so has a bell as well."""
    try:
        return notices.unread(scope)
    except SQLAlchemyError:
        return None


def devices(scope: Scope) -> list[Device]:
    """The person's own browsers that are notified, the one used last first."""
    rows = db.session.scalars(
        scope.select(PushDevice).order_by(PushDevice.last_used_at.desc(), PushDevice.id.desc()).limit(50)
    ).all()
    return [
        Device(row.ref, row.endpoint_hash, row.label, row.shows_details, row.created_at, row.last_used_at)
        for row in rows
    ]
