"""The office answers: who waits, one conversation with notes, ready-made answers, and landlords for their houses."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.transaction import transaction
from models import Agreement, Property, Thread, ThreadMessage, Unit, UserLimit, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.forms import fields_of
from tests.fixtures.talking import open_thread_for

pytestmark = [pytest.mark.database("sqlite")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def thread(house, open_agreement):
    return open_thread_for(house, "bo", open_agreement("bo", number="L-77"))


def all_of(app, model):
    with app.app_context():
        return list(db.session.scalars(select(model).order_by(model.id)))


def test_whoever_waits_stands_in_the_list_until_somebody_answers(dana, app, thread) -> None:
    page = dana.get("/office/messages").text
    for words in ("1 conversation waits for an answer.", "Bo Rivera", "My payment", "L-77"):
        assert words in page
    page = dana.get(f"/office/messages/{thread}").text
    form = fields_of(page, f"/office/messages/{thread}")
    assert dana.post(f"/office/messages/{thread}", data=form | {"text": "It came today."}).status_code == 303
    assert "Nobody waits" in dana.get("/office/messages").text
    assert "My payment" in dana.get("/office/messages?state=open").text
    assert all_of(app, Thread)[0].waits_since is None


def test_an_answer_by_htmx_takes_along_what_says_that_somebody_waits(dana, thread) -> None:
    page = dana.get(f"/office/messages/{thread}").text
    assert "Waits since" in page
    assert 'data-waiting="Messages (1)"' in page
    form = fields_of(page, f"/office/messages/{thread}")
    back = dana.post(f"/office/messages/{thread}", data=form | {"text": "It came."}, headers=HTMX).text
    assert 'id="facts" hx-swap-oob="true"' in back
    assert "Waits since" not in back
    assert 'data-waiting="Messages"' in back


def test_a_note_stays_inside_and_what_waits_goes_on_waiting(dana, house, app, thread) -> None:
    form = fields_of(dana.get(f"/office/messages/{thread}").text, f"/office/messages/{thread}")
    back = dana.post(
        f"/office/messages/{thread}", data=form | {"text": "Careful", "as": "note"}, headers=HTMX
    )
    assert "Note, only for us" in back.text
    assert [row.side for row in all_of(app, ThreadMessage)] == ["customer", "note"]
    assert all_of(app, Thread)[0].waits_since is not None
    assert "Careful" not in house.client("bo").get(f"/messages/{thread}").text


def test_somebody_looks_after_it_marks_it_done_and_opens_it_again(dana, house, app, thread) -> None:
    page = dana.get(f"/office/messages/{thread}").text
    address = f"/office/messages/{thread}/assign"
    sent = fields_of(page, address)
    assert dana.post(address, data=sent | {"colleague": house.user("bo")}).status_code == 404
    dana.post(address, data=sent | {"colleague": house.user("adam")})
    assert "Adam Kowalski" in dana.get("/office/messages").text
    assert "My payment" not in dana.get("/office/messages?whose=mine&state=all").text
    dana.post(f"/office/messages/{thread}/close", data=sent)
    assert all_of(app, Thread)[0].state == "closed"
    assert "My payment" in dana.get("/office/messages?state=closed").text
    dana.post(f"/office/messages/{thread}/reopen", data=sent)
    assert all_of(app, Thread)[0].state == "open"


def test_the_office_writes_first_and_what_was_typed_stays_when_something_is_missing(
    dana, house, app, thread
) -> None:
    address = f"/office/people/{house.person('bo')}/messages"
    page = dana.get(f"{address}/new").text
    assert "L-77" in page
    sent = fields_of(page, address) | {"agreement": "", "subject": "Your registration", "text": ""}
    refused = dana.post(address, data=sent)
    assert refused.status_code == 422
    assert "Your registration" in refused.text
    there = dana.post(address, data=sent | {"text": "Please bring it."})
    assert "Please bring it." in dana.get(there.location).text
    assert "Your registration" in house.client("bo").get("/messages").text


def test_staff_find_what_was_said_and_what_was_noted(dana, thread) -> None:
    form = fields_of(dana.get(f"/office/messages/{thread}").text, f"/office/messages/{thread}")
    dana.post(f"/office/messages/{thread}", data=form | {"text": "Owes a spare key", "as": "note"})
    assert "My payment" in dana.get("/office/messages?q=spare+key", headers=HTMX).text
    assert "Nothing fits" in dana.get("/office/messages?q=zebra", headers=HTMX).text


def test_a_landlord_answers_what_was_written_to_them_and_sees_nothing_else(
    house, app, open_agreement
) -> None:
    lena = scope_of(house, "lena")
    refs = [open_agreement("bo"), open_agreement("tess")]
    with transaction() as session:
        place = Property(ref="house", name="Elm Street 4", created_at=house.now)
        session.add(place)
        session.flush()
        unit = Unit(ref="unit", property_id=place.id, name="1A", created_at=house.now)
        session.add_all([unit, UserLimit(user_id=lena.user_id, property_id=place.id, added_at=house.now,
                                         added_by="x")])  # fmt: skip
        session.flush()
        for one in session.scalars(select(Agreement).where(Agreement.ref.in_(refs))):
            one.unit_id = unit.id
    open_thread_for(house, "bo", refs[0], subject="The heating", opening={"to_owner": True})
    open_thread_for(house, "tess", refs[1], subject="My arrears")
    client = house.client("lena")
    page = client.get("/office/messages").text
    assert "The heating" in page
    assert "My arrears" not in page
    page = client.get("/office/messages/thread-bo").text
    assert "Keep as a note" not in page
    form = fields_of(page, "/office/messages/thread-bo")
    assert (
        client.post("/office/messages/thread-bo", data=form | {"text": "Friday", "as": "note"}).status_code
        == 303
    )
    assert all_of(app, ThreadMessage)[-1].side == "office"
    assert client.get("/office/messages/thread-tess").status_code == 404
    assert client.get("/office/canned-answers").status_code == 403
    assert client.post("/office/messages/thread-bo/assign", data=form).status_code == 403


def test_the_navigation_counts_who_waits(dana, thread) -> None:
    assert (
        "Messages (1)" in dana.get("/office/people").text
        or 'data-count="1"' in dana.get("/office/people").text
    )
