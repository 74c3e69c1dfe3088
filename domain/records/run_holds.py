"""What staff hold back of the runs, kept as tasks of the desk until somebody decides. Never commits.

Verbs: `hold_task` for one thing, `watch_holds` for all of them: a hold that still counts has its task, one that was
decided, has ended by its day or has nothing left to hold has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.records.run_decisions import debit_key
from domain.records.tasks import close_tasks_but, open_task
from domain.words import N_, Sentence
from models import Agreement, Autopay, AutopayDebit, RunDecision

PREFIX = "run_hold:"
WORDS: Mapping[str, str] = {
    "charge": N_("A charge is held back from the run, because: %(reason)s. Let it pass again or waive it."),
    "fee": N_("A late fee is held back from the run, because: %(reason)s. Let it pass again or waive it."),
    "debit": N_("A debit of autopay is held back, because: %(reason)s. Let it pass again or leave it out."),
}
"""What is held, as its key begins -> what its task says."""
AHEAD = ("planned", "asked", "approved", "held", "retry")


def hold_task(session: Session, held: RunDecision, now: datetime) -> None:
    """Open the task of a thing that is held, or say in it why it is held now."""
    words = WORDS[held.key.partition(":")[0]]
    open_task(
        session, "run_hold", f"{PREFIX}{held.key}", Sentence(words, {"reason": held.reason}), now=now,
        subject="run", agreement_id=held.agreement_id, due_on=held.until_on,
    )  # fmt: skip


def watch_holds(session: Session, *, today: date, now: datetime) -> int:
    """Give every hold that counts its task and close those of all others; how many things are held."""
    newest = select(func.max(RunDecision.id)).group_by(RunDecision.key)
    query = (
        select(RunDecision)
        .join(Agreement, Agreement.id == RunDecision.agreement_id)
        .where(RunDecision.id.in_(newest), RunDecision.decision == "hold", Agreement.status == "active")
    )
    held = [
        one
        for one in session.scalars(query.order_by(RunDecision.id))
        if one.until_on is None or today <= one.until_on
    ]
    over = _over(session, {one.agreement_id for one in held})
    held = [one for one in held if one.key not in over]
    for one in held:
        hold_task(session, one, now)
    close_tasks_but(session, PREFIX, (f"{PREFIX}{one.key}" for one in held), now=now)
    return len(held)


def _over(session: Session, agreement_ids: Iterable[int]) -> set[str]:
    """The keys of debits of these agreements that a hold can hold no more: their period has ended."""
    query: Any = (
        select(Autopay.ref, AutopayDebit.period)
        .join(AutopayDebit, AutopayDebit.autopay_id == Autopay.id)
        .where(Autopay.agreement_id.in_(agreement_ids), AutopayDebit.state.not_in(AHEAD))
    )
    return {debit_key(row.ref, row.period) for row in session.execute(query)}
