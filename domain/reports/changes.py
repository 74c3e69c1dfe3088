"""What was changed of an agreement while it ran: by whom, why, and what it did, in sentences; and its final letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.access import Scope
from domain.kinds import kind_of
from domain.reports.actors import Name, names_of
from domain.reports.agreements import people_on
from domain.reports.receipts import business_lines
from domain.words import N_, Gone, Sentence, Trace, sentence_from, trace_from
from models import Agreement, AgreementChange, Payment, Person, db
from papers.final_statement import FinalStatement

TITLES = {
    "deferral": N_("Payments put off"),
    "due_date": N_("Another due day"),
    "re_age": N_("What was late spread over the payments"),
    "re_amortise": N_("Payments set anew"),
    "rent": N_("Another rent"),
    "add_on": N_("Something added to the rent"),
    "end_add_on": N_("Something taken off the rent"),
    "concession": N_("Something given away"),
    "notice": N_("The last day is known"),
    "move_out": N_("Moved out"),
    "goods_return": N_("Goods came back"),
    "limit": N_("Another limit"),
    "rate": N_("Another rate"),
    "close_line": N_("Closed to purchases"),
}
"""What a change that was made is called; one that is not here is called by its own name."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change. `why` says what it did; `by` and `reason` are for staff; `letter`: there is a final statement."""

    number: int
    title: Sentence
    effective_on: date
    recorded_at: datetime
    by: Name
    reason: str
    why: Trace
    letter: bool


def changes(scope: Scope, agreement: Agreement, most: int = 20) -> Sequence[ChangeLine]:
    """The newest changes of an agreement that the person may see, newest first.

    A customer does not read who made it and why it was agreed on; nor, where others owe shares, what it did to theirs.
    """
    rows = db.session.scalars(
        scope.select(AgreementChange)
        .where(AgreementChange.agreement_id == agreement.id)
        .order_by(AgreementChange.number.desc())
        .limit(most)
    ).all()
    if not rows:
        return ()
    names = _makers(scope, rows) if scope.staff else {}
    kind = kind_of(agreement.kind)
    terms = kind.read(agreement)
    return [
        _line(row, names, brief=not scope.staff and bool(kind.payers(terms, row.effective_on)))
        for row in rows
    ]


def _makers(scope: Scope, rows: Sequence[AgreementChange]) -> dict[int, Name]:
    """Number of the change -> who wanted it: whoever recorded it, or the payer who chose it with a payment.

    What a payer chose is recorded when their money settles, and by the processor's word; the choice was theirs.
    """
    names = names_of(row.recorded_by for row in rows)
    chosen = {row.number: _payment(row) for row in rows if not row.recorded_by.startswith("user:")}
    refs = [ref for ref in chosen.values() if ref]
    query = scope.select(Payment, Payment.ref, Person.name).join(Person, Person.id == Payment.person_id)
    found = db.session.execute(query.where(Payment.ref.in_(refs))) if refs else ()
    payers: dict[str, str] = {row.ref: row.name for row in found}
    return {row.number: payers.get(chosen.get(row.number, ""), names[row.recorded_by]) for row in rows}


def _payment(row: AgreementChange) -> str:
    """The ref of the payment with which the change was chosen; "" for any other."""
    kind, _, ref = str(row.body.get("ref", "")).partition(":")
    return ref if kind == "payment" else ""


def _line(row: AgreementChange, names: Mapping[int, Name], *, brief: bool) -> ChangeLine:
    why = trace_from(row.body.get("why", {}))
    if brief:
        why = Trace(why.rule, why.version, why.steps[:1])
    return ChangeLine(
        number=row.number,
        title=Sentence(TITLES.get(row.type, row.type)),
        effective_on=row.effective_on,
        recorded_at=row.recorded_at,
        by=names.get(row.number, ""),
        reason=row.reason if names else "",
        why=why,
        letter="statement" in row.body,
    )


def final_statement(
    scope: Scope, agreement: Agreement, number: int, business: Mapping[str, Any]
) -> FinalStatement:
    """The letter of a change that ended the agreement, as it was settled. Raises Gone where there is none."""
    row = db.session.scalars(
        scope.select(AgreementChange).where(
            AgreementChange.agreement_id == agreement.id, AgreementChange.number == number
        )
    ).first()
    said = row.body.get("statement") if row is not None else None
    if said is None:
        raise Gone(Sentence(N_("There is no such letter.")))
    return FinalStatement(
        business_lines=business_lines(business),
        to_names=[name for name, _ in people_on(scope, agreement)],
        agreement_number=agreement.number,
        agreement_title=agreement.title,
        currency=agreement.currency,
        last_on=date.fromisoformat(said["last_on"]),
        settled_on=date.fromisoformat(said["settled_on"]),
        deposit_minor=said["deposit_minor"],
        owed=[_owed(line) for line in said["owed"]],
        deductions=[(one["name"], one["amount_minor"]) for one in said["deductions"]],
        kept_minor=said["kept_minor"],
        refund_minor=said["refund_minor"],
        credit_minor=said["credit_minor"],
        credit_used_minor=said["credit_used_minor"],
        balance_minor=said["balance_minor"],
        settle_by=date.fromisoformat(said["settle_by"]) if said["settle_by"] else None,
        source=said["source"],
        test_mode=bool(business.get("test_mode")),
    )


def _owed(line: Mapping[str, Any]) -> tuple[Sentence, int]:
    words = {"name": sentence_from(line["name"]), "due": date.fromisoformat(line["due_on"])}
    return Sentence(N_("%(name)s, due %(due)s"), words), line["amount_minor"]
