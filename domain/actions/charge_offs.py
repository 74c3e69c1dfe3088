"""Charge off an agreement: what it owes is given up as a loss, and nothing falls due under it any more.

Verbs: `charge_off`, `preview_charge_off`. The debt itself is not forgiven: money that comes later is taken at the
counter as a recovery (`domain.kinds.recovery`).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from domain.access import Scope
from domain.actions.adjusting import Adjusting, Effect, adjusting, rehearse
from domain.actions.charges import MOST_REASON
from domain.records.charge_offs import loss_minor, write_off
from domain.records.charging import post_charges
from domain.words import N_, Conflict, Money, Refused, Sentence
from models import JournalEntry

RIGHT = "charge_off"


def charge_off(
    agreement_ref: str, expected_minor: int, reason: str, ref: str, *, who: Scope, today: date, now: datetime
) -> int:
    """Charge off everything the agreement owes; returns what was lost (minor units).

    `expected_minor` is the loss the person was shown. What fell due through today and was not posted yet is posted
    first; interest that has run and was not posted is not. Safe to repeat with the same `ref`. Raises NotAllowed, Gone,
    Refused, or Conflict when the figures have changed since.
    """
    with adjusting(agreement_ref, RIGHT, who=who, today=today, now=now) as at:
        return _charge_off(at, expected_minor, reason, ref)


def preview_charge_off(
    agreement_ref: str, reason: str, ref: str, *, who: Scope, today: date, now: datetime
) -> tuple[int, Effect]:
    """(the loss, what would be posted); raises as `charge_off` does."""
    lost: list[int] = []

    def work(at: Adjusting) -> int:
        lost.append(_charge_off(at, None, reason, ref))
        return 0

    effect = rehearse(agreement_ref, RIGHT, work, who=who, today=today, now=now)
    return lost[0], effect


def _charge_off(at: Adjusting, expected_minor: int | None, reason: str, ref: str) -> int:
    key = f"charge_off:{at.agreement.id}:{ref}"
    if at.session.scalar(select(JournalEntry.id).where(JournalEntry.key == key)) is not None:
        return expected_minor or 0
    at.must_run()
    if not reason.strip():
        raise Refused(Sentence(N_("Say why, for those who look later.")), "reason")
    if len(reason) > MOST_REASON:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_REASON}), "reason")
    _bill_to_today(at)
    position = at.position
    loss = loss_minor(position)
    if loss <= 0:
        raise Refused(Sentence(N_("Nothing is owed on this agreement, so there is nothing to charge off.")))
    if expected_minor is not None and loss != expected_minor:
        words = N_("What is owed has changed to %(loss)s since you looked. Check it again.")
        raise Conflict(Sentence(words, {"loss": Money(loss, at.currency)}))
    bills_on = at.kind.next_planned_on(at.terms, position) is not None
    write_off(
        at.session, at.head, at.currency, position, reason, key=ref, on=at.today, now=at.now, by=at.who.by
    )
    at.head.next_bill_on = None
    at.end("charged_off", at.today if bills_on and at.agreement.ended_on is None else None)
    at.audit("agreement.charged_off", amount_minor=loss, reason=reason)
    return loss


def _bill_to_today(at: Adjusting) -> None:
    """Post what the terms ask for through today, and let credit pay it: the day's run may still be to come."""
    planned = at.kind.planned(at.terms, at.position, at.today)
    charged = [(at.head, at.currency, charge) for charge in planned]
    post_charges(at.session, charged, today=at.today, now=at.now, by=at.who.by)
    if not at.kind.STATEMENTS:
        at.head.billed_through = max(at.head.billed_through or at.today, at.today)
    at.spend_credit()
