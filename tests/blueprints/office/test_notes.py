"""Notes as the office keeps them: on the page of an agreement and of its people, never on a customer's."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from domain.records.posts import Post
from domain.records.posts import keep as keep_post
from domain.transaction import transaction
from models import User
from tests.fixtures.forms import fields_of
from tests.fixtures.rentals import let_flat

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def loan(open_agreement) -> str:
    return open_agreement("bo", number="L-7")


def keep(client, page: str, text: str, **more: str):
    address = f"{page}/notes"
    return client.post(address, data=fields_of(client.get(page).text, address) | {"text": text} | more)


def refs(page: str) -> list[str]:
    return re.findall(r"/office/notes/([^/\"]+)/pin", page)


def test_a_note_stands_on_the_agreement_and_with_its_person_and_never_with_the_customer(house, dana, loan):
    page, person = f"/office/agreements/{loan}", house.person("bo")
    assert keep(dana, page, "Rings <b>mornings</b> only.").status_code == 303
    assert "Rings &lt;b&gt;mornings&lt;/b&gt; only." in dana.get(page).text
    told = dana.get(f"/office/people/{person}/notes").text
    assert "Rings &lt;b&gt;mornings" in told
    assert f'href="/office/agreements/{loan}"' in told
    bo = house.client("bo")
    assert "mornings" not in bo.get(f"/agreements/{loan}").text
    assert bo.get(f"{page}/notes").status_code == 404


def test_the_same_form_sent_twice_keeps_one_note(dana, loan):
    page = f"/office/agreements/{loan}"
    address = f"{page}/notes"
    form = fields_of(dana.get(page).text, address) | {"text": "Once."}
    assert [dana.post(address, data=form).status_code for _ in range(2)] == [303, 303]
    assert len(refs(dana.get(page).text)) == 1
    assert dana.post(address, data=form | {"text": "Another."}).status_code == 409


@pytest.mark.parametrize("text", ["", "   ", "x" * 2_001])
def test_a_note_of_nothing_or_of_too_much_is_refused_beside_its_field(dana, loan, text):
    answer = keep(dana, f"/office/agreements/{loan}", text)
    assert answer.status_code == 422
    assert 'id="text-error"' in answer.text
    assert refs(dana.get(f"/office/agreements/{loan}").text) == []


def test_a_note_at_the_top_stands_before_later_ones_until_it_is_let_go(dana, loan):
    page = f"/office/agreements/{loan}"
    for text, more in (("First.", {"pinned": "y"}), ("Second.", {})):
        keep(dana, page, text, **more)
    shown = dana.get(page).text
    assert shown.index("First.") < shown.index("Second.")
    dana.post(f"/office/notes/{refs(shown)[0]}/pin", data={"on": ""})
    shown = dana.get(page).text
    assert shown.index("Second.") < shown.index("First.")


def test_a_removed_note_is_gone_from_the_pages_and_its_removal_stays_in_the_trail(house, dana, loan):
    page = f"/office/agreements/{loan}"
    keep(dana, page, "Wrong person.")
    (ref,) = refs(dana.get(page).text)
    assert "Wrong person." in dana.get(f"/office/notes/{ref}/end").text
    assert dana.post(f"/office/notes/{ref}/end").status_code == 303
    assert "Wrong person." not in dana.get(page).text
    for again in (dana.get(f"/office/notes/{ref}/end"), dana.post(f"/office/notes/{ref}/pin")):
        assert again.status_code == 404
    assert "Note removed" in house.client("adam").get("/office/audit").text


def test_a_landlord_reads_no_note_of_their_own_tenant(house):
    flat = let_flat(house, "tess")
    dana = house.client("dana")
    keep(dana, f"/office/agreements/{flat.agreement}", "Pays late on purpose.")
    with transaction() as session:
        lena = session.scalars(select(User).where(User.ref == house.user("lena"))).one()
        keep_post(
            session, lena, Post("landlord", None, properties=[flat.property]), by="setup", now=house.now
        )
    lena = house.client("lena")
    page = lena.get(f"/office/agreements/{flat.agreement}")
    assert (page.status_code, "on purpose" in page.text) == (200, False)
    assert lena.get(f"/office/agreements/{flat.agreement}/notes").status_code == 403
