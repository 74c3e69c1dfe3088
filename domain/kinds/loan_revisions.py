"""Changes of a running loan, proposed and shown before anybody agrees: `propose` makes the revision and its effect.

Four changes: payments are put off (`Deferral`), the due day moves (`DueDayMove`), what is late goes into the coming
payments (`ReAge`), payment, number of payments or rate are set anew (`ReAmortise`: also the "smaller payment" a payer
may choose for extra money). Payments already met or due stay as they are; unpaid interest is carried into the rest and
bears none. The rest takes what is left with its last payment. Pure: the caller keeps the revision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.kinds.base import Installment, Position
from domain.kinds.loan import Contract
from domain.kinds.loan_interest import accrued, posted_through
from domain.kinds.loan_plan import installments
from domain.kinds.loan_rest import Change, Cut, Deferral, DueDayMove, ReAge, ReAmortise, rest_of
from domain.rules.revisions import AgreedPlan, Revision
from domain.words import N_, Money, Refused, Sentence, Step, Trace

PROPOSAL = "loan.revision"


_NAMES = {Deferral: "deferral", DueDayMove: "due_date", ReAge: "re_age", ReAmortise: "re_amortise"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a change would do. `before` and `after`: the plan as of the day, without and with it.

    `payment_minor` is the regular payment after it; `interest_minor` how much more (or, below zero, less) interest the
    rest of the plan holds.
    """

    revision: Revision
    before: Sequence[Installment]
    after: Sequence[Installment]
    was_ends_on: date
    ends_on: date
    was_payment_minor: int
    payment_minor: int
    interest_minor: int
    currency: str

    @property
    def trace(self) -> Trace:
        """What the change does, in steps."""
        return _told(self, self.currency)


def propose(contract: Contract, position: Position, on: date, change: Change) -> Proposal:
    """The revision that a change on a day would be, with its effect. Raises Refused, with a sentence for people."""
    plan = contract.plan
    if any(earlier.on > on for earlier in plan.revisions):
        raise Refused(Sentence(N_("The plan was changed after %(day)s already."), {"day": on}), "on")
    cut = _cut(plan, position, on, moves_late=isinstance(change, Deferral | ReAge))
    revision = Revision(
        on=on,
        kind=_NAMES[type(change)],
        kept=cut.kept,
        closed_minor=cut.closed_minor,
        principal_minor=position.principal_minor,
        interest_minor=cut.interest_minor,
        met_minor=position.met_minor,
        opened_on=cut.opened_on,
        terms=rest_of(plan, cut, on, change),
    )
    revised = replace(contract, revisions=(*contract.revisions, revision)).plan
    before, after = installments(plan, position, on), installments(revised, position, on)
    return Proposal(
        revision,
        before,
        after,
        was_ends_on=_last(before).due_on,
        ends_on=_last(after).due_on,
        was_payment_minor=plan.payment_minor,
        payment_minor=revised.payment_minor,
        interest_minor=_interest(after) - _interest(before),
        currency=contract.currency,
    )


def _cut(plan: AgreedPlan, position: Position, on: date, moves_late: bool) -> Cut:
    through = posted_through(plan, position.interest_from, on)
    kept, closed = _kept(plan, position, on, max(on, through), moves_late)
    open_rows = [row for row in installments(plan, position, on)[:kept] if row.open_minor]
    interest = position.interest_minor + accrued(plan, position.principal_minor, position.interest_from, on)
    cut = Cut(
        kept,
        closed,
        through,
        interest,
        position.principal_minor - sum(row.principal_minor for row in open_rows),
        max(interest - sum(row.interest_minor for row in open_rows), 0),
    )
    if kept == len(plan.rows) or cut.rest_principal_minor <= 0:
        raise Refused(Sentence(N_("No payment is left after %(day)s that could change."), {"day": on}), "on")
    return cut


def _kept(plan: AgreedPlan, position: Position, on: date, through: date, moves_late: bool) -> tuple[int, int]:
    """How many rows stay, and what was met of the next. Those whose interest is posted already stay, too."""
    total, owes = 0, position.principal_minor > 0
    for index, row in enumerate(plan.rows):
        met = position.met_minor - total
        last = index == len(plan.rows) - 1
        done = row.payment_minor <= met and not (last and owes)
        due = row.due_on <= through and not (moves_late and row.due_on <= on)
        if not done and not due:
            return index, max(met, 0)
        total += row.payment_minor
    return len(plan.rows), 0


def _last(rows: Sequence[Installment]) -> Installment:
    return [row for row in rows if row.open_minor][-1]


def _interest(rows: Sequence[Installment]) -> int:
    return sum(row.interest_minor for row in rows if row.open_minor)


def _told(proposal: Proposal, currency: str) -> Trace:
    """What the change does, in sentences."""
    revision = proposal.revision
    terms = revision.terms
    more = proposal.interest_minor
    steps = [
        Step(
            Sentence(
                N_("On %(day)s %(principal)s of principal and %(interest)s of interest are owed."),
                {
                    "day": revision.on,
                    "principal": Money(revision.principal_minor, currency),
                    "interest": Money(revision.interest_minor, currency),
                },
            )
        ),
        Step(
            Sentence(
                N_("From %(due)s on the payment is %(payment)s; it was %(was)s."),
                {
                    "due": terms.first_due_on,
                    "payment": Money(proposal.payment_minor, currency),
                    "was": Money(proposal.was_payment_minor, currency),
                },
            )
        ),
        Step(
            Sentence(
                N_("The last payment, %(payment)s, falls due on %(ends)s; it was %(was)s."),
                {
                    "payment": Money(_last(proposal.after).open_minor, currency),
                    "ends": proposal.ends_on,
                    "was": proposal.was_ends_on,
                },
            )
        ),
        Step(
            Sentence(N_("Interest still to come is higher by this much."))
            if more >= 0
            else Sentence(N_("Interest still to come is lower by this much.")),
            abs(more),
        ),
    ]
    if terms.carried_minor:
        carried = Sentence(
            N_("Interest not yet paid is carried into the new payments and bears none itself.")
        )
        steps.insert(1, Step(carried, terms.carried_minor))
    return Trace(PROPOSAL, 1, tuple(steps))
