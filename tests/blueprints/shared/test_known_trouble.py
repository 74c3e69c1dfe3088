"""A trouble that is known stands on every page before sign-in, in the business's own words, until it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.actions import announcements as acts
from domain.actions.announcements import Draft
from domain.words import Refused
from models import Outbox, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.forms import fields_of

PAGES = ("/sign-in", "/help", "/contact", "/pay", "/recover")


@pytest.fixture
def draft(house) -> Draft:
    body = "Cards do not work **today**. <script>alert(1)</script>"
    return Draft("Trouble with cards", body, house.now, audience="public", weight="urgent")


def test_it_is_read_before_and_after_signing_in(house, client, draft) -> None:
    assert "Trouble with cards" not in client.get("/sign-in").text
    acts.keep("a", draft, who=scope_of(house, "adam"), now=house.now)
    for page in PAGES:
        text = client.get(page).text
        assert "Trouble with cards" in text, page
        assert "<strong>today</strong>" in text
        assert "<script>alert" not in text
        assert "put-away" not in text
    shown = house.client("bo").get("/announcements/widgets/current", headers={"HX-Request": "true"}).text
    assert "Trouble with cards" in shown


def test_what_is_for_customers_is_not_told_to_strangers(house, client, draft) -> None:
    acts.keep("a", replace(draft, audience="all"), who=scope_of(house, "adam"), now=house.now)
    assert "Trouble with cards" not in client.get("/sign-in").text


def test_it_goes_when_its_time_is_over_or_somebody_ends_it(house, client, draft) -> None:
    adam = scope_of(house, "adam")
    over = replace(draft, from_at=house.now - timedelta(hours=2), until_at=house.now - timedelta(hours=1))
    acts.keep("past", over, who=adam, now=house.now - timedelta(hours=3))
    acts.keep("later", replace(draft, from_at=house.now + timedelta(hours=1)), who=adam, now=house.now)
    acts.keep("ended", draft, who=adam, now=house.now)
    assert client.get("/sign-in").text.count("Trouble with cards</strong>") == 1
    acts.end("ended", who=adam, now=house.now)
    assert "Trouble with cards" not in client.get("/sign-in").text


def test_it_is_mailed_to_customers_like_any_other(house, draft, open_agreement) -> None:
    open_agreement("bo")
    acts.keep("a", replace(draft, by_mail=True), who=scope_of(house, "adam"), now=house.now)
    assert acts.mail_due(now=house.now) >= 1
    with house.app.app_context():
        told = db.session.scalars(sa.select(Outbox.event).where(Outbox.event == "announcement")).all()
    assert told


def test_staff_choose_it_in_the_form_and_whoever_sees_a_part_of_the_business_may_not(
    house, client, draft
) -> None:
    adam = house.client("adam")
    page = adam.get("/office/announcements/new").text
    assert "Everybody, also before they sign in" in page
    fields = fields_of(page, "/office/announcements") | {
        "title": draft.title, "body": draft.body, "weight": "urgent", "audience": "public", "property": "",
        "sort": "",
    }  # fmt: skip
    assert adam.post("/office/announcements", data=fields).status_code == 303
    assert "Trouble with cards" in client.get("/sign-in").text
    assert "Everybody, also before they sign in" in adam.get("/office/announcements").text
    part = replace(scope_of(house, "dana"), limited=True)
    with pytest.raises(Refused):
        acts.keep("b", draft, who=part, now=house.now)
