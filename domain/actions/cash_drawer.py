"""Count the cash drawer by hand, and write off what is too much or too little. Verb: `count`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import select

from domain.access import Scope
from domain.records.accounts import CASH_OVER_SHORT, UNDEPOSITED
from domain.records.books import Draft
from domain.records.cash_drawer import flows
from domain.records.house_entries import house_head, post_house
from domain.records.words_out import audit
from domain.rules.cash_drawer import counted, difference
from domain.transaction import transaction
from domain.words import N_, Conflict, Refused, Sentence, trace_json
from models import DrawerCount

RIGHT = "counter"
MOST_NOTE = 300


class Moved(Conflict):
    """Cash was taken or carried away since the count was looked at: it has to be looked at again."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("Something moved in the drawer since you looked. Check the figures again."))
        )


def count(
    pieces: Mapping[int, int],
    currency: str,
    note: str,
    ref: str,
    *,
    seen_minor: int,
    who: Scope,
    today: date,
    now: datetime,
) -> str:
    """Keep a count of the drawer: worth of a piece (minor units) -> how many; returns its ref, which is the form's.

    A difference to what should be there is written off at once and needs a `note` that says why. `seen_minor` is what
    should be there as it was shown: when that has changed, nothing is kept. Safe to repeat. Raises NotAllowed, Refused,
    and Moved.
    """
    who.require(RIGHT)
    if len(note) > MOST_NOTE:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_NOTE}), "note")
    counted_minor = counted(pieces, currency)
    with transaction() as session:
        house_head(session)  # two counts at once wait for each other
        if session.scalar(select(DrawerCount.id).where(DrawerCount.ref == ref)) is not None:
            return ref
        moved = flows(session, currency)
        if moved.expected_minor != seen_minor:
            raise Moved
        why = difference(counted_minor, seen_minor, note)
        over = counted_minor - seen_minor
        entry_id = None
        if over:
            draft = Draft(
                key=f"drawer:{ref}", cause="drawer.counted", currency=currency, effective_on=today,
                lines=((UNDEPOSITED, over), (CASH_OVER_SHORT, -over)), note=trace_json(why),
            )  # fmt: skip
            entry_id = post_house(session, draft, now=now, by=who.by)
        row = DrawerCount(
            ref=ref, day=today, currency=currency, counted_minor=counted_minor, expected_minor=seen_minor, note=note,
            pieces={"pieces": {str(worth): many for worth, many in pieces.items() if many}, "flows": asdict(moved)},
            counted_at=now, counted_by=who.by, entry_id=entry_id,
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit(
            session, by=who.by, action="drawer.counted", subject="drawer_count", subject_id=row.id, at=now,
            detail={"counted_minor": counted_minor, "expected_minor": seen_minor, "note": note},
        )  # fmt: skip
    return ref
