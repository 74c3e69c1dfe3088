"""Whoever holds a file can ask whether it is ours: any changed byte makes it a stranger, a changed record is found."""

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa

from domain.actions import documents
from domain.actions.handed_in_files import HandedIn
from domain.reports import document_check
from domain.words import Refused
from tests.fixtures.agreements import scope_of
from tests.fixtures.documents import document, draw, file_of, finish, lease_of, send, sign_as, uploads

ANOTHER = """
    INSERT INTO document SELECT id + 1, ref || 'x', number || 'x', agreement_id, person_id, type, title, language,
    state, template_id, facts, file_id, 'x', signed_file_id, 'x', made_at, made_by, finished_at, void_reason
    FROM document
"""
pytestmark = pytest.mark.safety("L26")


@pytest.fixture
def ref(house) -> str:
    flat = lease_of(house, "tess", "bo")
    ref = send(house, draw(house, flat.agreement, ("tess", "bo", "lena")))
    for name in ("tess", "bo", "lena"):
        sign_as(house, ref, name)
    finish(house, ref)
    return ref


def hand_in(house, agreement: str, content: bytes, form: str) -> str:
    given = HandedIn("paper.pdf", content)
    return documents.hand_in(
        agreement, "Rent free for ever", given, form, who=scope_of(house, "dana"), uploads=uploads(house), now=house.now
    )  # fmt: skip


def look(app, content: bytes):
    with app.app_context():
        return document_check.look(hashlib.sha256(content).hexdigest())


def places(content: bytes) -> dict[str, int]:
    """A byte of each class of a PDF: header, object, stream, cross-reference, trailer, end, and any white space."""
    return {
        "header": 5, "version": 7, "object": content.index(b" obj"), "stream": content.index(b"stream") + 20,
        "last stream": content.rindex(b"endstream") - 3, "cross-reference": content.rindex(b"startxref"),
        "offset": content.rindex(b"startxref") + 11, "end": len(content) - 1, "line end": content.index(b"\n"),
    }  # fmt: skip


@pytest.mark.parametrize("signed", [False, True], ids=["as read", "with certificate"])
def test_a_file_of_ours_is_known_and_any_changed_byte_makes_it_a_stranger(
    app, house, ref, signed, rounds
) -> None:  # fmt: skip
    content = file_of(house, ref, signed=signed)
    known = look(app, content)
    assert (known.number, known.state, known.whole, known.broken) == (
        document(house, ref).number, "signed", signed, False,
    )  # fmt: skip
    assert [name for name, _role, _at in known.signed] == ["Tess Okafor", "Bo Rivera", "Lena Fischer"]
    changed = {
        name: content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        for name, at in places(content).items()
    }
    step = max(len(content) // rounds(20, 2_000), 1)
    changed |= {
        str(at): content[:at] + bytes([content[at] ^ 0x80]) + content[at + 1 :]
        for at in range(0, len(content), step)
    }
    changed |= {"longer": content + b"\n", "shorter": content[:-1], "twice": content * 2, "none": b""}
    for name, other in changed.items():
        assert look(app, other) is None, name


def test_a_paper_that_was_handed_in_stands_before_no_document_and_is_none_of_ours(
    app, house, ref, open_agreement
) -> None:  # fmt: skip
    """Whoever hands in the bytes of a document under another title would else answer for it."""
    from domain.transaction import transaction

    content, scan = file_of(house, ref, signed=True), b"%PDF-1.7 scanned"
    agreement = open_agreement("stan")
    with pytest.raises(Refused, match="made this file ourselves"):
        hand_in(house, agreement, content, "form-8")
    paper = hand_in(house, agreement, scan, "form-9")
    assert look(app, scan) is None
    with transaction() as session:
        forged = sa.text("UPDATE document SET id = 0, sha256 = :sha256 WHERE ref = :ref")
        session.execute(forged, {"sha256": document(house, ref).signed_sha256, "ref": paper})
    known = look(app, content)
    assert (known.number, known.whole) == (document(house, ref).number, True)


def test_drafts_are_nobodys_to_check(app, house) -> None:
    flat = lease_of(house, "tess")
    assert look(app, file_of(house, draw(house, flat.agreement, ("tess",)))) is None


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE signature SET typed_name = 'Stan Wu' WHERE id = (SELECT min(id) FROM signature)",
        "UPDATE signature SET signed_at = '2020-01-01 00:00:00.000000' WHERE id = (SELECT max(id) FROM signature)",
        "UPDATE signature SET consent = '' WHERE id = (SELECT min(id) FROM signature)",
        "DELETE FROM signature WHERE id = (SELECT max(id) FROM signature)",
        "DELETE FROM signature WHERE id = (SELECT min(id) FROM signature)",
        "UPDATE document SET sha256 = signed_sha256",
        "UPDATE document SET file_id = signed_file_id",
        "UPDATE document SET signed_file_id = file_id",
        "UPDATE document SET ref = 'another'",
        "UPDATE document SET facts = replace(facts, '$1,200.00', '$1,300.00')",
        "UPDATE document SET title = 'Another title'",
        "UPDATE document_signer SET document_id = document_id + 1 WHERE sequence = 1",
    ],
)
def test_a_record_that_was_changed_behind_our_back_is_found(app, house, ref, change) -> None:
    from domain.transaction import transaction
    from models import db

    content = file_of(house, ref, signed=True)
    with app.app_context():
        assert document_check.problems(db.session) == []
    with transaction() as session:
        session.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        for name in ("update", "delete"):
            session.execute(sa.text(f"DROP TRIGGER signature_no_{name}"))
        if "document_id + 1" in change:
            session.execute(sa.text(ANOTHER))
        session.execute(sa.text(change))
    with app.app_context():
        assert document_check.problems(db.session)
        assert list(document_check.document_differences(db.session))
        known = document_check.look(hashlib.sha256(content).hexdigest())
        assert known is None or known.broken
