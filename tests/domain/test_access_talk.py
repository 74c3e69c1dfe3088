"""Who reads what people say, ask and sign: one's own, the office all, a landlord what was written to them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from domain.access import STRANGER, Scope
from domain.transaction import transaction
from models import (
    Agreement,
    AgreementParty,
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
    KeptFile,
    MaintenanceRequest,
    MaintenanceStep,
    PeriodStatement,
    Presence,
    Property,
    Signature,
    SupportCode,
    Thread,
    ThreadFile,
    ThreadMessage,
    ThreadRead,
    Unit,
    UserLimit,
    db,
)
from tests.fixtures.agreements import scope_of

ONES_OWN = (CreditConsent, Inquiry, Thread)
"""What only one party of an agreement sees."""
OF_PARTIES = (Document, DocumentSigner, MaintenanceRequest, PeriodStatement, Signature)
"""What everybody on the agreement sees."""
WITH_NOTES = (MaintenanceStep, ThreadFile, ThreadMessage)
"""Two rows for each: one for both sides, one for the business only."""
OF_STAFF = (CannedAnswer, DocumentTemplate, Presence)
OF_THE_WHOLE = (CreditReporting, HelpArticle, HelpVote)
OF_A_USER = (AnnouncementSeen, ThreadRead)
OF_TALK = (
    *ONES_OWN,
    *OF_PARTIES,
    *WITH_NOTES,
    *OF_STAFF,
    *OF_THE_WHOLE,
    *OF_A_USER,
    Announcement,
    SupportCode,
)
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
TODAY = date(2026, 3, 2)
pytestmark = pytest.mark.database("sqlite")


def add_talk(session, mark: str, thread: Thread) -> None:
    session.add(thread)
    session.flush()
    for side in ("customer", "note"):
        message = ThreadMessage(ref=f"{mark}-{side}", key=f"{mark}-{side}", thread_id=thread.id, side=side, text="x",
                                sent_at=NOW)  # fmt: skip
        file = KeptFile(ref=f"{mark}-{side}", name="x", media_type="x", size=1, sha256="x", path="x", kept_at=NOW,
                        kept_by="x")  # fmt: skip
        session.add_all([message, file])
        session.flush()
        session.add(ThreadFile(ref=f"{mark}-{side}", message_id=message.id, file_id=file.id))


def add_papers(session, mark: str, agreement: int, person: int, unit: int) -> None:
    file = session.scalars(select(KeptFile.id)).first()
    papers = [
        Document(ref=f"{mark}-{state}", number=f"{mark}-{state}", agreement_id=agreement, type="agreement", title="x",
                 state=state, file_id=file, sha256="x", made_at=NOW, made_by="x")
        for state in ("signed", "draft")
    ]  # fmt: skip
    asked = MaintenanceRequest(ref=mark, unit_id=unit, agreement_id=agreement, person_id=person, title="x",
                               description="x", reported_at=NOW, reported_by="x")  # fmt: skip
    session.add_all([*papers, asked])
    session.flush()
    signer = DocumentSigner(
        ref=mark, document_id=papers[0].id, sequence=1, role="customer", person_id=person, name="x"
    )
    session.add(signer)
    session.flush()
    session.add_all([
        *(MaintenanceStep(request_id=asked.id, state="reported", inside=inside, at=NOW, by="x")
          for inside in (False, True)),
        Signature(document_id=papers[0].id, signer_id=signer.id, document_sha256="x", typed_name="x", consent="x",
                  intent="x", texts_version="1", language="en", proof="x", signed_at=NOW, signed_by="x",
                  previous_hash="", hash=mark),
        PeriodStatement(ref=mark, number=mark, agreement_id=agreement, span="month", period_from=TODAY, period_to=TODAY,
                        currency="USD", opening_minor=0, closing_minor=0, body={}, issued_at=NOW),
        CreditConsent(agreement_id=agreement, person_id=person, agreed=True, text="x", at=NOW, by="x"),
        SupportCode(person_id=person, code_hash=mark, made_at=NOW, expires_at=NOW),
    ])  # fmt: skip


@pytest.fixture
def talked(house, open_agreement):
    """Bo lives in Lena's house and wrote to her, Tess in another's and wrote to the office; somebody unknown wrote."""
    for name, owner in (("bo", "lena"), ("tess", "stan")):
        ref, who, landlord = open_agreement(name), scope_of(house, name), scope_of(house, owner)
        with transaction() as session:
            place = Property(ref=f"house-{name}", name=f"House of {owner}", created_at=NOW)
            session.add(place)
            session.flush()
            unit = Unit(ref=f"unit-{name}", property_id=place.id, name="1A", created_at=NOW)
            session.add_all([unit, UserLimit(user_id=landlord.user_id, property_id=place.id, added_at=NOW,
                                             added_by="x")])  # fmt: skip
            session.flush()
            agreement = session.scalars(select(Agreement).where(Agreement.ref == ref)).one()
            agreement.unit_id = unit.id
            thread = Thread(ref=name, subject="x", person_id=who.person_id, agreement_id=agreement.id,
                            property_id=place.id, to_owner=name == "bo", opened_at=NOW, opened_by="x",
                            last_at=NOW)  # fmt: skip
            add_talk(session, name, thread)
            add_papers(session, name, agreement.id, who.person_id or 0, unit.id)
            notice = Announcement(ref=name, title="x", body="x", audience="property", property_id=place.id, from_at=NOW,
                                  written_at=NOW, written_by="x")  # fmt: skip
            session.add_all([notice, Inquiry(ref=name, agreement_id=agreement.id, person_id=who.person_id,
                                             thread_id=thread.id, about="balance", currency="USD", reason="x",
                                             received_at=NOW)])  # fmt: skip
            session.flush()
            last = session.scalars(select(ThreadMessage.id).order_by(ThreadMessage.id.desc())).first()
            session.add_all([
                AnnouncementSeen(announcement_id=notice.id, user_id=who.user_id, seen_at=NOW),
                ThreadRead(thread_id=thread.id, user_id=who.user_id, message_id=last, read_at=NOW),
            ])  # fmt: skip
    with transaction() as session:
        unknown = Thread(ref="unknown", subject="x", contact_name="Somebody", secret_hash="x", opened_at=NOW,
                         opened_by="", last_at=NOW)  # fmt: skip
        add_talk(session, "unknown", unknown)
        by = {"written_at": NOW, "written_by": "x"}
        session.add_all([
            CannedAnswer(ref="x", title="x", body="x", **by),
            DocumentTemplate(ref="x", slug="x", type="letter", title="x", version=1, body="x", **by),
            Presence(user_id=scope_of(house, "dana").user_id, seen_at=NOW),
            CreditReporting(effective_from=TODAY, recorded_at=NOW, recorded_by="x"),
            HelpArticle(slug="x", language="en", version=1, title="x", topic="x", body="x", **by),
            HelpVote(slug="x", language="en", helped=True, voter_hash="x", voted_at=NOW),
        ])  # fmt: skip
    with house.app.app_context():
        yield SimpleNamespace(scope=lambda name: scope_of(house, name))


def seen(scope: Scope, model: type) -> list[Any]:
    return list(db.session.scalars(scope.select(model)).all())


def test_a_customer_reads_their_own_threads_and_papers_without_notes_and_drafts(talked) -> None:
    for name in ("bo", "tess"):
        who = talked.scope(name)
        for model in (*ONES_OWN, *OF_PARTIES, *WITH_NOTES, *OF_A_USER, Announcement):
            assert len(seen(who, model)) == 1, (name, model.__name__)
        assert [row.side for row in seen(who, ThreadMessage)] == ["customer"]
        assert [row.state for row in seen(who, Document)] == ["signed"]
        assert [row.inside for row in seen(who, MaintenanceStep)] == [False]
        for model in (*OF_STAFF, *OF_THE_WHOLE, SupportCode):
            assert seen(who, model) == [], (name, model.__name__)


def test_another_party_reads_the_papers_and_not_the_threads(talked) -> None:
    bo, tess = talked.scope("bo"), talked.scope("tess")
    with transaction() as session:
        loan = session.scalars(select(Thread.agreement_id).where(Thread.ref == "bo")).one()
        session.add(AgreementParty(agreement_id=loan, person_id=tess.person_id, role="joint", from_on=TODAY))
    db.session.rollback()
    for model in OF_PARTIES:
        assert len(seen(tess, model)) == 2, model.__name__
    for model in ONES_OWN:
        assert len(seen(tess, model)) == 1, model.__name__
        assert seen(bo, model)[0] not in seen(tess, model)
    with transaction() as session:
        paper = session.scalars(select(Document).where(Document.ref == "bo-signed")).one()
        paper.person_id = bo.person_id
    db.session.rollback()
    for model in (Document, DocumentSigner, Signature):
        assert len(seen(tess, model)) == 1, model.__name__
        assert len(seen(bo, model)) == 1, model.__name__


def test_whoever_only_pays_for_an_agreement_reads_the_papers_they_sign_and_no_others(talked) -> None:
    tess = talked.scope("tess")
    with transaction() as session:
        paper = session.scalars(select(Document).where(Document.ref == "bo-signed")).one()
        payer = AgreementParty(
            agreement_id=paper.agreement_id, person_id=tess.person_id, role="payer", from_on=TODAY
        )
        session.add(payer)
        session.flush()
        paper_id, payer_id = paper.id, payer.id
    db.session.rollback()
    for model in (Document, DocumentSigner, Signature):
        assert len(seen(tess, model)) == 1, model.__name__
    with transaction() as session:
        session.get_one(AgreementParty, payer_id).role = "guarantor"
    db.session.rollback()
    assert {row.ref for row in seen(tess, Document)} == {"bo-signed", "tess-signed"}
    with transaction() as session:
        session.get_one(AgreementParty, payer_id).role = "payer"
        session.add(DocumentSigner(ref="payer", document_id=paper_id, sequence=2, role="customer",
                                   person_id=tess.person_id, name="x"))  # fmt: skip
    db.session.rollback()
    assert {row.ref for row in seen(tess, Document)} == {"bo-signed", "tess-signed"}


def test_the_office_reads_all_and_a_landlord_what_was_written_to_them(talked) -> None:
    for name in ("dana", "adam"):
        who = talked.scope(name)
        for model in (*ONES_OWN, *OF_PARTIES, *WITH_NOTES, *OF_STAFF, *OF_THE_WHOLE, Announcement):
            assert len(seen(who, model)) == len(db.session.scalars(select(model)).all()) > 0, (
                name,
                model.__name__,
            )
    lena = talked.scope("lena")
    assert [row.ref for row in seen(lena, Thread)] == ["bo"]
    for model in (*OF_PARTIES, Announcement, *WITH_NOTES):
        assert len(seen(lena, model)) == 1, model.__name__
    assert [row.state for row in seen(lena, Document)] == ["signed"]
    for model in (Inquiry, CreditConsent, *OF_STAFF, *OF_THE_WHOLE, *OF_A_USER):
        assert seen(lena, model) == [], model.__name__


def test_strangers_read_none(talked) -> None:
    for who in (STRANGER, Scope("customer"), Scope("link", 0, 1, link=1)):
        for model in OF_TALK:
            assert seen(who, model) == [], (who.role, model.__name__)
    for model in (*ONES_OWN, *OF_PARTIES, *WITH_NOTES, *OF_STAFF, *OF_THE_WHOLE, *OF_A_USER):
        assert seen(talked.scope("stan"), model) == [], model.__name__
