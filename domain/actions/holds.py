"""Stop an agreement from being paid through the portal, and let it be paid again. Verbs: `place`, `lift`.

What is on its way already is not stopped: the page lists it. The counter still takes money.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from domain.access import Scope
from domain.actions.adjusting import adjusting
from domain.actions.charges import MOST_REASON
from domain.records.holds import TYPES
from domain.words import N_, Conflict, Gone, Refused, Sentence
from models import Hold

RIGHT = "hold"


def place(
    agreement_ref: str, type_: str, reason: str, ref: str, *, who: Scope, today: date, now: datetime
) -> str:
    """Put a hold on an agreement; returns the hold's ref, which is that of the form. Safe to repeat.

    Raises NotAllowed, Gone, Refused, or Conflict when `ref` was used for another hold.
    """
    with adjusting(agreement_ref, RIGHT, who=who, today=today, now=now) as at:
        known = at.session.scalars(select(Hold).where(Hold.ref == ref)).first()
        if known is not None:
            if (known.agreement_id, known.type) != (at.agreement.id, type_):
                raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
            return known.ref
        at.must_run()
        if type_ not in TYPES:
            raise Refused(Sentence(N_("This is not one of the choices.")), "type")
        if not reason.strip():
            raise Refused(Sentence(N_("Say why, for those who look later.")), "reason")
        if len(reason) > MOST_REASON:
            words = N_("Use at most %(count)s characters.")
            raise Refused(Sentence(words, {"count": MOST_REASON}), "reason")
        standing = select(Hold.type).where(Hold.agreement_id == at.agreement.id, Hold.lifted_at.is_(None))
        if type_ in at.session.scalars(standing).all():
            raise Refused(Sentence(N_("Such a hold stands already.")), "type")
        hold = Hold(
            ref=ref, agreement_id=at.agreement.id, type=type_, reason=reason, placed_at=now, placed_by=who.by
        )
        at.session.add(hold)
        at.session.flush()
        at.audit("hold.placed", type=type_, reason=reason)
    return ref


def lift(agreement_ref: str, hold_ref: str, *, who: Scope, today: date, now: datetime) -> None:
    """Let the agreement be paid through the portal again. Lifting what was lifted changes nothing. Raises Gone."""
    with adjusting(agreement_ref, RIGHT, who=who, today=today, now=now) as at:
        query = select(Hold).where(Hold.ref == hold_ref, Hold.agreement_id == at.agreement.id)
        hold = at.session.scalars(query).first()
        if hold is None:
            raise Gone(Sentence(N_("There is no such hold.")))
        if hold.lifted_at is None:
            hold.lifted_at, hold.lifted_by = now, who.by
            at.session.flush()
            at.audit("hold.lifted", type=hold.type)
