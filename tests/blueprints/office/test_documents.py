"""Dana writes a lease from a template, sends it out, signs for the business; Lena signs for her house."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from domain.transaction import transaction
from models import PropertyOwner
from tests.fixtures.documents import document, draw, lease_of, send, sign_as
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def flat(house):
    flat = lease_of(house, "tess", "bo")
    flat.list = f"/office/agreements/{flat.agreement}/documents"
    return flat


def written(dana, flat, **changes) -> str:
    """The address of a document that Dana writes from our lease."""
    form = fields_of(dana.get(f"{flat.list}/new?template=ours-rental-en").text, flat.list)
    answer = dana.post(flat.list, data=form | changes)
    assert answer.status_code == 303
    assert dana.post(flat.list, data=form | changes).location == answer.location
    return answer.location


def test_a_lease_is_read_before_it_is_written_and_seen_by_nobody_before_it_is_sent(house, dana, flat) -> None:
    page = dana.get(f"{flat.list}/new?template=ours-rental-en").text
    for words in (
        "$1,200.00",
        "Tess Okafor · Tenant",
        "Tess Okafor, Tenant",
        "on day 1 of each month",
        "Lena Fischer · Owner of the house",
        "For the business",
    ):
        assert words in page, words
    place = written(dana, flat, signers=[house.person("tess"), "business"])
    assert "Draft" in dana.get(place).text
    assert "not sent yet" in dana.get(place).text
    assert dana.post(f"{place}/sending").status_code == 303
    page = dana.get(place).text
    assert "Out for signatures" in page
    assert "Bo Rivera · Tenant" not in page


def test_the_business_signs_last_under_the_name_of_who_signs(house, dana, flat) -> None:
    ref = send(house, draw(house, flat.agreement, ("tess", "business")))
    place = f"/office/documents/{ref}"
    assert f'action="{place}/signature"' not in dana.get(place).text
    sign_as(house, ref, "tess")
    assert "waits for the signature of the business" in dana.get("/office/tasks").text
    form = fields_of(dana.get(place).text, f"{place}/signature") | {"consent": "y", "intent": "y"}
    assert dana.post(f"{place}/signature", data=form | {"name": "Harbor Motors"}).status_code == 422
    assert dana.post(f"{place}/signature", data=form | {"name": "Dana Ortiz"}).status_code == 303
    assert document(house, ref).state == "signed"
    assert "waits for the signature" not in dana.get("/office/tasks").text


def test_a_landlord_signs_for_her_house_and_no_other(house, flat) -> None:
    ref = send(house, draw(house, flat.agreement, ("lena",)))
    lena, place = house.client("lena"), f"/office/documents/{ref}"
    form = fields_of(lena.get(place).text, f"{place}/signature")
    form |= {"consent": "y", "intent": "y", "name": "Lena Fischer"}
    assert lena.post(f"{place}/signature", data=form).status_code == 303
    assert document(house, ref).state == "signed"
    for path in ("sending", "void"):
        assert lena.post(f"{place}/{path}", data={"reason": "x"}).status_code == 403


def test_a_document_is_taken_back_with_a_reason(house, dana, flat) -> None:
    ref = send(house, draw(house, flat.agreement, ("tess",)))
    assert dana.post(f"/office/documents/{ref}/void", data={}).status_code == 422
    assert dana.post(f"/office/documents/{ref}/void", data={"reason": "Wrong rent"}).status_code == 303
    assert "Wrong rent" in house.client("tess").get(f"/documents/{ref}").text


def test_a_paper_signed_by_hand_is_kept(house, dana, flat) -> None:
    place = f"/office/agreements/{flat.agreement}/papers"
    form = fields_of(dana.get(flat.list).text, place) | {"title": "Old lease"}
    for content, status in ((b"MZ no", 422), (b"%PDF-1.7 scan", 303)):
        answer = dana.post(place, data=form | {"file": (io.BytesIO(content), "lease.pdf")})
        assert answer.status_code == status
    assert dana.get(f"{answer.location}/file").data == b"%PDF-1.7 scan"
    assert "Old lease" in house.client("tess").get("/documents").text


def test_bad_input_is_said_and_nothing_is_written(house, dana, flat) -> None:
    form = fields_of(dana.get(f"{flat.list}/new?template=ours-rental-en").text, flat.list)
    assert dana.post(flat.list, data=form | {"title": " "}).status_code == 422
    assert dana.post(flat.list, data=form | {"signers": [house.person("stan")]}).status_code == 422
    assert dana.post(flat.list, data=form | {"template": "ours-loan-en"}).status_code == 404
    assert "No document yet" in dana.get(flat.list).text


def test_a_landlord_who_proves_that_it_is_her_finds_what_she_filled_in(house, flat) -> None:
    lena, place = (
        house.client("lena"),
        f"/office/documents/{send(house, draw(house, flat.agreement, ('lena',)))}",
    )
    form = fields_of(lena.get(place).text, f"{place}/signature") | {"consent": "y", "intent": "y"}
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert lena.post(f"{place}/signature", data=form | {"name": "Lena Fischer"}).status_code == 303
        page = lena.get(place).text
    assert "You have not signed yet" in page
    assert fields_of(page, f"{place}/signature")["name"] == "Lena Fischer"


def test_a_house_whose_owner_is_on_no_file_says_so_where_the_signers_are_chosen(house, dana, flat) -> None:
    page, words = f"{flat.list}/new?template=ours-rental-en", "No owner is on file for Harbor House"
    assert words not in dana.get(page).text
    with house.app.app_context(), transaction() as session:
        session.execute(sa.delete(PropertyOwner))
    assert words in dana.get(page).text
