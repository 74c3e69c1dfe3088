"""The business's own switches and limits of debits. Verbs: `pause`, `allow`, `set_policy`.

The run reads them inside its claim, so a switch counts from the moment it is turned. What a processor or bank has
already is not called back by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.words_out import audit
from domain.rules.autopay_policy import Policy, autopay_policy
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import Business

RIGHT = "settings"
SWITCHES: Mapping[str, str] = {"debits": "debits_paused", "payments": "payments_paused"}
"""What can be stopped -> its column: what autopay would begin; every payment."""
MOST_REASON = 300


def pause(what: str, reason: str, *, who: Scope, now: datetime) -> bool:
    """Stop debits of autopay, or all payments; False where they were stopped. Raises NotAllowed, Refused."""
    return _switch(what, True, reason, who, now)


def allow(what: str, reason: str, *, who: Scope, now: datetime) -> bool:
    """Let them go on; False where they were not stopped. Raises as `pause`."""
    return _switch(what, False, reason, who, now)


def _switch(what: str, stop: bool, reason: str, who: Scope, now: datetime) -> bool:
    who.require(RIGHT)
    if what not in SWITCHES:
        raise Refused(Sentence(N_("This is not one of the choices.")), "what")
    if not reason.strip():
        raise Refused(Sentence(N_("Say why, for those who look later.")), "reason")
    if len(reason) > MOST_REASON:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_REASON}), "reason")
    with transaction() as session:
        business = _business(session)
        if getattr(business, SWITCHES[what]) == stop:
            return False
        setattr(business, SWITCHES[what], stop)
        session.flush()
        audit(
            session, by=who.by, action=f"settings.{what}_{'paused' if stop else 'resumed'}", subject="business",
            subject_id=business.id, at=now, detail={"reason": reason.strip()},
        )  # fmt: skip
    return True


def set_policy(wishes: Mapping[str, Any], *, who: Scope, now: datetime) -> Policy:
    """Keep the limits and habits of the run, under the names of `domain.rules.autopay_policy.Policy`; returns them.

    Raises NotAllowed, and Refused naming the field.
    """
    who.require(RIGHT)
    wanted = {name: value for name, value in wishes.items() if value not in (None, "", (), [])}
    policy = autopay_policy(wanted)
    stored = {name: list(value) if isinstance(value, tuple) else value for name, value in wanted.items()}
    with transaction() as session:
        business = _business(session)
        if business.autopay_policy != stored:
            before = dict(business.autopay_policy or {})
            business.autopay_policy = stored
            session.flush()
            audit(
                session, by=who.by, action="settings.autopay_policy", subject="business", subject_id=business.id,
                at=now, detail={"was": before, "now": stored},
            )  # fmt: skip
    return policy


def _business(session: Session) -> Business:
    return session.scalars(select(Business).with_for_update()).one()
