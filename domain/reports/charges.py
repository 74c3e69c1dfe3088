"""The charges behind the figures of an agreement: those that are open, one by its number, why it is what it is.

Every charge as a table shows it, with what lowered and paid it, stands in `domain.reports.charge_lines`. In addresses a
charge is named by the number of its entry in the agreement's journal: it has no public name of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.access import Scope
from domain.reports import charge_lines
from domain.reports.agreements import View
from domain.reports.charge_lines import Line
from domain.words import N_, Gone, Sentence, Step, Trace
from models import Charge, JournalEntry, db

MOST = 40


def open_charges(scope: Scope, view: View) -> list[Line]:
    """What is not wholly paid, the oldest first."""
    return charge_lines.lines(scope, view.agreement, most=0)[::-1]


def beside_plan(scope: Scope, view: View) -> list[Line]:
    """The charges that are no line of the plan, the newest first: purchases, fees, a deposit, what somebody added.

    All that are open, and the newest of the others.
    """
    rules = {row.rule for row in view.plan if row.rule}
    planned: set[int] = set()
    if rules:
        mine = Charge.agreement_id == view.agreement.id
        planned = set(db.session.scalars(scope.select(Charge, Charge.id).where(mine, Charge.rule.in_(rules))))
    found = charge_lines.lines(scope, view.agreement, most=MOST)
    return [line for line in found if line.id not in planned]


def charge(scope: Scope, view: View, number: int) -> Line:
    """The charge whose entry has this number in the journal. Raises Gone for one that is not theirs to see."""
    found = db.session.scalar(
        scope.select(Charge, Charge.id)
        .join(JournalEntry, JournalEntry.id == Charge.entry_id)
        .where(Charge.agreement_id == view.agreement.id, JournalEntry.position == number)
        .where(Charge.about_id.is_(None))
    )
    line = charge_lines.line(scope, view.agreement, found or 0)
    if line is None:
        raise Gone(Sentence(N_("There is no such charge.")))
    return line


def name_of(line: Line) -> str:
    """The name under which its reason is asked for."""
    return f"charge-{line.entry}"


def trace(line: Line) -> Trace:
    """Why the charge is what it is: the reason it was posted with, what lowered it, what was paid of it."""
    steps = list(line.why.steps) or [Step(Sentence(N_("As it was entered.")), line.amount_minor)]
    for lowering in line.lowerings:
        steps += [Step(step.sentence) for step in lowering.why.steps]
        words = Sentence(N_("%(what)s on %(day)s."), {"what": lowering.what, "day": lowering.on})
        steps.append(Step(words, -lowering.amount_minor))
    if line.paid_minor:
        steps.append(Step(Sentence(N_("Already paid.")), -line.paid_minor))
    if line.lowerings or line.paid_minor:
        steps.append(Step(Sentence(N_("Still open.")), line.open_minor))
    return Trace(line.why.rule or f"charge.{line.type}", line.why.version or 1, tuple(steps))


def ids_of(scope: Scope, view: View, rule: str, key: str) -> Sequence[int]:
    """The charges that a line of the plan was posted as; none while it is not posted."""
    query = scope.select(Charge, Charge.id).where(
        Charge.agreement_id == view.agreement.id, Charge.rule == rule, Charge.period == key
    )
    return list(db.session.scalars(query))
