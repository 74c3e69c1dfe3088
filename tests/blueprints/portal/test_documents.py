"""The customer's documents: read, signed or declined on the page, kept for ever; nobody else's are there."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine

from tests.fixtures.agreements import scope_of
from tests.fixtures.documents import document, draw, file_of, finish, lease_of, send, sign_as, uploads
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def lease(house):
    flat = lease_of(house, "tess", "bo")
    flat.ref = send(house, draw(house, flat.agreement, ("tess", "bo")))
    flat.page = f"/documents/{flat.ref}"
    return flat


def yes(client, lease, **changes):
    """Send the form as Tess fills it in; what is changed to "" was left empty."""
    form = fields_of(client.get(lease.page).text, f"{lease.page}/signature")
    form |= {"consent": "y", "intent": "y", "name": "Tess Okafor"} | changes
    return client.post(f"{lease.page}/signature", data={name: value for name, value in form.items() if value})


def test_what_waits_is_on_the_first_page_and_above_all_papers(house, lease) -> None:
    tess = house.client("tess")
    assert 'hx-get="/documents/widgets/to-sign"' in tess.get("/dashboard").text
    for page in ("/documents", "/documents/widgets/to-sign"):
        assert f'href="{lease.page}"' in tess.get(page).text
    headers = {"HX-Request": "true"}
    assert f'href="{lease.page}"' in tess.get("/documents/widgets/to-sign", headers=headers).text
    assert "Your signature is asked for" in tess.get("/documents/widgets/to-sign", headers=headers).text
    assert '<noscript><p><a href="/documents/widgets/to-sign"' in tess.get("/dashboard").text
    assert "hidden" in house.client("stan").get("/documents/widgets/to-sign", headers=headers).text


def test_the_whole_text_is_on_the_page_with_what_is_agreed_to(house, lease) -> None:
    page = house.client("tess").get(lease.page).text
    assert (page.count("has opened it"), page.count("has not opened it")) == (1, 1), "she reads it right now"
    for words in ("Residential lease", "$1,200.00", "free of charge", "as if I had written it on paper", "Bo Rivera",
                  document(house, lease.ref).sha256):  # fmt: skip
        assert words in page, words


def test_tess_signs_once_and_sees_that_bo_is_missing(house, lease) -> None:
    tess = house.client("tess")
    assert yes(tess, lease).status_code == 303
    page = tess.get(lease.page).text
    assert "You have signed" in page
    assert "1 more signature is missing" in page
    assert "consent" not in page
    assert yes(house.client("bo"), lease, name="Bo Rivera").status_code == 303
    assert "Everybody has signed" in tess.get(lease.page).text
    assert tess.get(f"{lease.page}/file?signed=1").data == file_of(house, lease.ref, signed=True)


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"name": "Bo"}, 422, "Type your name as it stands in the document: Tess Okafor."),
        ({"consent": ""}, 422, "Agree to sign on a screen first, or ask us for paper."),
        ({"intent": ""}, 422, "Say that you have read it and mean to sign."),
        ({"sha256": "0" * 64}, 409, "This is not the document you were shown."),
    ],
)
def test_what_is_missing_is_said_beside_it_and_nothing_is_signed(
    house, lease, changes, status, words
) -> None:
    answer = yes(house.client("tess"), lease, **changes)
    assert answer.status_code == status
    assert words in answer.text
    said, text = answer.text.index("You have not signed yet"), answer.text.index("<article")
    assert 'href="#sign"' in answer.text[said:text]


def test_declining_ends_it_for_all(house, lease) -> None:
    answer = house.client("bo").post(f"{lease.page}/refusal", data={"reason": "Too dear"})
    assert answer.status_code == 303
    assert "Somebody declined" in house.client("tess").get(lease.page).text


def test_nobody_elses_document_is_there(house, lease) -> None:
    stan = house.client("stan")
    for path in ("", "/file"):
        assert stan.get(lease.page + path).status_code == 404
    for path in ("/signature", "/refusal"):
        assert stan.post(lease.page + path).status_code == 404
    draft = draw(house, lease.agreement, ("tess",), "form-3")
    assert house.client("tess").get(f"/documents/{draft}").status_code == 404


def test_staff_who_look_at_a_customers_pages_sign_nothing(house, lease) -> None:
    dana = house.client("dana")
    dana.post(f"/office/people/{house.person('tess')}/viewing", data={"reason": "She asked"})
    assert dana.post(f"{lease.page}/signature").status_code in (403, 404)
    with house.app.app_context():
        from models import DocumentSigner, db

        assert {one.viewed_at for one in db.session.query(DocumentSigner)} == {None}


@pytest.mark.safety("W17")
def test_a_paper_that_was_handed_in_is_only_ever_a_download(house, lease) -> None:
    from domain.actions import documents
    from domain.actions.handed_in_files import HandedIn

    ref = documents.hand_in(
        lease.agreement, "Lease", HandedIn('"><script>.pdf', b"%PDF-1.7"), "form-7", who=scope_of(house, "dana"),
        uploads=house.app.config["SETTINGS"].uploads, now=house.now,
    )  # fmt: skip
    answer = house.client("tess").get(f"/documents/{ref}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.safety("A23")
def test_a_fresh_proof_is_for_the_document_that_was_shown_and_no_other(house, lease) -> None:
    other = SimpleNamespace(
        page=f"/documents/{send(house, draw(house, lease.agreement, ('tess',), 'form-2'))}"
    )
    tess = house.client("tess")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert yes(tess, lease).location == f"/account/step-up?next={lease.page}"
        proof = {"password": house.password("tess"), "next": lease.page}
        assert tess.post("/account/step-up", data=proof).location == lease.page
        assert yes(tess, other).location == f"/account/step-up?next={other.page}"
        assert yes(tess, lease).location == lease.page


def test_what_was_filled_in_is_there_after_the_proof_and_the_page_says_it_is_not_signed(house, lease) -> None:
    tess, address = house.client("tess"), f"{lease.page}/signature"
    other = f"/documents/{send(house, draw(house, lease.agreement, ('tess',), 'form-2'))}"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        yes(tess, lease, name="Tess  Okafor")
        tess.post("/account/step-up", data={"password": house.password("tess"), "next": lease.page})
        page = tess.get(lease.page).text
        assert "You have not signed yet" in page
        assert re.search(r"<button[^>]* autofocus>Sign<", page)
        form = fields_of(page, address)
        assert (form["consent"], form["intent"], form["name"]) == ("y", "y", "Tess  Okafor")
        assert "You have not signed yet" not in tess.get(other).text
        assert tess.post(address, data=form).location == lease.page
        assert "You have signed" in tess.get(lease.page).text


def test_a_file_that_is_gone_leaves_a_note_among_all_papers(house, lease) -> None:
    from domain.reports import documents as reports
    from models import Agreement, db

    folder = uploads(house) / "handed_in"
    with house.app.app_context():
        row = db.session.scalars(scope_of(house, "tess").select(Agreement)).one()
        [shown] = reports.of_agreement(scope_of(house, "tess"), row)
        (folder / shown.row.file.path).unlink()
    answer = house.client("tess").get(f"/agreements/{lease.agreement}/documents.zip")
    [name] = (papers := zipfile.ZipFile(io.BytesIO(answer.data))).namelist()
    assert name == f"{house.now.date()} Residential lease {document(house, lease.ref).number}.pdf.txt"
    assert papers.read(name).decode() == "This file is not there any more."


def test_all_papers_come_in_one_file(house, lease, pay) -> None:
    for name in ("tess", "bo"):
        sign_as(house, lease.ref, name)
    finish(house, lease.ref)
    answer = house.client("tess").get(f"/agreements/{lease.agreement}/documents.zip")
    papers = zipfile.ZipFile(io.BytesIO(answer.data))
    lease_of_them = f"{house.now.date()} Residential lease {document(house, lease.ref).number}"
    assert papers.namelist() == [f"{lease_of_them}.pdf", f"{lease_of_them}-signed.pdf"]
    assert {one.date_time[:3] for one in papers.infolist()} == {house.now.date().timetuple()[:3]}
    assert "What you allowed stays on its own page." in house.client("tess").get("/documents").text
    assert house.client("stan").get(f"/agreements/{lease.agreement}/documents.zip").status_code == 404
