"""What staff decide of one thing that the day's run would do: hold it, waive a fee, approve it, let it pass again.

Verbs: `decide`, `watch`. A decision is only ever added, and the newest of a thing counts; the run reads it under the
lock of the agreement (`records.run_decisions`). What is held is a task until it is decided. What was done already is
not touched: a posted fee is waived on its own page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.adjusting import adjusting
from domain.records.held_debits import let_go, tell_held
from domain.records.run_decisions import decisions
from domain.records.run_holds import PREFIX, hold_task, watch_holds
from domain.records.tasks import close_task
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from models import Agreement, Autopay, RunDecision

RIGHT_OF: Mapping[str, str] = {"charge": "adjust", "fee": "adjust", "debit": "hold"}
"""What a thing is, as its key begins -> the right that deciding on it asks for."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "charge": ("hold", "waive", "release"),
    "fee": ("hold", "waive", "approve", "release"),
    "debit": ("hold", "waive", "approve", "release"),
}
"""What may be decided of it. "approve" lets a fee pass that a policy only proposes, and a debit that is more than a
customer may be debited in a day; a debit that is waived is left out, its money stays due."""
MOST_REASON, MOST_KEY = 300, 160


@dataclass(frozen=True, slots=True)
class Wish:
    """A decision on the thing with this key. `until_on`: the last day a hold counts, None for as long as it stands."""

    key: str
    decision: str
    reason: str
    until_on: date | None = None


def decide(wish: Wish, ref: str, *, who: Scope, today: date, now: datetime) -> str:
    """Keep a decision under the form's `ref`; returns it. Safe to repeat.

    Raises NotAllowed, Gone for a thing of an agreement that the person does not see, Refused (naming the field), or
    Conflict when `ref` was used for another decision.
    """
    what = wish.key.partition(":")[0]
    if what not in RIGHT_OF or len(wish.key) > MOST_KEY:
        raise Gone(_gone())
    right = RIGHT_OF[what]
    who.require(right)
    _check(wish, what, today)
    with adjusting(_agreement_of(wish.key, who), right, who=who, today=today, now=now) as at:
        known = at.session.scalars(select(RunDecision).where(RunDecision.ref == ref)).first()
        if known is not None:
            if (known.key, known.decision) != (wish.key, wish.decision):
                raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
            return known.ref
        at.must_run()
        before = decisions(at.session, [at.agreement.id]).held(wish.key, today)
        row = RunDecision(
            ref=ref, key=wish.key, agreement_id=at.agreement.id, decision=wish.decision,
            reason=wish.reason.strip(), until_on=wish.until_on, decided_at=now, decided_by=who.by,
        )  # fmt: skip
        at.session.add(row)
        at.session.flush()
        _follow(at.session, row, before, who, today, now)
        if what in ("charge", "fee"):
            at.look_again(today)
        at.audit(f"run.{wish.decision}", key=wish.key, reason=wish.reason.strip())
    return ref


def _follow(
    session: Session, row: RunDecision, held_before: bool, who: Scope, today: date, now: datetime
) -> None:
    """What follows from a decision at once: its task, and what the payer of a debit is told."""
    debit = row.key.startswith("debit:")
    if row.decision == "hold":
        hold_task(session, row, now)
        if debit and not held_before:
            tell_held(session, row, today=today, now=now)
        return
    close_task(session, f"{PREFIX}{row.key}", now=now, by=who.by)
    if debit and held_before and row.decision in ("release", "approve"):
        let_go(session, row, today=today, now=now)


def watch(*, today: date, now: datetime) -> int:
    """Keep the tasks of what is held as it is held today; how many things are. Safe to repeat."""
    with transaction() as session:
        return watch_holds(session, today=today, now=now)


def _check(wish: Wish, what: str, today: date) -> None:
    if wish.decision not in CHOICES[what]:
        raise Refused(Sentence(N_("This is not one of the choices.")), "decision")
    if not wish.reason.strip():
        raise Refused(Sentence(N_("Say why, for those who look later.")), "reason")
    if len(wish.reason) > MOST_REASON:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_REASON}), "reason")
    if wish.until_on is not None and (wish.decision != "hold" or wish.until_on < today):
        raise Refused(Sentence(N_("A hold can end today at the earliest.")), "until_on")


def _agreement_of(key: str, who: Scope) -> str:
    """The ref of the agreement that a key is about. Raises Gone."""
    what, ref, _ = (*key.split(":", 2), "", "")[:3]
    if what != "debit":
        return ref
    with transaction() as session:
        found = session.scalar(
            who.select(Autopay, Agreement.ref)
            .join(Agreement, Agreement.id == Autopay.agreement_id)
            .where(Autopay.ref == ref)
        )
    if found is None:
        raise Gone(_gone())
    return str(found)


def _gone() -> Sentence:
    return Sentence(N_("There is nothing like that in the run."))
