"""Who may see what people and the business say, ask and sign (`domain.access.visible`).

A thread is one person's: no other party of an agreement reads it. Landlords read those of their houses that were
written to them. Documents are read by everybody bound by the agreement, unless they name one person; whoever only pays
for it reads what they sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, false, or_

from domain.access.parts import (
    HOLDERS,
    Rule,
    agreements_within,
    all_staff,
    for_staff,
    ids_of,
    narrow,
    of_agreement,
    of_person,
    of_user,
    own_agreements,
    own_properties,
    people_within,
    staff_only,
    units_within,
)
from models import (
    Agreement,
    Announcement,
    AnnouncementSeen,
    CannedAnswer,
    CreditConsent,
    CreditReporting,
    Document,
    DocumentSigner,
    DocumentTemplate,
    HelpArticle,
    HelpVote,
    Inquiry,
    MaintenanceRequest,
    MaintenanceStep,
    PeriodStatement,
    Presence,
    Signature,
    SupportCode,
    Thread,
    ThreadFile,
    ThreadMessage,
    ThreadRead,
    Unit,
)

if TYPE_CHECKING:
    from domain.access.scope import Scope


def _threads_within(scope: Scope) -> ColumnElement[bool]:
    """Those of a part of the business; "not identified" ones belong to the whole business only."""
    if not scope.staff:
        return and_(Thread.to_owner, Thread.property_id.in_(own_properties(scope)))
    return or_(
        Thread.property_id.in_(own_properties(scope)),
        Thread.agreement_id.in_(agreements_within(scope)),
        and_(Thread.agreement_id.is_(None), Thread.person_id.in_(people_within(scope))),
    )


def _thread(scope: Scope, query: Select[Any]) -> Select[Any]:
    return narrow(scope, query, _threads_within, lambda who: Thread.person_id == who.person_id)


def _said(scope: Scope) -> ColumnElement[bool]:
    """Messages that a customer reads: all of their own threads but the notes of the business."""
    return and_(
        ThreadMessage.side != "note",
        ThreadMessage.thread_id.in_(ids_of(Thread.id, Thread.person_id == scope.person_id)),
    )


def _heard(scope: Scope) -> ColumnElement[bool]:
    """Messages that limited staff read: all of their threads. Landlords read none of the notes of the business."""
    within = ThreadMessage.thread_id.in_(ids_of(Thread.id, _threads_within(scope)))
    return within if scope.staff else and_(within, ThreadMessage.side != "note")


def _message(scope: Scope, query: Select[Any]) -> Select[Any]:
    return narrow(scope, query, _heard, _said)


def _thread_file(scope: Scope, query: Select[Any]) -> Select[Any]:
    return narrow(
        scope,
        query,
        lambda who: ThreadFile.message_id.in_(ids_of(ThreadMessage.id, _heard(who))),
        lambda who: ThreadFile.message_id.in_(ids_of(ThreadMessage.id, _said(who))),
    )


def _repair(scope: Scope) -> ColumnElement[bool]:
    return MaintenanceRequest.unit_id.in_(units_within(scope))


def _own_repair(scope: Scope) -> ColumnElement[bool]:
    return MaintenanceRequest.agreement_id.in_(own_agreements(scope, *HOLDERS))


def _request(scope: Scope, query: Select[Any]) -> Select[Any]:
    return narrow(scope, query, _repair, _own_repair)


def _step(scope: Scope, query: Select[Any]) -> Select[Any]:
    def within(who: Scope) -> ColumnElement[bool]:
        steps = MaintenanceStep.request_id.in_(ids_of(MaintenanceRequest.id, _repair(who)))
        return steps if who.staff else and_(~MaintenanceStep.inside, steps)

    def own(who: Scope) -> ColumnElement[bool]:
        mine = MaintenanceStep.request_id.in_(ids_of(MaintenanceRequest.id, _own_repair(who)))
        return and_(~MaintenanceStep.inside, mine)

    return narrow(scope, query, within, own)


def _paper_within(scope: Scope) -> ColumnElement[bool]:
    """What limited staff read. Landlords read no draft: nobody but the office has said that it will be sent."""
    within = Document.agreement_id.in_(agreements_within(scope))
    return within if scope.staff else and_(Document.state != "draft", within)


def _own_paper(scope: Scope) -> ColumnElement[bool]:
    """What a party reads: no draft, and nothing that is for another alone.

    Somebody who only pays for an agreement reads what they sign themselves, and what is for them.
    """
    signed = ids_of(DocumentSigner.document_id, DocumentSigner.person_id == scope.person_id)
    bound = Document.agreement_id.in_(own_agreements(scope, *HOLDERS, "guarantor"))
    return and_(
        Document.state != "draft",
        Document.agreement_id.in_(own_agreements(scope)),
        or_(Document.person_id.is_(None), Document.person_id == scope.person_id),
        or_(bound, Document.person_id == scope.person_id, Document.id.in_(signed)),
    )


def _document(scope: Scope, query: Select[Any]) -> Select[Any]:
    return narrow(scope, query, _paper_within, _own_paper)


def _of_documents(column: Any) -> Rule:
    def rule(scope: Scope, query: Select[Any]) -> Select[Any]:
        return narrow(
            scope,
            query,
            lambda who: column.in_(ids_of(Document.id, _paper_within(who))),
            lambda who: column.in_(ids_of(Document.id, _own_paper(who))),
        )

    return rule


def _announcement(scope: Scope, query: Select[Any]) -> Select[Any]:
    """What is told to all, to the people of a house, or to those with one sort of agreement."""

    def own(who: Scope) -> ColumnElement[bool]:
        mine = Agreement.id.in_(own_agreements(who))
        houses = ids_of(Unit.property_id, Unit.id.in_(ids_of(Agreement.unit_id, mine)))
        return or_(
            Announcement.audience.in_(("all", "public")),
            and_(Announcement.audience == "property", Announcement.property_id.in_(houses)),
            and_(
                Announcement.audience == "sort", Announcement.agreement_kind.in_(ids_of(Agreement.kind, mine))
            ),
        )

    def part(who: Scope) -> ColumnElement[bool]:
        return Announcement.property_id.in_(own_properties(who))

    return narrow(scope, query, part, own)


TALK: dict[type[Any], Rule] = {
    Announcement: _announcement,
    AnnouncementSeen: of_user(AnnouncementSeen),
    **{model: all_staff(model) for model in (CannedAnswer, DocumentTemplate, Presence)},
    CreditConsent: of_person(CreditConsent.person_id),
    **dict.fromkeys((CreditReporting, HelpArticle, HelpVote), staff_only),
    Document: _document,
    DocumentSigner: _of_documents(DocumentSigner.document_id),
    Inquiry: of_person(Inquiry.person_id),
    MaintenanceRequest: _request,
    MaintenanceStep: _step,
    PeriodStatement: of_agreement(PeriodStatement, *HOLDERS),
    Signature: _of_documents(Signature.document_id),
    SupportCode: for_staff(lambda _scope: false()),
    Thread: _thread,
    ThreadFile: _thread_file,
    ThreadMessage: _message,
    ThreadRead: of_user(ThreadRead),
}
