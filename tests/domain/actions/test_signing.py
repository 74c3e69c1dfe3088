"""A document is written, sent, signed by everybody, and any change of its file or of its record is found."""

from __future__ import annotations

import hashlib
from io import BytesIO
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from domain.actions import documents, signing
from domain.words import Conflict, Gone, NotAllowed, Refused
from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.documents import document, draw, file_of, finish, lease_of, send, sign_as, uploads

EVERYBODY = ("tess", "bo", "lena", "business")


@pytest.fixture
def lease(house) -> SimpleNamespace:
    """A lease of Lena's flat to Tess and Bo, out to be signed by both, by Lena and by the business."""
    flat = lease_of(house, "tess", "bo")
    flat.ref = send(house, draw(house, flat.agreement, EVERYBODY))
    return flat


@pytest.fixture
def signed(house, lease) -> SimpleNamespace:
    for name in ("tess", "bo", "lena", "dana"):
        sign_as(house, lease.ref, name)
    assert finish(house, lease.ref)
    return lease


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def told(mails, template: str = "document_to_sign") -> list[str]:
    return [mail.to_address for mail in mails(template)]


def test_a_lease_reads_as_it_was_agreed(house) -> None:
    flat = lease_of(house, "tess", "bo")
    text = text_of(file_of(house, draw(house, flat.agreement, EVERYBODY)))
    for words in ("Residential lease", "Tess Okafor, Tenant", "Bo Rivera, Tenant", "$1,200.00", "1A",
                  "The home is owned by Lena Fischer", "For the business"):  # fmt: skip
        assert words in text, words
    assert "{{" not in text


def test_in_spanish_it_is_spanish(house) -> None:
    flat = lease_of(house, "tess")
    text = text_of(file_of(house, draw(house, flat.agreement, ("tess",), language="es")))
    assert "Contrato de alquiler de vivienda" in text
    assert "Quiénes acuerdan" in text


def test_a_draft_is_seen_by_the_business_alone_and_sent_once(house, mails) -> None:
    flat = lease_of(house, "tess", "bo")
    ref = draw(house, flat.agreement, EVERYBODY)
    assert draw(house, flat.agreement, EVERYBODY) == ref
    with pytest.raises(Gone):
        sign_as(house, ref, "tess")
    assert told(mails) == []
    send(house, ref)
    send(house, ref)
    assert sorted(told(mails)) == sorted(house.email(name) for name in ("tess", "bo", "lena"))


def test_all_sign_the_business_last_and_everybody_is_told(house, lease, mails) -> None:
    assert sign_as(house, lease.ref, "tess") is False
    assert sign_as(house, lease.ref, "tess") is False
    with pytest.raises(Refused, match="when everybody else has"):
        sign_as(house, lease.ref, "dana")
    assert sign_as(house, lease.ref, "lena") is False
    assert sign_as(house, lease.ref, "bo") is False
    assert sign_as(house, lease.ref, "dana") is True
    assert document(house, lease.ref).state == "signing"
    assert finish(house, lease.ref)
    assert finish(house, lease.ref)
    assert document(house, lease.ref).state == "signed"
    assert len(told(mails, "document_signed")) == 3


def test_a_certificate_that_a_process_did_not_come_to_is_made_later(house, lease) -> None:
    def later() -> int:
        return signing.finish_all(
            house.app.extensions["post"], uploads=uploads(house), today=clock_today(house), now=house.now
        )

    for name in ("tess", "bo", "lena"):
        sign_as(house, lease.ref, name)
    assert later() == 0
    sign_as(house, lease.ref, "dana")
    assert (later(), later()) == (1, 0)
    assert document(house, lease.ref).state == "signed"


def test_a_document_that_cannot_be_finished_keeps_no_other_from_its_certificate(
    house, lease, monkeypatch
) -> None:
    broken = send(house, draw(house, lease.agreement, ("tess",), "form-2", title="Broken"))
    other = send(house, draw(house, lease.agreement, ("tess",), "form-3"))
    sign_as(house, broken, "tess")
    sign_as(house, other, "tess")
    printed = signing.document_pdf

    def jams(data, *given, **named) -> bytes:
        if data.title == "Broken":
            raise RuntimeError("typst cannot print this")
        return printed(data, *given, **named)

    monkeypatch.setattr(signing, "document_pdf", jams)
    done = signing.finish_all(
        house.app.extensions["post"], uploads=uploads(house), today=clock_today(house), now=house.now
    )
    assert done == 1
    assert (document(house, broken).state, document(house, other).state) == ("signing", "signed")


def test_the_certificate_names_who_signed_when_and_the_exact_bytes(house, signed) -> None:
    row = document(house, signed.ref)
    content = file_of(house, signed.ref, signed=True)
    assert hashlib.sha256(file_of(house, signed.ref)).hexdigest() == row.sha256
    assert hashlib.sha256(content).hexdigest() == row.signed_sha256
    text = text_of(content)
    bare = text.replace(" ", "")
    assert row.sha256 in bare
    for words in ("Certificate of signatures", "Tess Okafor", "Lena Fischer · Owner of the house", "Dana Ortiz",
                  "203.0.113.9", "Safari · iPhone", "I mean it.", "Really.", f"{house.now:%Y-%m-%d %H:%M:%S} UTC",
                  "http://localhost/verify"):  # fmt: skip
        assert words.replace(" ", "") in bare, words


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"typed_name": "Somebody Else"}, Refused, "Type your name"),
        ({"consent": ""}, Refused, "on a screen"),
        ({"intent": ""}, Refused, "mean to sign"),
        ({"sha256": "0" * 64}, Conflict, "not the document you were shown"),
    ],
)
def test_a_signature_needs_the_name_both_yeses_and_the_document_that_was_shown(
    house, lease, changes, error, words
) -> None:
    with pytest.raises(error, match=words):
        sign_as(house, lease.ref, "tess", **changes)
    assert sign_as(house, lease.ref, "tess") is False


def test_who_is_not_to_sign_cannot(house, lease, open_agreement) -> None:
    with pytest.raises(Gone):
        sign_as(house, lease.ref, "stan")
    ref = send(house, draw(house, open_agreement("stan"), ("business",), "form-2"))
    with pytest.raises(NotAllowed):
        sign_as(house, ref, "stan")


def test_one_who_declines_ends_it_and_the_office_has_a_task(house, app, lease) -> None:
    from models import Task, db

    sign_as(house, lease.ref, "tess")
    assert signing.decline(lease.ref, "The rent is wrong", who=scope_of(house, "bo"), now=house.now)
    assert document(house, lease.ref).state == "declined"
    with pytest.raises(Conflict):
        sign_as(house, lease.ref, "lena")
    with app.app_context():
        assert db.session.scalar(sa.select(Task.kind)) == "document_declined"


def test_what_was_taken_back_is_not_signed_and_what_was_signed_is_not_taken_back(house, signed) -> None:
    who = scope_of(house, "dana")
    with pytest.raises(Refused, match="addendum"):
        documents.void(signed.ref, "Wrong rent", who=who, now=house.now)
    other = send(house, draw(house, signed.agreement, ("tess",), "form-2"))
    assert documents.void(other, "Wrong rent", who=who, now=house.now)
    with pytest.raises(Conflict):
        sign_as(house, other, "tess")


def test_nobody_on_another_agreement_can_be_asked_to_sign(house) -> None:
    flat = lease_of(house, "tess")
    with pytest.raises(Refused):
        draw(house, flat.agreement, ("stan",))


@pytest.mark.safety("L26")
def test_a_kept_file_that_was_changed_is_not_signed_or_given_out(house, app, lease) -> None:
    from domain.actions import kept_files

    row = document(house, lease.ref)
    with app.app_context():
        from models import KeptFile, db

        file = db.session.get(KeptFile, row.file_id)
        folder, name = uploads(house) / "handed_in", file.path
        changed = kept_files.read(folder, name).replace(b"PDF", b"PDf", 1)
        kept_files.keep(folder, name.removesuffix(kept_files.SUFFIX), changed)
    with pytest.raises(Gone, match="not what was handed in"):
        sign_as(house, lease.ref, "tess")


@pytest.mark.safety("L26")
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("names", [(), ("tess", "bo", "lena")], ids=["before the first", "between two"])
def test_terms_that_were_changed_behind_our_back_are_not_signed_or_certified(house, lease, names) -> None:
    from domain.transaction import transaction

    for name in names:
        sign_as(house, lease.ref, name)
    change = sa.text("UPDATE document SET facts = replace(facts, '$1,200.00', '$1,300.00')")
    with transaction() as session:
        session.execute(change)
    with pytest.raises(Conflict, match="record of this document was changed"):
        sign_as(house, lease.ref, "dana" if names else "tess")


@pytest.mark.safety("L26")
@pytest.mark.database("sqlite")
def test_terms_that_were_changed_after_the_last_signature_get_no_certificate(house, lease) -> None:
    from domain.transaction import transaction

    for name in ("tess", "bo", "lena", "dana"):
        sign_as(house, lease.ref, name)
    with transaction() as session:
        session.execute(sa.text("UPDATE document SET facts = replace(facts, '$1,200.00', '$1,300.00')"))
    with pytest.raises(Conflict, match="record of this document was changed"):
        finish(house, lease.ref)
    assert document(house, lease.ref).state == "signing"


@pytest.mark.safety("L26")
def test_a_signature_is_never_changed_or_taken_out(house, signed) -> None:
    from domain.transaction import transaction

    for words in ("UPDATE signature SET typed_name = 'x'", "DELETE FROM signature"):
        with pytest.raises(sa.exc.DBAPIError), transaction() as session:
            session.execute(sa.text(words))


def test_a_paper_signed_by_hand_is_kept_and_read_by_the_people_on_it(house) -> None:
    from domain.actions.handed_in_files import HandedIn

    flat = lease_of(house, "tess")
    given = HandedIn("lease.pdf", b"%PDF-1.7 scanned")
    done = {"who": scope_of(house, "dana"), "uploads": uploads(house), "now": house.now}
    ref = documents.hand_in(flat.agreement, "Lease on paper", given, "form-9", **done)
    assert documents.hand_in(flat.agreement, "Lease on paper", given, "form-9", **done) == ref
    assert document(house, ref).state == "kept"
    assert file_of(house, ref) == given.content
    with pytest.raises(Refused):
        documents.hand_in(flat.agreement, "x", HandedIn("x.exe", b"MZ"), "form-8", **done)


def test_customers_write_no_documents(house) -> None:
    flat = lease_of(house, "tess")
    with pytest.raises(NotAllowed):
        documents.send(flat.agreement, who=scope_of(house, "tess"), today=clock_today(house), now=house.now)
