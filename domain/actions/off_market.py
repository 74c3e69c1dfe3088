"""Days on which a unit is not to let: works, the owner's own use. Verbs: `take_off`, `put_back`."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from domain.access import Scope
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from models import OffMarket, Unit

RIGHT = "keep_properties"
MOST_REASON = 200


def take_off(
    unit_ref: str, from_on: date, until_on: date | None, reason: str, ref: str, *, who: Scope, now: datetime
) -> str:
    """Say that a unit is not to let from one day through another (None: until further notice); returns the row's ref.

    `ref` is that of the form: sent twice, it makes one row. Raises Gone, Conflict, or Refused naming the field, where
    other such days overlap.
    """
    who.require(RIGHT)
    if until_on is not None and until_on < from_on:
        words = N_("%(end)s is before %(start)s.")
        raise Refused(Sentence(words, {"end": until_on, "start": from_on}), "until_on")
    if not reason.strip():
        raise Refused(Sentence(N_("Say why, for those who look later.")), "reason")
    if len(reason) > MOST_REASON:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_REASON}), "reason")
    with transaction() as session:
        unit = session.scalars(who.select(Unit).where(Unit.ref == unit_ref).with_for_update()).first()
        if unit is None:
            raise Gone(Sentence(N_("There is no such unit.")))
        known = session.scalars(select(OffMarket).where(OffMarket.ref == ref)).first()
        if known is not None:
            if (known.unit_id, known.from_on) != (unit.id, from_on):
                raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
            return known.ref
        for row in session.scalars(select(OffMarket).where(OffMarket.unit_id == unit.id)):
            if row.from_on <= (until_on or date.max) and from_on <= (row.until_on or date.max):
                words = N_("It is off the market from %(day)s already.")
                raise Refused(Sentence(words, {"day": row.from_on}), "from_on")
        row = OffMarket(
            ref=ref, unit_id=unit.id, from_on=from_on, until_on=until_on, reason=reason.strip(), recorded_at=now,
            recorded_by=who.by,
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit(session, by=who.by, action="unit.off_market", subject="unit", subject_id=unit.id, at=now,
              detail={"name": unit.name, "from": from_on.isoformat(), "reason": row.reason})  # fmt: skip
    return ref


def put_back(ref: str, on: date, *, who: Scope, now: datetime) -> None:
    """The unit is to let again from `on`: the days before it stay as they were. Twice changes nothing. Raises Gone."""
    who.require(RIGHT)
    with transaction() as session:
        row = session.scalars(who.select(OffMarket).where(OffMarket.ref == ref).with_for_update()).first()
        if row is None:
            raise Gone(Sentence(N_("This is not there any more.")))
        last = on - timedelta(days=1)
        if row.until_on is not None and row.until_on <= last:
            return
        unit_id = row.unit_id
        if last < row.from_on:
            session.delete(row)
        else:
            row.until_on = last
        audit(session, by=who.by, action="unit.back_on_market", subject="unit", subject_id=unit_id, at=now,
              detail={"on": on.isoformat()})  # fmt: skip
