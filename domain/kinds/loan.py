"""A loan: principal and interest in installments. Answers the questions of `domain.kinds.base.Kind`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.kinds import charged, loan_allocation, loan_figures, loan_plan
from domain.kinds.base import (
    Application,
    Due,
    Figure,
    Installment,
    Missed,
    Part,
    Position,
    Progress,
    Quote,
)
from domain.kinds.closing import Closing
from domain.kinds.loan_interest import accrued, charged_for_ending, one_of, reason
from domain.rules.late_fees import LateCharge
from domain.rules.planned import PlannedCharge
from domain.rules.revisions import AgreedPlan, Revision, agreed_plan
from domain.rules.schedule import LoanTerms
from domain.words import N_, Money, Refused, Sentence, Step, Trace
from models import Agreement

STATEMENTS: bool = False
PLAN_COLUMNS: tuple[str, ...] = ("interest", "principal", "balance")
CHARGES: tuple[str, ...] = ("fee",)
CHANGES: tuple[str, ...] = ("deferral", "due_date", "re_age", "re_amortise")
WORDS: Mapping[str, str] = loan_figures.WORDS
EXTRA = ("shorter", "smaller", "ahead")


@dataclass(frozen=True, slots=True)
class Contract:
    """The stored terms of a loan, ready for its rules: as first agreed, and what was changed since, in order."""

    terms: LoanTerms
    waterfall: tuple[str, ...]
    currency: str
    revisions: tuple[Revision, ...] = ()

    @property
    def plan(self) -> AgreedPlan:
        """What falls due by the terms and their revisions."""
        return agreed_plan(self.terms, self.revisions)


def read(agreement: Agreement) -> Contract:
    """The contract of a stored agreement; its `loan` row should have been loaded with it."""
    row = agreement.loan
    if row is None:
        raise LookupError(f"agreement {agreement.number} has no loan terms")
    terms = LoanTerms(
        principal_minor=row.principal_minor,
        annual_rate_percent=row.annual_rate_percent,
        count=row.count,
        frequency=row.frequency,
        start_on=agreement.start_on,
        first_due_on=row.first_due_on,
        interest=row.interest,
        day_count=row.day_count,
        rounding=row.rounding,
        payment_rounding=row.payment_rounding,
        payment_unit_minor=row.payment_unit_minor,
        payment_minor=row.payment_minor,
        last=row.last,
        balloon_minor=row.balloon_minor,
        anchor_days=tuple(int(day) for day in row.anchor_days.split(",")) if row.anchor_days else None,
        currency=agreement.currency,
        **_wishes(row),
    )
    revisions = tuple(Revision.from_json(body) for body in _stored_revisions(agreement))
    return Contract(one_of(terms), tuple(row.waterfall.split(",")), agreement.currency, revisions)


def _wishes(row: Any) -> dict[str, Any]:
    """Terms that few loans have, where the stored row keeps them: pauses, steps of the payment, the rule of rebate."""
    found = {name: getattr(row, name, None) for name in ("skip_months", "interest_only", "steps", "rebate")}
    kept = {name: value for name, value in found.items() if value}
    if "skip_months" in kept:
        kept["skip_months"] = tuple(int(month) for month in kept["skip_months"].split(","))
    if "steps" in kept:
        kept["steps"] = tuple((number, amount) for number, amount in kept["steps"])
    return kept


def of_payer(contract: Contract, payer: str, alone: bool = False) -> Contract:
    return contract


def _stored_revisions(agreement: Any) -> Sequence[Any]:
    """The changes of the plan as they were kept, in order: on the loan's row, or as rows of their own."""
    kept = getattr(agreement.loan, "revisions", None)
    return kept or [row.terms for row in getattr(agreement, "revisions", None) or ()]


def schedule(contract: Contract, position: Position, on: date) -> Sequence[Installment]:
    return loan_plan.installments(contract.plan, position, on)


def due_days(contract: Contract, position: Position, since: date, through: date) -> Sequence[date]:
    if not position.principal_minor and not position.interest_minor:
        return ()
    return loan_plan.due_days(contract.plan, since, through)


def due(contract: Contract, position: Position, on: date) -> Due:
    return loan_plan.due(contract.plan, position, on, contract.currency)


def falls_due(contract: Contract, position: Position, on: date) -> int:
    return loan_plan.falls_due(contract.plan, position, on, contract.currency)


def apply(
    contract: Contract,
    position: Position,
    amount_minor: int,
    on: date,
    *,
    extra: str | date = "shorter",
    payer: str = "",
) -> Application:
    if isinstance(extra, str) and extra not in (*EXTRA, "close"):
        raise Refused(Sentence(N_("Choose what the money above what is due should do.")), "extra")
    return loan_allocation.apply(
        contract.plan, contract.waterfall, position, amount_minor, on, contract.currency, extra
    )


def close(contract: Contract, position: Position, on: date) -> Quote:
    return loan_allocation.close(contract.plan, position, on, contract.currency)


def payable(contract: Contract, position: Position, on: date) -> int:
    return loan_allocation.payoff(contract.plan, position, on).total_minor


def closing(contract: Contract, position: Position, on: date, key: str) -> Closing | None:
    """None: a payment of the payoff settles a loan without a charge of its own."""
    return None


def finished(contract: Contract, position: Position) -> bool:
    return position.owed_minor <= 0


def credit_parts(contract: Contract, position: Position, on: date) -> Sequence[Part]:
    """None: the credit of a loan is used together with the next payment."""
    return ()


def standard_payment(contract: Contract, on: date) -> int:
    return contract.plan.payment_minor


def late_lines(
    contract: Contract, position: Position, since: date, on: date
) -> Sequence[tuple[LateCharge, int]]:
    """The installments that fell due: the open ones however old, the paid ones since a day."""
    return [
        (LateCharge(row.number, "installment", row.due_on, row.amount_minor), row.open_minor)
        for row in schedule(contract, position, on)
        if row.due_on <= on and (row.open_minor or row.due_on >= since) and row.amount_minor
    ]


def planned(contract: Contract, position: Position, through: date) -> Sequence[PlannedCharge]:
    """None: what falls due under a loan comes from its schedule and is not posted."""
    return ()


def next_planned_on(contract: Contract, position: Position) -> date | None:
    return None


def missed(
    contract: Contract, position: Position, restored_minor: int, since: date, covered_to: date, on: date
) -> Missed:
    """Interest to post when `restored_minor` of principal, paid on `since`, goes back on a day.

    By the day: what runs up to the day on the principal as it stands, and on the restored principal since it was paid.
    By the period: the periods that ended after the payment (`covered_to`: the due day through which the payment itself
    had paid interest) were posted on the smaller principal, so the restored part is added. Flat interest is fixed, but
    what a payoff had charged beyond it by a rule of rebate is taken back (an amount below zero).
    """
    plan = contract.plan
    if plan.interest == "flat":
        ended = restored_minor and not position.principal_minor
        back = -charged_for_ending(plan, since, position.interest_from) if ended else 0
        words = N_("The loan was not paid off after all: interest charged for ending it early is taken back.")
        steps = (Step(Sentence(words), back),) if back else ()
        return Missed(back, position.interest_from, Trace("loan.missed", 1, steps))
    if plan.interest == "period":
        since, end = max(since, covered_to), position.interest_from
        amount = accrued(plan, restored_minor, since, end)
        return Missed(amount, end, reason(plan, restored_minor, since, end, amount, contract.currency))
    end = max(on, position.interest_from)
    standing = accrued(plan, position.principal_minor, position.interest_from, on)
    returned = accrued(plan, restored_minor, since, end)
    trace = reason(plan, restored_minor, since, end, returned, contract.currency)
    if standing:
        more = reason(plan, position.principal_minor, position.interest_from, on, standing, contract.currency)
        trace = trace.plus(*more.steps)
    return Missed(standing + returned, end, trace)


def explain(contract: Contract, position: Position, on: date, number: int) -> Trace:
    """Why installment `number` is what it is: the contract's own reason for its row, then what is left of it."""
    trace = contract.plan.row_trace(number)
    row = next((row for row in schedule(contract, position, on) if row.number == number), None)
    if row is None or row.state in ("paid", "skipped"):
        return trace
    paid = row.amount_minor - row.open_minor
    steps = [Step(Sentence(N_("By what was really paid so far, this payment comes to:")), row.amount_minor)]
    if paid:
        steps.append(Step(Sentence(N_("Already paid of payment %(number)s."), {"number": number}), -paid))
    steps.append(
        Step(
            Sentence(
                N_("Of that, interest %(interest)s and principal %(principal)s."),
                {
                    "interest": Money(row.interest_minor, contract.currency),
                    "principal": Money(row.principal_minor, contract.currency),
                },
            )
        )
    )
    return trace.plus(*steps)


def check_charge(
    contract: Contract, position: Position, type_: str, amount_minor: int, due_on: date, today: date
) -> None:
    charged.check_added(CHARGES, type_, amount_minor, due_on, today)


check_correction, payers = charged.any_correction, charged.nobody_apart
statement_open = charged.no_statement


def facts(contract: Contract) -> Sequence[tuple[str, Any]]:
    """The terms as label and value pairs for the agreement's page; values are formatted by the page."""
    plan = contract.plan
    terms = plan.stretches[-1].terms
    return (
        (N_("Amount of the loan"), Money(plan.terms.principal_minor, terms.currency)),
        (N_("Interest rate a year, in percent"), terms.annual_rate_percent),
        (N_("Payments"), len(plan.rows)),
        (N_("Regular payment"), Money(plan.payment_minor, terms.currency)),
        (N_("How often"), Sentence(FREQUENCIES.get(terms.frequency, terms.frequency))),
        (N_("Start"), plan.terms.start_on),
        (N_("First payment"), plan.terms.first_due_on),
        (N_("Last payment"), plan.rows[-1].due_on),
        (N_("How interest is counted"), Sentence(INTEREST[terms.interest], {"count": terms.day_count})),
    )


def progress(contract: Contract, position: Position, on: date) -> Progress:
    plan = schedule(contract, position, on)
    whole, left = sum(row.amount_minor for row in plan), sum(row.open_minor for row in plan)
    open_rows = [row for row in plan if row.open_minor]
    words = []
    if open_rows:
        words.append(Sentence(N_("Last payment on %(day)s"), {"day": max(open_rows[-1].due_on, on)}))
    return Progress(whole - left, whole, tuple(words), len(open_rows))


def figures(contract: Contract, position: Position, on: date) -> Sequence[Figure]:
    lent = Money(contract.plan.terms.principal_minor, contract.currency)
    return loan_figures.figures(progress(contract, position, on).met_minor, position.principal_minor, lent)


FREQUENCIES = {
    "weekly": N_("every week"),
    "biweekly": N_("every two weeks"),
    "every-4-weeks": N_("every four weeks"),
    "semimonthly": N_("twice a month"),
    "monthly": N_("every month"),
    "quarterly": N_("every three months"),
    "yearly": N_("every year"),
}
INTEREST = {
    "daily": N_("by the day on what is owed (%(count)s)"),
    "period": N_("by the period on what is owed (%(count)s)"),
    "flat": N_("fixed, on the first amount throughout"),
}
