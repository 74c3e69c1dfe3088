"""Ready-made answers: written, put into a conversation with their places filled, removed."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of
from tests.fixtures.talking import open_thread_for

pytestmark = [pytest.mark.database("sqlite")]


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def thread(house, open_agreement):
    return open_thread_for(house, "bo", open_agreement("bo", number="L-77"))


def write(dana, body, title="Paid"):
    sent = fields_of(dana.get("/office/canned-answers/new").text, "/office/canned-answers")
    return dana.post("/office/canned-answers", data=sent | {"title": title, "language": "en", "body": body})


def first(dana):
    return dana.get("/office/canned-answers").text.split("/office/canned-answers/", 2)[2].split('"')[0]


def put_in(dana, thread, ref, text=""):
    address = f"/office/messages/{thread}"
    sent = fields_of(dana.get(address).text, address)
    page = dana.post(address, data=sent | {"text": text, "answer": ref, "as": "answer"}).text
    assert fields_of(page, address)["form_ref"] == sent["form_ref"]
    return page


def test_a_ready_made_answer_is_filled_from_the_conversation_and_its_percent_signs_stay(
    dana, house, thread
) -> None:
    body = "Hello %(first_name)s, %(agreement)s is paid, 100% of it. %s\n%(me)s, %(business)s"
    assert write(dana, body).status_code == 303
    ref = first(dana)
    assert "Hello Bo, L-77 is paid, 100% of it. %s\nDana Ortiz, Harbor Motors" in put_in(dana, thread, ref)
    assert write(dana, "x", title="").status_code == 422
    sent = fields_of(dana.get("/office/canned-answers/new").text, "/office/canned-answers")
    dana.post(f"/office/canned-answers/{ref}/remove", data=sent)
    assert "No answers yet" in dana.get("/office/canned-answers").text
    assert dana.get(f"/office/canned-answers/{ref}").status_code == 404


def test_a_ready_made_answer_stands_below_what_was_typed_and_nothing_is_sent(dana, house, thread) -> None:
    write(dana, "It takes five days.")
    assert "Good morning.\n\nIt takes five days.</textarea>" in put_in(
        dana, thread, first(dana), "Good morning."
    )
    assert "Good morning.</textarea>" in put_in(dana, thread, "", "Good morning.")
    assert "Good morning" not in house.client("bo").get(f"/messages/{thread}").text


def test_a_place_that_nothing_fills_is_refused_when_the_answer_is_kept(dana) -> None:
    refused = write(dana, "Hello %(first_name)s, you owe %(balance)s.")
    assert refused.status_code == 422
    assert "There is no place called balance." in refused.text
    assert "you owe %(balance)s" in refused.text


def test_a_place_that_stayed_empty_is_not_sent_to_the_customer(dana, house) -> None:
    bare = open_thread_for(house, "tess")
    write(dana, "Hello %(first_name)s, %(agreement)s is paid.")
    page = put_in(dana, bare, first(dana))
    assert "Hello Tess, %(agreement)s is paid." in page
    address = f"/office/messages/{bare}"
    sent = fields_of(page, address)
    refused = dana.post(address, data=sent | {"text": "Hello Tess, %(agreement)s is paid."})
    assert refused.status_code == 422
    assert "Write something instead of %(agreement)s, or take it out." in refused.text
    assert dana.post(address, data=sent | {"text": "It is paid, 100% of it."}).status_code == 303
