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


def test_a_ready_made_answer_is_filled_from_the_conversation_and_its_percent_signs_stay(
    dana, house, thread
) -> None:
    sent = fields_of(dana.get("/office/canned-answers/new").text, "/office/canned-answers")
    body = "Hello %(first_name)s, %(agreement)s is paid, 100% of it. %(password)s %s\n%(me)s, %(business)s"
    kept = dana.post("/office/canned-answers", data=sent | {"title": "Paid", "language": "en", "body": body})
    assert kept.status_code == 303
    page = dana.get("/office/canned-answers").text
    ref = page.split("/office/canned-answers/", 2)[2].split('"')[0]
    filled = dana.get(f"/office/messages/{thread}?answer={ref}").text
    assert "Hello Bo, L-77 is paid, 100% of it. %(password)s %s\nDana Ortiz, Harbor Motors" in filled
    bare = open_thread_for(house, "tess")
    assert "Hello Tess, %(agreement)s is paid" in dana.get(f"/office/messages/{bare}?answer={ref}").text
    again = dana.post("/office/canned-answers", data=sent | {"title": "", "language": "en", "body": "x"})
    assert again.status_code == 422
    dana.post(f"/office/canned-answers/{ref}/remove", data=sent)
    assert "No answers yet" in dana.get("/office/canned-answers").text
    assert dana.get(f"/office/canned-answers/{ref}").status_code == 404
