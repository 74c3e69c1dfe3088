"""What was changed of an agreement while it ran: by whom, why, and what it did, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.access import Scope
from domain.kinds import kind_of
from domain.reports import letters
from domain.reports.actors import Name, names_of
from domain.words import N_, Sentence, Trace, trace_from
from models import Agreement, AgreementChange, MoveNotice, Payment, Person, db

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
    "notice_back": N_("Notice taken back"),
    "renewal": N_("Renewed"),
    "transfer": N_("Moved to another unit"),
    "move_out": N_("Moved out"),
    "move_out_back": N_("Move-out taken back"),
    "goods_return": N_("Goods came back"),
    "limit": N_("Another limit"),
    "rate": N_("Another rate"),
    "close_line": N_("Closed to purchases"),
}
"""What a change that was made is called; one that is not here is called by its own name."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change. `why` says what it did; `by` and `reason` are for staff; `letter`: "final", "letter" or ""."""

    number: int
    title: Sentence
    effective_on: date
    recorded_at: datetime
    by: Name
    reason: str
    why: Trace
    letter: str


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


def notice_stands(agreement: Agreement) -> bool:
    """Whether notice was given and neither taken back nor followed by a renewal."""
    told = [change.type for change in sorted(agreement.changes, key=lambda one: one.number)]
    last = next((one for one in reversed(told) if one in ("notice", "notice_back", "renewal")), "")
    return last == "notice"


def move_out_stands(agreement: Agreement) -> bool:
    """Whether the last that was changed is a move-out, so that it can be taken back."""
    last = max(agreement.changes, key=lambda one: one.number, default=None)
    return last is not None and last.type == "move_out" and agreement.ended_on is not None


def notice_of(scope: Scope, agreement: Agreement) -> MoveNotice | None:
    """The newest notice that nobody took back."""
    query = scope.select(MoveNotice).where(
        MoveNotice.agreement_id == agreement.id, MoveNotice.withdrawn_on.is_(None)
    )
    return db.session.scalars(query.order_by(MoveNotice.given_on.desc(), MoveNotice.id.desc())).first()


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
        letter="final" if "statement" in row.body else "letter" if row.type in letters.TITLES else "",
    )
