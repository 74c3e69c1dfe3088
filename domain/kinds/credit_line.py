"""A credit line: purchases up to a limit, a statement each month, a minimum payment; a kind like the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.kinds import charged, credit_line_figures
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
    State,
)
from domain.kinds.closing import Closing
from domain.rules.allocation import Profile
from domain.rules.calendar import add_months
from domain.rules.credit_line import CreditTerms, available_minor, check_purchase, cycles
from domain.rules.documents import from_document
from domain.rules.late_fees import LateCharge
from domain.rules.planned import PlannedCharge
from domain.words import N_, Money, Refused, Sentence, Step, Trace
from models import Agreement

STATEMENTS: bool = True
PLAN_COLUMNS: tuple[str, ...] = ()
WORDS: Mapping[str, str] = credit_line_figures.WORDS
CHARGES: tuple[str, ...] = ("purchase", "fee")
CHANGES: tuple[str, ...] = ("limit", "rate", "close_line")
ORDER = Profile("custom", ("late_fee", "returned_payment_fee", "fee", "finance_charge", "purchase"))
"""Money pays fees, then interest, then purchases, the oldest first."""


@dataclass(frozen=True, slots=True)
class Contract:
    """The stored terms of a credit line, and the day it began. `ended_on`: closed to new purchases; it runs until
    what is owed on it is paid.
    """

    terms: CreditTerms
    start_on: date
    ended_on: date | None


def read(agreement: Agreement) -> Contract:
    """The contract of a stored agreement."""
    document = agreement.terms
    if document is None:
        raise LookupError(f"agreement {agreement.number} has no terms of a credit line")
    return Contract(from_document(CreditTerms, document["terms"]), agreement.start_on, agreement.ended_on)


def of_payer(contract: Contract, payer: str, alone: bool = False) -> Contract:
    return contract


def balance_minor(position: Position) -> int:
    """What is owed now, below zero where the customer has credit."""
    return position.fees_minor - position.credit_minor


def available(contract: Contract, position: Position) -> int:
    """What may still be bought."""
    return available_minor(contract.terms, balance_minor(position))


def least_minor(position: Position) -> int:
    """What is still to be paid of the last statement's minimum."""
    statement = position.statement
    if statement is None:
        return 0
    # A payment of an earlier month that went back is owed again, but asked for by the next statement only.
    left = min(statement.minimum_minor - statement.paid_since_minor, statement.minimum_minor)
    return max(min(left, balance_minor(position)), 0)


def statement_left_minor(position: Position) -> int:
    """What is still to be paid of the last statement's balance: paid by its due day, new purchases bear no interest."""
    statement = position.statement
    if statement is None:
        return 0
    return max(min(statement.balance_minor - statement.paid_since_minor, balance_minor(position)), 0)


def next_closing_on(contract: Contract, position: Position) -> date | None:
    """The day on which the cycle under way closes."""
    after = position.billed_through
    found = cycles(
        contract.terms,
        contract.start_on,
        add_months(max(after or contract.start_on, contract.start_on), 2),
        after,
    )
    return found[0].closing_on if found else None


def schedule(contract: Contract, position: Position, on: date) -> Sequence[Installment]:
    statement = position.statement
    if statement is None:
        return ()
    left = least_minor(position)
    row = Installment(
        1, statement.due_on, statement.minimum_minor, left, 0, 0, 0, _state(statement.due_on, left, on)
    )
    return (row,)


def _state(due_on: date, left: int, on: date) -> State:
    if not left:
        return "paid"
    if due_on < on:
        return "late"
    return "due" if due_on == on else "next"


def planned(contract: Contract, position: Position, through: date) -> Sequence[PlannedCharge]:
    """None: what falls due comes from the statement that closes a cycle."""
    return ()


def next_planned_on(contract: Contract, position: Position) -> date | None:
    """The day after the closing day, when the whole cycle has been seen."""
    closing_day = next_closing_on(contract, position)
    return closing_day + timedelta(days=1) if closing_day else None


def arrears_minor(position: Position) -> int:
    """What of the minimum was due by an earlier statement already, and is still open."""
    statement = position.statement
    if statement is None:
        return 0
    return max(min(statement.past_due_minor - statement.paid_since_minor, least_minor(position)), 0)


def due_days(contract: Contract, position: Position, since: date, through: date) -> Sequence[date]:
    return credit_line_figures.due_days(contract.terms, contract.start_on, position, since, through)


def statement_open(contract: Contract, position: Position) -> tuple[int, int]:
    return least_minor(position), statement_left_minor(position)


def due(contract: Contract, position: Position, on: date) -> Due:
    statement, left = position.statement, least_minor(position)
    behind = arrears_minor(position)
    late = left if statement and statement.due_on < on else behind
    today = left - behind if statement and statement.due_on == on else 0
    coming = left - behind if statement and statement.due_on > on else 0
    since = None
    if statement is not None:
        since = statement.late_since if behind else statement.due_on
    steps = []
    if statement is not None and left:
        words = N_("The minimum payment of the statement of %(closing)s, due %(due)s.")
        steps.append(
            Step(
                Sentence(words, {"closing": statement.closing_on, "due": statement.due_on}),
                statement.minimum_minor,
            )
        )
        paid = statement.minimum_minor - left
        if paid:
            steps.append(Step(Sentence(N_("Already paid since.")), -paid))
        if behind:
            of_it = N_("Of it, %(amount)s is past due since %(day)s.")
            said = {"amount": Money(behind, contract.terms.currency), "day": since}
            steps.append(Step(Sentence(of_it, said)))
    else:
        steps.append(Step(Sentence(N_("No payment is asked for as of %(day)s."), {"day": on}), 0))
    return Due(
        on=on,
        past_due_minor=late,
        today_minor=today,
        fees_minor=0,
        credit_minor=0,
        now_minor=late + today,
        next_minor=coming,
        next_on=statement.due_on if statement and coming else None,
        oldest_on=since if late else None,
        days_late=(on - since).days if since and late else 0,
        left=1 if left else 0,
        trace=Trace("credit.due", 1, tuple(steps)),
    )


def apply(
    contract: Contract,
    position: Position,
    amount_minor: int,
    on: date,
    *,
    extra: str | date = "ahead",
    payer: str = "",
) -> Application:
    return charged.apply(position, amount_minor, date.max, ORDER, payer)


def close(contract: Contract, position: Position, on: date) -> Quote:
    """The current balance. The interest of the cycle under way is charged when it closes, and said so."""
    bears = bool(contract.terms.annual_rate_percent)
    return credit_line_figures.close(position, on, next_closing_on(contract, position) if bears else None)


def payable(contract: Contract, position: Position, on: date) -> int:
    return max(balance_minor(position), 0)


def closing(contract: Contract, position: Position, on: date, key: str) -> Closing | None:
    return None


def finished(contract: Contract, position: Position) -> bool:
    """Only a line that was closed ends: when nothing is owed, and its last statement asked for nothing.

    The interest of the month in which the rest was paid is charged when that month closes.
    """
    if contract.ended_on is None or position.charges or position.credit_minor:
        return False
    return position.statement is None or position.statement.balance_minor <= 0


def credit_parts(contract: Contract, position: Position, on: date) -> Sequence[Part]:
    return charged.credit_parts(position, date.max, ORDER)


def standard_payment(contract: Contract, on: date) -> int:
    """None of its own: a credit line asks for another minimum each month."""
    return 0


def late_lines(
    contract: Contract, position: Position, since: date, on: date
) -> Sequence[tuple[LateCharge, int]]:
    """The minimum of the last statement, named by its closing day."""
    statement = position.statement
    if statement is None or statement.due_on > on or not statement.minimum_minor:
        return ()
    line = LateCharge(
        statement.closing_on.toordinal(), "minimum_payment", statement.due_on, statement.minimum_minor
    )
    return ((line, least_minor(position)),)


def missed(
    contract: Contract, position: Position, restored_minor: int, since: date, covered_to: date, on: date
) -> Missed:
    return charged.nothing_missed(position, "credit.missed")


def explain(contract: Contract, position: Position, on: date, number: int) -> Trace:
    return due(contract, position, on).trace


def check_charge(
    contract: Contract, position: Position, type_: str, amount_minor: int, due_on: date, today: date
) -> None:
    """A purchase within the limit, on a day whose statement is not closed; or a fee."""
    if type_ != "purchase":
        charged.check_added(CHARGES, type_, amount_minor, due_on, today)
        return
    check_purchase(contract.terms, balance_minor(position), amount_minor)
    first = position.billed_through + timedelta(days=1) if position.billed_through else contract.start_on
    if not first <= due_on <= today:
        words = N_(
            "A purchase is of a day from %(first)s, when the statement under way began, through today."
        )
        raise Refused(Sentence(words, {"first": first}), "due_on")
    if contract.ended_on is not None:
        raise Refused(Sentence(N_("This credit line is closed to new purchases.")), "type")


check_correction, payers = charged.any_correction, charged.nobody_apart
falls_due = charged.summed(due)


def facts(contract: Contract) -> Sequence[tuple[str, Any]]:
    return credit_line_figures.facts(contract.terms, contract.start_on, contract.ended_on)


def progress(contract: Contract, position: Position, on: date) -> Progress:
    words = []
    if (closing_day := next_closing_on(contract, position)) is not None and contract.ended_on is None:
        words.append(Sentence(N_("Next statement on %(day)s"), {"day": closing_day}))
    return Progress(available(contract, position), contract.terms.limit_minor, tuple(words))


def figures(contract: Contract, position: Position, on: date) -> Sequence[Figure]:
    # Once its day has passed, paying the last statement spares no interest any more.
    in_time = position.statement is not None and on <= position.statement.due_on
    spares = statement_left_minor(position) if in_time else 0
    balance, least = balance_minor(position), least_minor(position)
    return credit_line_figures.figures(contract.terms, position, balance, least, spares)
