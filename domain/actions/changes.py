"""Change a running agreement: show what it would do, then do it, once. Verbs: `preview`, `make`.

What may be changed is a value of its own (`domain.actions.loan_changes` and its siblings); all of them pass here: under
the agreement's lock, with a reason, written into the history and the audit trail, safe to repeat by the form's ref. A
preview is the very same work taken back, so what is shown is what will be posted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from domain.access import Scope
from domain.actions import line_changes, loan_changes, move_out_backs, move_outs, rental_changes, transfers
from domain.actions.adjusting import Adjusting, Effect, adjusting, rehearse
from domain.kinds.base import Installment
from domain.records.accounts import DEPOSITS_HELD
from domain.records.changes import Kept, keep, known, last_number
from domain.records.position import balances_of
from domain.records.repricing import Desk
from domain.words import N_, Conflict, Gone, Refused, Sentence, Trace

RIGHT = "adjust"
MOST_REASON = 300


class Change(Protocol):
    """Something to be changed; `name` is one of those in its kind's `CHANGES`."""

    @property
    def name(self) -> str: ...


_WORK: dict[type, Callable[[Adjusting, Any, Desk], Kept]] = {
    loan_changes.LoanChange: loan_changes.carry_out,
    rental_changes.NewRent: rental_changes.carry_out,
    rental_changes.AddOn: rental_changes.carry_out,
    rental_changes.EndAddOn: rental_changes.carry_out,
    rental_changes.GiveConcession: rental_changes.carry_out,
    rental_changes.Notice: rental_changes.carry_out,
    rental_changes.NoticeTakenBack: rental_changes.carry_out,
    rental_changes.Renewal: rental_changes.carry_out,
    transfers.Transfer: transfers.carry_out,
    move_outs.MoveOut: move_outs.carry_out_move_out,
    move_out_backs.MoveOutBack: move_out_backs.carry_out,
    move_outs.GoodsReturn: move_outs.carry_out_goods_return,
    line_changes.NewLimit: line_changes.carry_out,
    line_changes.NewRate: line_changes.carry_out,
    line_changes.CloseLine: line_changes.carry_out,
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is still to come after today, in minor units; what is due now stands beside it. `ends_on` is the day of the
    last payment, None where none is the last.
    """

    next_minor: int
    next_on: date | None
    ends_on: date | None
    payments: int | None
    interest_minor: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What is to be paid on a day, without and with the change; None where nothing is."""

    due_on: date
    name: str | Sentence
    before_minor: int | None
    after_minor: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do: the sentences, the plan beside the one as it is, and the entries it posts.

    `statement` is what the letter of a move-out would say; `seen` is to be given to `make`.
    """

    trace: Trace
    effective_on: date
    before: Outlook
    after: Outlook
    rows: Sequence[PlanRow]
    effect: Effect
    statement: dict[str, Any] | None


Seen = tuple[int, int]
"""How many entries and how many changes the agreement had when somebody looked."""


def make(
    agreement_ref: str, change: Change, reason: str, ref: str, *,
    seen: Seen | None = None, who: Scope, today: date, now: datetime,
) -> int:  # fmt: skip
    """Make the change; returns its number in the agreement's history.

    The same `ref` again returns the number it made. Raises NotAllowed, Gone, Refused (naming the field), or Conflict
    when `ref` was used for another change or something was posted since it was `seen`.
    """
    with adjusting(agreement_ref, RIGHT, who=who, today=today, now=now) as at:
        made = known(at.session, at.agreement.id, ref)
        if made is not None:
            if made[1] != change.name:
                raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
            return made[0]
        if seen is not None and seen != (at.head.entries, last_number(at.session, at.agreement.id)):
            raise Conflict(
                Sentence(N_("Something was posted on this agreement since you looked. Check again."))
            )
        check_reason(reason)
        kept = _work(at, change)
        kept = Kept(kept.type, kept.effective_on, kept.trace, reason, kept.body)
        number = keep(at.session, at.agreement.id, ref, kept, now=now, by=who.by)
        at.audit("agreement.changed", type=kept.type, change=number, reason=reason)
    return number


def preview(agreement_ref: str, change: Change, *, who: Scope, today: date, now: datetime) -> Preview:
    """What `make` would do; raises what it would raise, but for the reason."""
    found: dict[str, Any] = {}

    def work(at: Adjusting) -> int:
        before = _plan(at)
        found["before"] = _outlook(at, before)
        found["kept"] = _work(at, change)
        after = _plan(at)
        found["after"], found["rows"] = _outlook(at, after), _beside(before, after)
        return 0

    effect = rehearse(agreement_ref, RIGHT, work, who=who, today=today, now=now)
    kept: Kept = found["kept"]
    return Preview(
        kept.trace, kept.effective_on, found["before"], found["after"], found["rows"], effect,
        kept.body.get("statement"),
    )  # fmt: skip


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Sentence(N_("Say why, for those who look later.")), "reason")
    if len(reason) > MOST_REASON:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_REASON}), "reason")


def _work(at: Adjusting, change: Change) -> Kept:
    if change.name not in at.kind.CHANGES:
        raise Gone(Sentence(N_("This cannot be changed here.")))
    if not isinstance(change, move_out_backs.MoveOutBack):
        _must_run(at)
    number = last_number(at.session, at.agreement.id) + 1
    desk = Desk(at.session, at.head, at.currency, number, at.today, at.now, at.who.by)
    kept = _WORK[type(change)](at, change, desk)
    at.read_again()
    at.spend_credit()
    if at.kind.finished(at.terms, at.position):
        at.end("closed")
    elif at.agreement.status == "closed":
        at.end("active")
    at.look_again(at.today)
    return kept


def _must_run(at: Adjusting) -> None:
    """Under way; or closed by itself on its last day, while a deposit is still held that must be settled."""
    holds = balances_of(at.session, at.agreement.id).get(DEPOSITS_HELD, 0) != 0
    if not (at.agreement.status == "closed" and holds):
        at.must_run()


def _plan(at: Adjusting) -> Sequence[Installment]:
    return [row for row in at.kind.schedule(at.terms, at.position, at.today) if row.open_minor]


def _outlook(at: Adjusting, rows: Sequence[Installment]) -> Outlook:
    due = at.kind.due(at.terms, at.position, at.today)
    left = at.kind.progress(at.terms, at.position, at.today).left
    return Outlook(
        next_minor=due.next_minor,
        next_on=due.next_on,
        ends_on=rows[-1].due_on if rows and left is not None else None,
        payments=left,
        interest_minor=sum(row.interest_minor for row in rows),
    )


def _beside(before: Sequence[Installment], after: Sequence[Installment]) -> list[PlanRow]:
    """The two plans day by day; the rows in which they differ."""
    was, now = _by_day(before), _by_day(after)
    names = {_place(row): row.name for row in (*before, *after)}
    days = sorted({*was, *now})
    return [
        PlanRow(day[0], names[day], was.get(day), now.get(day))
        for day in days
        if was.get(day) != now.get(day)
    ]


def _by_day(rows: Sequence[Installment]) -> dict[tuple[date, str], int]:
    sums: dict[tuple[date, str], int] = {}
    for row in rows:
        sums[_place(row)] = sums.get(_place(row), 0) + row.open_minor
    return sums


def _place(row: Installment) -> tuple[date, str]:
    return row.due_on, str(row.name)
