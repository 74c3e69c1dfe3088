"""The letters of changes: what ended a stay with its deposit line by line, another rent, a renewal, notice.

Verbs: `final_statement`, `change_letter` for pages, `attachment` for the mail that tells of the change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from domain.access import Scope
from domain.access.parts import HOLDERS
from domain.kinds import kind_of
from domain.reports.receipts import business_lines
from domain.words import N_, Gone, Money, Sentence, sentence_from, trace_from
from models import Agreement, AgreementChange, AgreementParty, Person, Property, Unit, db
from papers.change_letter import ChangeLetter, change_letter_pdf
from papers.final_statement import FinalStatement, final_statement_pdf
from papers.voice import Voice

AnySession = Session | scoped_session[Any]
TITLES = {
    "rent": N_("Change of the rent"),
    "renewal": N_("Renewal"),
    "notice": N_("Notice: the last day"),
    "notice_back": N_("Notice taken back"),
    "transfer": N_("Move to another unit"),
}
"""Type of a change -> the title of its letter; others have none, but for the final statement."""


def final_statement(
    scope: Scope, agreement: Agreement, number: int, business: Mapping[str, Any]
) -> FinalStatement:
    """The letter of a change that ended the agreement, as it was settled. Raises Gone where there is none."""
    row = _change(scope, agreement, number)
    if row is None or "statement" not in row.body:
        raise Gone(Sentence(N_("There is no such letter.")))
    return _statement(db.session, agreement, row, business)


def change_letter(
    scope: Scope, agreement: Agreement, number: int, business: Mapping[str, Any]
) -> ChangeLetter:
    """The letter of a change of the rent or of the stay. Raises Gone where there is none."""
    row = _change(scope, agreement, number)
    if row is None or row.type not in TITLES:
        raise Gone(Sentence(N_("There is no such letter.")))
    return _letter(db.session, agreement, row, business)


def attachment(
    session: Session, data: Mapping[str, Any], business: Mapping[str, Any], voice: Voice
) -> tuple[str, str, bytes] | None:
    """(file name, type, bytes) of the letter that goes with the mail about a change; None for any other mail.

    Where people owe shares, what it did to theirs is private: the mail says the first sentence only, and a final
    statement is left for the office to hand out.
    `data` is what the mail was told: `letter` is the number of the change, `agreement_ref` names the agreement.
    """
    if not data.get("letter"):
        return None
    found = session.execute(
        select(Agreement, AgreementChange)
        .join(AgreementChange, AgreementChange.agreement_id == Agreement.id)
        .where(
            Agreement.ref == str(data.get("agreement_ref", "")), AgreementChange.number == int(data["letter"])
        )
    ).first()
    if found is None:
        return None
    agreement, row = found
    shared = _shared(agreement, row.effective_on)
    if "statement" in row.body:
        if shared:
            return None
        paper = final_statement_pdf(_statement(session, agreement, row, business), voice)
        return f"{agreement.number}-final-statement.pdf", "application/pdf", paper
    if row.type not in TITLES:
        return None
    letter = _letter(session, agreement, row, business)
    if shared:
        letter = replace(letter, says=letter.says[:1], facts=())
    paper = change_letter_pdf(letter, voice)
    return f"{agreement.number}-letter-{row.number}.pdf", "application/pdf", paper


def _shared(agreement: Agreement, on: date) -> bool:
    """Whether several people each owe a share of their own on a day."""
    kind = kind_of(agreement.kind)
    return bool(kind.payers(kind.read(agreement), on))


def _change(scope: Scope, agreement: Agreement, number: int) -> AgreementChange | None:
    query = scope.select(AgreementChange).where(
        AgreementChange.agreement_id == agreement.id, AgreementChange.number == number
    )
    return db.session.scalars(query).first()


def _names(session: AnySession, agreement: Agreement, on: date) -> list[str]:
    """Who holds the agreement on a day."""
    query = (
        select(Person.name)
        .join(AgreementParty, AgreementParty.person_id == Person.id)
        .where(AgreementParty.agreement_id == agreement.id, AgreementParty.role.in_(HOLDERS))
        .where(AgreementParty.until_on.is_(None) | (AgreementParty.until_on >= on))
        .order_by(AgreementParty.id)
    )
    return list(session.scalars(query))


def _place(session: AnySession, agreement: Agreement) -> Sequence[str]:
    """The unit with its address; what the agreement is called where it is of none."""
    row = session.execute(
        select(Property.name, Unit.name, Property.address)
        .join(Unit, Unit.property_id == Property.id)
        .where(Unit.id == agreement.unit_id)
    ).first()
    if row is None:
        return [agreement.title] if agreement.title else []
    return [f"{row[0]} · {row[1]}", *row[2].splitlines()]


def _address(session: AnySession, agreement: Agreement, on: date) -> list[str]:
    """Where a letter goes: the first postal address of those who hold the agreement, else the unit."""
    query = (
        select(Person.address)
        .join(AgreementParty, AgreementParty.person_id == Person.id)
        .where(AgreementParty.agreement_id == agreement.id, AgreementParty.role.in_(HOLDERS))
        .where(AgreementParty.until_on.is_(None) | (AgreementParty.until_on >= on), Person.address != "")
        .order_by(AgreementParty.id)
        .limit(1)
    )
    own = session.scalar(query)
    if own:
        return list(own.splitlines())
    return list(_place(session, agreement)) if agreement.unit_id else []


def _letter(
    session: AnySession, agreement: Agreement, row: AgreementChange, business: Mapping[str, Any]
) -> ChangeLetter:
    written_on = row.recorded_at.date()
    why = trace_from(row.body.get("why", {}))
    facts = [
        (step.sentence, Money(step.amount_minor, agreement.currency))
        for step in why.steps
        if step.amount_minor
    ]
    return ChangeLetter(
        business_lines=business_lines(business),
        title=Sentence(TITLES[row.type]),
        written_on=written_on,
        to_names=_names(session, agreement, written_on),
        place=_place(session, agreement),
        agreement_number=agreement.number,
        counts_from=row.effective_on,
        says=[step.sentence for step in why.steps if not step.amount_minor],
        currency=agreement.currency,
        facts=facts,
        address=_address(session, agreement, written_on),
        test_mode=bool(business.get("test_mode")),
    )


def _statement(
    session: AnySession, agreement: Agreement, row: AgreementChange, business: Mapping[str, Any]
) -> FinalStatement:
    said = row.body["statement"]
    return FinalStatement(
        business_lines=business_lines(business),
        to_names=_names(session, agreement, date.fromisoformat(said["last_on"])),
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
        address=_address(session, agreement, date.fromisoformat(said["last_on"])),
        test_mode=bool(business.get("test_mode")),
    )


def _owed(line: Mapping[str, Any]) -> tuple[Sentence, int]:
    words = {"name": sentence_from(line["name"]), "due": date.fromisoformat(line["due_on"])}
    return Sentence(N_("%(name)s, due %(due)s"), words), line["amount_minor"]
