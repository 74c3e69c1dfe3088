"""Who stayed in which unit and when, as `domain.rules.unit_status` asks. Verbs: `stays`, `closed_days`, `statuses`.

Rent rolls ask for many units at once: four statements, however many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from domain.access import Scope
from domain.kinds import kind_of
from domain.rules.rent_terms import FOREVER
from domain.rules.unit_status import Days, GivenNotice, Stay, unit_status
from models import Agreement, Hold, MoveNotice, OffMarket, db


def statuses(scope: Scope, unit_ids: Sequence[int], on: date, zone: ZoneInfo) -> Mapping[int, str]:
    """Unit id -> its status on a day, one of `domain.rules.unit_status.NAMES`."""
    lived, closed = stays(scope, unit_ids, zone), closed_days(scope, unit_ids)
    return {one: unit_status(on, lived.get(one, ()), closed.get(one, ())) for one in unit_ids}


def stays(scope: Scope, unit_ids: Sequence[int], zone: ZoneInfo) -> Mapping[int, list[Stay]]:
    """Unit id -> every stay in it with its notices and evictions, oldest first; the agreement's ref is the stay's key.

    Moments count by their day in `zone`. Units where nobody ever stayed are left out.
    """
    rows = db.session.scalars(
        scope.select(Agreement)
        .where(Agreement.unit_id.in_(unit_ids), Agreement.status != "undone")
        .order_by(Agreement.start_on, Agreement.id)
    ).all()
    ids = [row.id for row in rows]
    notices, evictions = _notices(ids), _evictions(ids, zone)
    found: dict[int, list[Stay]] = defaultdict(list)
    for row in rows:
        last = kind_of(row.kind).read(row).last_on
        found[row.unit_id].append(
            Stay(
                first_on=row.start_on,
                last_on=None if last >= FOREVER else last,
                agreed_on=min(row.start_on, _day(row.created_at, zone)),
                notices=tuple(notices.get(row.id, ())),
                evictions=tuple(evictions.get(row.id, ())),
                key=row.ref,
            )
        )
    return found


def closed_days(scope: Scope, unit_ids: Sequence[int]) -> Mapping[int, list[Days]]:
    """Unit id -> the days on which it is not to let."""
    found: dict[int, list[Days]] = defaultdict(list)
    query = scope.select(OffMarket).where(OffMarket.unit_id.in_(unit_ids)).order_by(OffMarket.from_on)
    for row in db.session.scalars(query):
        found[row.unit_id].append(Days(row.from_on, row.until_on))
    return found


def _notices(ids: Sequence[int]) -> Mapping[int, list[GivenNotice]]:
    """Of agreements that somebody may see already."""
    found: dict[int, list[GivenNotice]] = defaultdict(list)
    for row in db.session.scalars(select(MoveNotice).where(MoveNotice.agreement_id.in_(ids))):
        found[row.agreement_id].append(GivenNotice(row.given_on, row.leaves_on, row.withdrawn_on))
    return found


def _evictions(ids: Sequence[int], zone: ZoneInfo) -> Mapping[int, list[Days]]:
    """The days on which a hold for eviction stood, the one on which it was lifted not among them."""
    found: dict[int, list[Days]] = defaultdict(list)
    query = select(Hold).where(Hold.agreement_id.in_(ids), Hold.type == "eviction")
    for row in db.session.scalars(query):
        lifted = _day(row.lifted_at, zone) - timedelta(days=1) if row.lifted_at else None
        found[row.agreement_id].append(Days(_day(row.placed_at, zone), lifted))
    return found


def _day(moment: Any, zone: ZoneInfo) -> date:
    found: datetime = moment
    return found.astimezone(zone).date()
