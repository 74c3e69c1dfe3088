"""The statements of a credit line as they were issued: the list, one with what happened in its cycle, and the reasons.

A statement is frozen: its figures and their reasons are those it was issued with. What happened is read from the
journal as it was known then, so that a payment entered later with an earlier day is not on an old statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from domain.access import Scope
from domain.kinds import kind_of
from domain.records.accounts import BUCKET_ACCOUNT
from domain.reports.journal import CAUSE_WORDS
from domain.rules.planned import called_by
from domain.words import N_, Gone, Money, Sentence, Step, Trace, trace_from
from models import Agreement, Charge, JournalEntry, JournalLine, Statement, db

FIGURES = {
    "opening": N_("Balance of the last statement"),
    "purchases": N_("Purchases"),
    "payments": N_("Payments"),
    "interest": N_("Interest"),
    "fees": N_("Fees"),
    "closing": N_("Balance of this statement"),
    "minimum": N_("Minimum payment"),
}
"""The figures of a statement in their order: the first five sum to the closing balance."""
_FEE_CAUSES = ("charge.late_fee", "charge.returned_payment_fee", "charge.fee")


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened in a cycle: above zero the customer owes more (minor units)."""

    entry_id: int
    on: date
    words: str | Sentence
    amount_minor: int
    group: str


@dataclass(frozen=True, slots=True)
class Issued:
    """One statement. `figures` maps the names of FIGURES to minor units, payments below zero; `avoid` says how no
    interest is borne, None where it cannot be avoided.
    """

    statement: Statement
    agreement: Agreement
    figures: dict[str, int]
    lines: Sequence[Line]
    rate_percent: Any
    avoid: Sentence | None

    @property
    def interest(self) -> Trace:
        """Why the interest is what it is."""
        return kept_trace(self.statement, "interest")


def statements(scope: Scope, agreement: Agreement) -> Sequence[Statement]:
    """Every statement of an agreement that the person may see, the newest first."""
    query = scope.select(Statement).where(Statement.agreement_id == agreement.id)
    return db.session.scalars(query.order_by(Statement.closing_on.desc())).all()


def last(scope: Scope, agreement: Agreement) -> Statement | None:
    """The newest statement; None before the first."""
    query = scope.select(Statement).where(Statement.agreement_id == agreement.id)
    return db.session.scalars(query.order_by(Statement.closing_on.desc()).limit(1)).first()


def agreement_of(scope: Scope, statement: Statement) -> Agreement:
    """The agreement of a statement. Raises Gone."""
    found = db.session.scalars(scope.select(Agreement).where(Agreement.id == statement.agreement_id)).first()
    if found is None:
        raise Gone(Sentence(N_("There is no such agreement.")))
    return found


def issued(scope: Scope, statement: Statement) -> Issued:
    """One statement with what happened in its cycle."""
    agreement = agreement_of(scope, statement)
    terms = kind_of(agreement.kind).read(agreement).terms
    body = statement.body
    figures = {name: body.get(f"{name}_minor", 0) for name in FIGURES}
    figures |= {
        "payments": -figures["payments"],
        "closing": statement.closing_minor,
        "minimum": statement.minimum_minor,
    }
    return Issued(
        statement=statement,
        agreement=agreement,
        figures=figures,
        lines=_lines(statement),
        rate_percent=terms.annual_rate_percent,
        avoid=_avoid(statement, terms, agreement.currency),
    )


def _avoid(statement: Statement, terms: Any, currency: str) -> Sentence | None:
    if not (terms.grace and terms.annual_rate_percent and statement.closing_minor > 0):
        return None
    words = N_("Pay %(balance)s by %(day)s, and the purchases of the next month bear no interest.")
    balance = Money(statement.closing_minor, currency)
    return Sentence(words, {"balance": balance, "day": statement.due_on})


def kept_trace(statement: Statement, what: str) -> Trace:
    """The reason that a figure of a statement was issued with: "interest", "minimum" or "closing"."""
    kept = statement.body.get({"interest": "why_interest", "minimum": "why_minimum"}.get(what, "why"))
    return trace_from(kept or statement.body.get("why", {}))


def told(scope: Scope, one: Issued, what: str) -> tuple[Sentence, int, Trace, Sequence[int]]:
    """(title, minor units, reason, ids of the entries behind it) of one figure of a statement. Raises Gone."""
    if what not in FIGURES:
        raise Gone(Sentence(N_("There is no such figure.")))
    lines = [line for line in one.lines if line.group == what]
    if what in ("closing", "minimum"):
        lines = list(one.lines)
    if what in ("interest", "closing", "minimum"):
        trace = kept_trace(one.statement, what)
    elif what == "opening":
        trace = _opening(scope, one)
    else:
        steps = tuple(
            Step(
                Sentence(N_("%(what)s on %(day)s."), {"what": line.words, "day": line.on}), line.amount_minor
            )
            for line in lines
        )
        trace = Trace(f"credit.statement.{what}", 1, steps)
    return Sentence(FIGURES[what]), one.figures[what], trace, [line.entry_id for line in lines]


def _opening(scope: Scope, one: Issued) -> Trace:
    query = scope.select(Statement).where(
        Statement.agreement_id == one.agreement.id, Statement.closing_on < one.statement.closing_on
    )
    before = db.session.scalars(query.order_by(Statement.closing_on.desc()).limit(1)).first()
    opening, steps = one.figures["opening"], []
    known = before.closing_minor if before else 0
    if before is not None:
        words = Sentence(N_("The balance of the statement of %(day)s."), {"day": before.closing_on})
        steps.append(Step(words, known))
    if opening != known:
        words = Sentence(N_("What counts before this month and was entered after that statement."))
        steps.append(Step(words, opening - known))
    return Trace("credit.statement.opening", 1, tuple(steps))


def _lines(statement: Statement) -> list[Line]:
    amount = func.sum(JournalLine.amount_minor).label("amount")
    rows = db.session.execute(
        select(
            JournalEntry.id, JournalEntry.effective_on, JournalEntry.cause, Charge.name, Charge.type, amount
        )
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .outerjoin(Charge, Charge.entry_id == JournalEntry.id)
        .where(
            JournalEntry.agreement_id == statement.agreement_id,
            JournalEntry.effective_on.between(statement.period_from, statement.closing_on),
            JournalEntry.recorded_at <= statement.issued_at,
            JournalLine.account.in_(tuple(BUCKET_ACCOUNT.values())),
        )
        .group_by(JournalEntry.id, JournalEntry.effective_on, JournalEntry.cause, Charge.name, Charge.type)
        .order_by(JournalEntry.effective_on, JournalEntry.id)
    )
    return [
        Line(row.id, row.effective_on, _words(row), int(row.amount), _group(row.cause, int(row.amount)))
        for row in rows
        if row.amount
    ]


def _words(row: Any) -> str | Sentence:
    if row.cause.startswith("charge.") and row.type and row.amount > 0:
        return called_by(row.name, row.type)
    return Sentence(CAUSE_WORDS.get(row.cause, row.cause))


def _group(cause: str, amount: int) -> str:
    """Which figure of the statement counts it, as the closing of a cycle does (`domain.records.statements`)."""
    if cause == "charge.finance_charge":
        return "interest"
    if cause in _FEE_CAUSES:
        return "fees"
    return "purchases" if amount > 0 else "payments"
