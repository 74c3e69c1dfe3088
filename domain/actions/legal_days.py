"""Keep how many days the law gives. Rows that stand never change: a change of law is a further row. Verb: `add`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from domain.access import Scope
from domain.records.names import new_ref
from domain.records.words_out import audit
from domain.rules.legal_days import LegalDays, check_days
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import LegalDays as Row

RIGHT = "settings"


def add(days: LegalDays, *, who: Scope, today: date, now: datetime) -> str:
    """Keep one row; returns its ref. The very same row again changes nothing.

    Raises NotAllowed, or Refused, naming the field, for what no law can be or another row of that place and day.
    """
    who.require(RIGHT)
    check_days(days, today)
    with transaction() as session:
        known = session.scalars(
            select(Row).where(
                Row.jurisdiction == days.jurisdiction, Row.what == days.what,
                Row.effective_from == days.effective_from,
            )
        ).first()  # fmt: skip
        if known is not None:
            if known.days == days.days:
                return known.ref
            words = N_("There is a figure of this place from that day already: %(days)s days.")
            raise Refused(Sentence(words, {"days": known.days}), "effective_from")
        row = Row(
            ref=new_ref(), jurisdiction=days.jurisdiction, what=days.what, effective_from=days.effective_from,
            days=days.days, source=days.source.strip(), verified_on=days.verified_on, recorded_at=now,
            recorded_by=who.by,
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit(
            session, by=who.by, action="legal_days.added", subject="legal_days", subject_id=row.id, at=now,
            detail={"what": row.what, "place": row.jurisdiction, "days": row.days, "source": row.source},
        )  # fmt: skip
        return row.ref
