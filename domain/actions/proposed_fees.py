"""Late fees that a policy only proposes: a person posts each, or leaves it. Verbs: `post_fee`, `leave_fee`.

Proposed fees are counted anew each time and are kept nowhere; the key of a fee names it for ever, so that posting it
twice posts it once. Leaving one is a line of the audit trail: it says who decided so, and why.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from domain.access import Scope
from domain.actions.adjusting import Adjusting, adjusting
from domain.records.fee_policies import policies
from domain.records.late_fees import due_late_fees, post_late_fees
from domain.rules.late_fees import Fee
from domain.words import N_, Conflict, Refused, Sentence
from models import Charge

RIGHT = "adjust"
LEFT = "late_fee.left"
MOST_REASON = 300
_GONE = N_("This late fee is not proposed any more. It was paid in time, or the rules have changed.")


def post_fee(
    agreement_ref: str, key: str, *, who: Scope, today: date, at: datetime, zone: ZoneInfo, now: datetime
) -> int:
    """Post a proposed late fee by its key; returns the id of its charge, also when it was posted before.

    `at` is the local time for which it is counted. Raises NotAllowed, Gone for an agreement nobody knows, Conflict when
    no such fee is proposed.
    """
    with adjusting(agreement_ref, RIGHT, who=who, today=today, now=now) as on:
        known = on.session.scalar(
            select(Charge.id).where(
                Charge.agreement_id == on.agreement.id, Charge.rule == "late_fee", Charge.period == key
            )
        )
        if known is not None:
            return int(known)
        on.must_run()
        fee = _proposed(on, key, at, zone)
        (charge_id,) = post_late_fees(
            on.session, on.head, on.currency, [fee], today=today, now=now, by=who.by
        )
        on.spend_credit()
        on.look_again(today)
        on.audit("late_fee.posted", key=key, amount_minor=fee.amount_minor)
        return charge_id


def leave_fee(
    agreement_ref: str, key: str, reason: str, *,
    who: Scope, today: date, at: datetime, zone: ZoneInfo, now: datetime,
) -> None:  # fmt: skip
    """Write down that a proposed late fee is not asked for, and why; it can still be posted. Raises as `post_fee`."""
    if len(reason) > MOST_REASON:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_REASON}), "reason")
    with adjusting(agreement_ref, RIGHT, who=who, today=today, now=now) as on:
        fee = _proposed(on, key, at, zone)
        on.audit(LEFT, key=key, amount_minor=fee.amount_minor, reason=reason.strip())


def _proposed(on: Adjusting, key: str, at: datetime, zone: ZoneInfo) -> Fee:
    rules = policies(on.session)
    fees, _ = due_late_fees(
        on.session, on.agreement, on.terms, on.position, rules, today=on.today, at=at, zone=zone
    )
    found = next((fee for fee in fees if fee.proposed and fee.key == key and fee.amount_minor), None)
    if found is None:
        raise Conflict(Sentence(_GONE))
    return found
