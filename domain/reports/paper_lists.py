"""Every paper of an agreement in one place: documents, receipts, statements, permissions, letters. Verb: `papers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.access import Scope
from domain.kinds import kind_of
from domain.reports import documents
from domain.reports.letters import TITLES
from domain.rules.authorisations import SCHEME_WORDS
from domain.words import N_, Money, Sentence
from models import Agreement, AgreementChange, Mandate, Payment, PeriodStatement, Receipt, Statement, db

MOST = 200


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. `page` and `values` name where it is read; `group` is the heading under which it stands."""

    group: str
    title: str | Sentence
    on: date
    page: str
    values: Mapping[str, Any]
    note: Sentence | None = None
    look: str = ""


GROUPS: Mapping[str, str] = {
    "documents": N_("Contracts and papers"),
    "letters": N_("Letters"),
    "statements": N_("Statements"),
    "receipts": N_("Receipts"),
    "permissions": N_("Permissions you gave"),
}


def papers(scope: Scope, agreement: Agreement) -> list[tuple[str, Sequence[Paper]]]:
    """(heading, papers, newest first) of an agreement, as far as the person may see them; none that is empty."""
    found = [
        *_documents(scope, agreement), *_letters(scope, agreement), *_statements(scope, agreement),
        *_receipts(scope, agreement), *_permissions(scope, agreement),
    ]  # fmt: skip
    return [
        (words, sorted((one for one in found if one.group == group), key=lambda one: one.on, reverse=True))
        for group, words in GROUPS.items()
        if any(one.group == group for one in found)
    ]


def _documents(scope: Scope, agreement: Agreement) -> list[Paper]:
    return [
        Paper("documents", shown.title, documents.when(shown).date(), "document", {"ref": shown.row.ref}, shown.state,
              shown.look)
        for shown in documents.of_agreement(scope, agreement)
    ]  # fmt: skip


def _letters(scope: Scope, agreement: Agreement) -> list[Paper]:
    """Letters of changes; where people owe shares, what a letter says of others is not theirs to read here."""
    kind = kind_of(agreement.kind)
    rows = db.session.scalars(
        scope.select(AgreementChange)
        .where(AgreementChange.agreement_id == agreement.id)
        .order_by(AgreementChange.number.desc())
        .limit(MOST)
    ).all()
    found = []
    for row in rows:
        if (
            row.type not in TITLES
            or "statement" in row.body
            or kind.payers(kind.read(agreement), row.effective_on)
        ):
            continue
        values = {"ref": agreement.ref, "number": row.number}
        found.append(Paper("letters", Sentence(TITLES[row.type]), row.recorded_at.date(), "letter", values))
    return found


def has_letter(scope: Scope, agreement: Agreement, number: int) -> bool:
    """Whether the person reads the letter of this change among their papers."""
    return any(one.values["number"] == number for one in _letters(scope, agreement))


def _statements(scope: Scope, agreement: Agreement) -> list[Paper]:
    billed = db.session.scalars(
        scope.select(Statement)
        .where(Statement.agreement_id == agreement.id)
        .order_by(Statement.closing_on.desc())
        .limit(MOST)
    )
    issued = db.session.scalars(
        scope.select(PeriodStatement)
        .where(PeriodStatement.agreement_id == agreement.id)
        .order_by(PeriodStatement.period_to.desc())
        .limit(MOST)
    )
    words = {
        "month": N_("Statement of the month to %(day)s"),
        "year": N_("Statement of the year to %(day)s"),
    }
    return [
        *(
            Paper("statements", Sentence(N_("Statement of %(day)s"), {"day": row.closing_on}), row.closing_on,
                  "statement", {"ref": row.ref})
            for row in billed
        ),
        *(
            Paper("statements", Sentence(words[row.span], {"day": row.period_to}),
                  row.period_to, "period_statement", {"ref": row.ref})
            for row in issued
        ),
    ]  # fmt: skip


def _receipts(scope: Scope, agreement: Agreement) -> list[Paper]:
    rows = db.session.execute(
        scope.select(Payment, Payment.ref, Payment.begun_on, Payment.amount_minor, Receipt)
        .join(Receipt, Receipt.payment_id == Payment.id)
        .where(Payment.agreement_id == agreement.id)
        .order_by(Payment.id.desc())
        .limit(MOST)
    )
    return [
        Paper("receipts", Sentence("%(number)s · %(amount)s", {"number": row.Receipt.number, "amount": Money(
            row.amount_minor, agreement.currency)}), row.begun_on, "receipt_pdf", {"ref": row.ref})
        for row in rows
    ]  # fmt: skip


def _permissions(scope: Scope, agreement: Agreement) -> list[Paper]:
    """What this person allowed; nobody reads another's permission here."""
    rows = db.session.scalars(
        scope.select(Mandate)
        .where(Mandate.agreement_id == agreement.id, Mandate.person_id == scope.person_id)
        .order_by(Mandate.id.desc())
        .limit(MOST)
    )
    return [
        Paper("permissions", Sentence(SCHEME_WORDS[row.scheme]), row.accepted_on, "permission", {"ref": row.ref},
              Sentence(N_("ended")) if row.ended_at else None)
        for row in rows
    ]  # fmt: skip
