"""A batch nothing has happened to can be taken back; the books keep both sides of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.actions import imports
from domain.actions.imports_undo import undo
from domain.records.books import Draft, content_hash, lock, post, save
from domain.transaction import transaction
from domain.words import Conflict, Gone, Refused
from models import (
    Agreement,
    AgreementParty,
    Balance,
    ImportBatch,
    JournalEntry,
    Payment,
    Person,
    Standing,
    Token,
    db,
)

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
TODAY = date(2026, 11, 22)
OPTIONS = imports.Options(today=TODAY, as_of=date(2026, 6, 30))
LINES = """number,principal,rate,count,first_due,balance,name,email
A-1,1000.00,12,12,2026-01-15,750.00,Bo Rivera,bo@example.org
A-2,1000.00,12,12,2026-01-15,500.00,,
A-3,1000.00,12,12,2026-01-15,0,,
"""


@pytest.fixture
def batch(app, tmp_path: Path):
    """The ref of a live batch of three agreements, the last of them without an entry."""
    with app.app_context():
        path = tmp_path / "book.csv"
        path.write_text(LINES)
        imports.bring_in_file(path, path.name, "duebook", OPTIONS, by="dana", now=NOW)
        yield db.session.scalar(select(ImportBatch.ref))


def take_back(ref: str) -> int:
    return undo(ref, by="dana", now=NOW, today=TODAY)


def test_every_opening_entry_gets_one_that_reverses_it(batch: str) -> None:
    assert take_back(batch) == 3
    db.session.rollback()
    assert set(db.session.scalars(select(Agreement.status))) == {"undone"}
    assert set(db.session.scalars(select(Balance.amount_minor))) == {0}
    entries = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [entry.cause for entry in entries] == ["opening"] * 2 + ["opening_undone"] * 2
    for opened, reversed_ in zip(entries[:2], entries[2:], strict=True):
        assert reversed_.reverses_id == opened.id
        assert reversed_.effective_on == opened.effective_on
        assert reversed_.previous_hash == opened.hash
        header = {column.name: getattr(reversed_, column.name) for column in JournalEntry.__table__.columns}
        assert (
            content_hash(header, [(row.account, row.amount_minor) for row in reversed_.lines])
            == reversed_.hash
        )
        standing = db.session.get_one(Standing, opened.agreement_id)
        assert (standing.entries, standing.head_hash) == (2, reversed_.hash)
    assert db.session.scalars(select(AgreementParty.until_on)).all() == [TODAY]


def test_the_same_file_can_be_brought_in_again(batch: str, tmp_path: Path) -> None:
    take_back(batch)
    path = tmp_path / "book.csv"
    _book, report = imports.bring_in_file(path, path.name, "duebook", OPTIONS, by="dana", now=NOW)
    assert (report.accepted, report.already) == (3, 0)
    db.session.rollback()
    active = select(Agreement.number).where(Agreement.status != "undone").order_by(Agreement.number)
    assert db.session.scalars(active).all() == ["A-1", "A-2", "A-3"]
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_undoing_twice_and_undoing_what_is_not_there_is_refused(batch: str) -> None:
    take_back(batch)
    with pytest.raises(Conflict):
        take_back(batch)
    with pytest.raises(Gone):
        take_back("nothing")


def add_entry(session, agreement: Agreement) -> None:
    head = lock(session, agreement.id)
    lines = (("bank", 100), ("loan_principal", -100))
    post(session, head, Draft("payment:x", "payment", "USD", TODAY, lines), now=NOW, by="dana")
    save(session, head)


def add_payment(session, agreement: Agreement) -> None:
    session.add(
        Payment(
            ref="p", agreement_id=agreement.id, gateway="sandbox", instrument="bank", amount_minor=1, currency="USD",
            state="attempting", begun_on=TODAY, begun_at=NOW, begun_by="bo",
        )
    )  # fmt: skip


def add_party(session, agreement: Agreement) -> None:
    person = Person(ref="t", number="C-99", name="Tess Okafor", created_at=NOW)
    session.add(person)
    session.flush()
    session.add(AgreementParty(agreement_id=agreement.id, person_id=person.id, role="joint", from_on=TODAY))


def end_party(session, agreement: Agreement) -> None:
    for party in session.scalars(select(AgreementParty)):
        party.until_on = TODAY


def mail_link(session, agreement: Agreement) -> None:
    person = session.scalars(select(Person)).one()
    session.add(
        Token(
            secret_hash="h", purpose="claim", person_id=person.id, agreement_id=agreement.id, sent_to="bo@example.org",
            created_at=NOW, expires_at=NOW,
        )
    )  # fmt: skip


@pytest.mark.parametrize("happens", [add_entry, add_payment, add_party, end_party, mail_link])
def test_what_happened_since_keeps_the_whole_batch(batch: str, happens) -> None:
    with transaction() as session:
        happens(session, session.scalars(select(Agreement).where(Agreement.number == "A-1")).one())
    with pytest.raises(Refused, match="A-1 has had"):
        take_back(batch)
    db.session.rollback()
    assert db.session.scalar(select(ImportBatch.state)) == "live"
    assert set(db.session.scalars(select(Agreement.status))) == {"active", "closed"}
    assert db.session.scalar(select(func.count()).where(JournalEntry.cause == "opening_undone")) == 0
