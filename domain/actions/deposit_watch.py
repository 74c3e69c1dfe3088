"""See that the deposit of everybody who has left is accounted for in time: a task on the desk, before the deadline.

Verb: `look`. A stay is over the day after its last one; moving out settles the deposit, and then the task closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.kinds import kind_of
from domain.records.accounts import DEPOSITS_HELD
from domain.records.legal_days import law_of
from domain.records.tasks import close_tasks_but, open_task
from domain.transaction import transaction
from domain.words import N_, Sentence
from models import Agreement, Balance

PREFIX = "deposit:"
KNOWN = N_(
    "%(number)s: the stay ended on %(last)s. Settle the deposit by %(day)s (%(source)s): record the move-out."
)
NOT_KNOWN = N_(
    "%(number)s: the stay ended on %(last)s. Settle the deposit: record the move-out. "
    "No deadline is kept for this place; look it up."
)
_OVER = (
    select(Agreement)
    .join(Balance, Balance.agreement_id == Agreement.id)
    .where(Balance.account == DEPOSITS_HELD, Balance.amount_minor != 0)
    .where(Agreement.kind == "rental", Agreement.status.in_(("active", "closed")))
    .where(Agreement.ended_on.is_(None), Agreement.ends_on.is_not(None))
)


def look(*, today: date, now: datetime) -> int:
    """Open a task for each deposit of a stay that is over, and close those that were settled; how many are new."""
    opened, still = 0, []
    with transaction() as session:
        for agreement, last_on in _over(session, today):
            key = f"{PREFIX}{agreement.id}"
            still.append(key)
            law = law_of(session, agreement, "deposit", last_on)
            by = last_on + timedelta(days=law.days) if law else None
            said = {
                "number": agreement.number,
                "last": last_on,
                "day": by or "",
                "source": law.source if law else "",
            }
            detail = Sentence(KNOWN if law else NOT_KNOWN, said)
            opened += open_task(
                session,
                "deposit_due",
                key,
                detail,
                now=now,
                agreement_id=agreement.id,
                due_on=by,
            )
        close_tasks_but(session, PREFIX, still, now=now)
    return opened


def _over(session: Session, today: date) -> Iterator[tuple[Agreement, date]]:
    """Stays whose last day has passed with a deposit still held, and that day."""
    for agreement in session.scalars(_OVER.where(Agreement.ends_on < today).order_by(Agreement.id)):
        last_on = kind_of(agreement.kind).read(agreement).last_on
        if last_on < today:
            yield agreement, last_on
