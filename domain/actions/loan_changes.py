"""Changes of a running loan: payments put off, another due day, what is late spread out, payment or rate set anew.

`carry_out` works under the lock of `domain.actions.changes`; the figures are those of `loan_revisions.propose`.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.actions.adjusting import Adjusting
from domain.kinds.loan_rest import Change, Deferral, DueDayMove, ReAge, ReAmortise
from domain.kinds.loan_revisions import propose
from domain.records.changes import Kept, plan_change, revise
from domain.records.fee_policies import rate_caps
from domain.records.repricing import Desk
from domain.rules.rate_caps import check_rate_cap
from domain.words import N_, Refused, Sentence

__all__ = ["Deferral", "DueDayMove", "LoanChange", "ReAge", "ReAmortise", "carry_out"]

NAMES = {Deferral: "deferral", DueDayMove: "due_date", ReAge: "re_age", ReAmortise: "re_amortise"}


@dataclass(frozen=True, slots=True)
class LoanChange:
    """A change of the plan, counting from the day on which it is made."""

    change: Change

    @property
    def name(self) -> str:
        return NAMES[type(self.change)]


def carry_out(at: Adjusting, wanted: LoanChange, desk: Desk) -> Kept:
    """Revise the plan. Raises Refused, naming the field, for a change that makes no sense or no law allows."""
    change = wanted.change
    if isinstance(change, ReAmortise) and change.annual_rate_percent is not None:
        caps = rate_caps(at.session, at.agreement.unit_id)
        check_rate_cap(change.annual_rate_percent, caps, at.today, at.agreement.kind)
    if isinstance(change, ReAge) and not at.kind.due(at.terms, at.position, at.today).past_due_minor:
        raise Refused(Sentence(N_("Nothing is late, so there is nothing to spread over the payments.")))
    if isinstance(change, ReAge | ReAmortise):
        for value, name in ((change.count, "count"), (change.payment_minor, "payment")):
            if value is not None and value < 1:
                raise Refused(Sentence(N_("Enter a number above zero.")), name)
    if change == ReAmortise():
        raise Refused(Sentence(N_("Say what is to change: the number, the payment or the rate.")), "count")
    proposal = propose(at.terms, at.position, at.today, change)
    revise(at.session, at.agreement, proposal.revision)
    return plan_change(proposal)
