"""The pages on which staff write the articles of the help centre."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import HelpArticle, db
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.database("sqlite")
ADDRESS = "/office/help/late-fees/en"
HOSTILE = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)>"


@pytest.fixture
def dana(house):
    return house.client("dana")


def send(client, address: str = ADDRESS, **typed: str):
    form = fields_of(client.get(address).text, address)
    for button in ("look", "hide", "show", "back"):
        form.pop(button, None)
    return client.post(address, data=form | {"body": "Words."} | typed)


def versions(app) -> list[tuple[int, str, bool]]:
    with app.app_context():
        rows = db.session.scalars(select(HelpArticle).order_by(HelpArticle.id))
        return [(row.version, row.title, row.hidden) for row in rows]


def test_the_list_begins_in_the_language_of_the_reader(dana):
    spanish = dana.get("/office/help", headers={"Accept-Language": "es"}).text
    assert "/office/help/late-fees/es" in spanish
    assert "/office/help/late-fees/en" not in spanish
    other = dana.get("/office/help?language=en", headers={"Accept-Language": "es"}).text
    assert "/office/help/late-fees/en" in other


def test_staff_put_their_words_in_place_of_ours_and_take_them_back(dana, client, app):
    assert "It does not stop late fees." in dana.get(ADDRESS).text
    assert send(dana, title="About our zebra fees", body="They are **striped**.").status_code == 303
    assert "About our zebra fees" in client.get("/help").text
    assert "<strong>striped</strong>" in client.get("/help/late-fees").text
    assert "/help/late-fees" in client.get("/help?q=zebra").text
    assert "Your words" in dana.get("/office/help").text
    assert send(dana, back="1").status_code == 303
    assert "It does not stop late fees." in client.get("/help/late-fees").text
    assert "No article answers" in client.get("/help?q=zebra").text
    assert [number for number, _title, _hidden in versions(app)] == [1, 2]
    assert "They are **striped**." in dana.get(f"{ADDRESS}?version=1").text


def test_an_article_is_looked_at_before_it_is_published(dana, app):
    page = send(dana, title="Zebra", body="Look: **striped**", look="1")
    assert page.status_code == 200
    assert "<strong>striped</strong>" in page.text
    assert versions(app) == []


@pytest.mark.safety("W5")
def test_nothing_that_staff_type_runs_on_a_page(dana, client):
    send(dana, title="<script>alert(2)</script>", body=HOSTILE)
    for page in (client.get("/help/late-fees").text, client.get("/help").text, dana.get(ADDRESS).text):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page


def test_a_hidden_article_is_not_there_for_readers_and_can_be_shown_again(dana, client):
    assert send(dana, hide="1").status_code == 303
    assert client.get("/help/late-fees").status_code == 404
    assert "/help/late-fees" not in client.get("/help").text
    assert "/help/late-fees" not in client.get("/help?q=late fees").text
    assert "Readers do not find this article." in dana.get(ADDRESS).text
    send(dana, show="1")
    assert client.get("/help/late-fees").status_code == 200


def test_a_new_article_gets_its_address_from_its_title_and_is_found(dana, client):
    wanted = {"title": "Where we park trailers", "topic": "contact", "body": "Behind the hall."}
    answer = send(dana, "/office/help/new/en", **wanted)
    assert answer.location.endswith("/office/help/where-we-park-trailers/en")
    assert "Behind the hall." in client.get("/help/where-we-park-trailers").text
    assert "where-we-park-trailers" in client.get("/help?q=trailer").text
    second = send(dana, "/office/help/new/en", **wanted)
    assert second.location.endswith("/office/help/where-we-park-trailers-2/en")


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("title", "x" * 121), ("topic", "nothing"), ("body", "  "), ("body", "x" * 20_001)],
)
def test_what_cannot_be_published_is_refused_beside_its_field_and_stays(dana, app, field, value):
    page = send(dana, **{field: value})
    assert page.status_code == 422
    assert re.search(
        rf'<(input|textarea|select) aria-describedby="[^"]*" aria-invalid="true" id="{field}"', page.text
    )
    assert versions(app) == []


def test_who_looked_at_an_older_version_is_told(dana, app):
    stale = fields_of(dana.get(ADDRESS).text, ADDRESS)
    for button in ("look", "hide", "show", "back"):
        stale.pop(button, None)
    send(dana, title="First")
    answer = dana.post(ADDRESS, data=stale | {"title": "Second", "body": "Words."})
    assert answer.status_code == 409
    assert "Second" in answer.text
    assert [title for _number, title, _hidden in versions(app)] == ["First"]


def test_staff_see_whether_it_helped_and_what_was_missing(dana, client):
    form = fields_of(client.get("/help/late-fees?helped=no").text, "/help/late-fees/helped")
    client.post("/help/late-fees/helped", data=form | {"helped": "no", "missing": "How much is it? <b>"})
    assert "helped 0 of 1" in dana.get("/office/help").text
    assert "How much is it? &lt;b&gt;" in dana.get(ADDRESS).text
