"""Tess reports a tap that drips, with a photo, and sees what becomes of it."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from models import MaintenanceRequest, Task, db
from tests.fixtures.forms import fields_of
from tests.fixtures.rentals import let_flat
from tests.fixtures.talking import png

pytestmark = [pytest.mark.database("sqlite")]
TYPED = {"title": "The tap drips", "text": "Day and night.", "urgency": "soon", "times": "after 5"}


@pytest.fixture
def flat(house):
    return let_flat(house, "tess")


def count(app, model, *which) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model).where(*which))


def test_a_tenant_reports_with_a_photo_once(house, app, flat):
    tess = house.client("tess")
    assert "Nothing was reported" in tess.get("/repairs").text
    sent = fields_of(tess.get("/repairs/new").text, "/repairs") | TYPED
    for _again in range(2):
        answer = tess.post("/repairs", data=sent | {"file": (io.BytesIO(png()), "tap.png")})
        assert answer.status_code == 303
    assert (count(app, MaintenanceRequest), count(app, Task, Task.kind == "repair")) == (1, 1)
    page = tess.get(answer.location).text
    for words in ("The tap drips", "Reported", "tap.png", "after 5", "Day and night."):
        assert words in page
    assert "The tap drips" in tess.get("/repairs").text
    assert house.client("bo").get(answer.location).status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"title": ""}, "Say in a few words what is broken."), ({"text": ""}, "Describe it"),
     ({"urgency": "at once"}, "Choose how urgent it is."), ({"title": "x" * 121}, "at most 120"),
     ({"agreement": "another"}, "Not a valid choice"), ({"form_ref": ""}, "out of date")],
)  # fmt: skip
def test_what_cannot_be_reported_keeps_what_was_typed(house, app, flat, typed, words):
    tess = house.client("tess")
    sent = fields_of(tess.get("/repairs/new").text, "/repairs") | TYPED | typed
    answer = tess.post("/repairs", data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "after 5" in answer.text
    assert count(app, MaintenanceRequest) == 0


def test_whoever_reports_an_emergency_can_call_at_once_and_reads_when_somebody_answers(house, app, flat):
    from domain.transaction import transaction
    from models import Business

    with transaction() as session:
        session.get_one(Business, 1).phone = "+1 555 0100"
    tess = house.client("tess")
    sent = fields_of(tess.get("/repairs/new").text, "/repairs") | TYPED
    call = 'class="button" href="tel:+15550100"'
    page = tess.get(tess.post("/repairs", data=sent | {"urgency": "emergency"}).location).text
    assert call in page
    assert 'id="answering"' in page
    assert page.count(">Reported<") == 2  # the badge, and the line of what happened
    sent = fields_of(tess.get("/repairs/new").text, "/repairs") | TYPED
    assert call not in tess.get(tess.post("/repairs", data=sent).location).text


def test_only_tenants_have_the_way_to_repairs(house, flat, open_agreement):
    open_agreement("bo")
    assert 'href="/repairs"' in house.client("tess").get("/messages").text
    bo = house.client("bo")
    assert 'href="/repairs"' not in bo.get("/messages").text
    assert "Repairs are for tenants" in bo.get("/repairs").text
    assert "Repairs are for tenants" in bo.get("/repairs/new").text
