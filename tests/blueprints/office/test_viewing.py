"""Staff look at a customer's pages as the customer sees them: they read, nothing else, and it is noted (safety A27)."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from models import AuditEvent, db
from tests.access.world import READING, SENDING, fingerprint, rules

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def looking(house, open_agreement):
    """Dana, who looks at Bo's pages; `.loan` is Bo's agreement."""
    client = house.client("dana")
    client.loan = open_agreement("bo", number="L-7", title="2021 Toyota Camry")
    answer = client.post(f"/office/people/{house.person('bo')}/viewing")
    assert (answer.status_code, answer.location) == (303, "/dashboard")
    return client


def places(rule, ref: str) -> dict[str, str | int]:
    """Something for each place of an address: `ref`, or 1 where only a number fits."""
    numbers = re.findall(r"<int:(\w+)>", rule.rule)
    return dict.fromkeys(rule.arguments, ref) | dict.fromkeys(numbers, 1)


def deeds(house) -> list[tuple[str, str]]:
    with house.app.app_context():
        rows = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action.startswith("viewing.")))
        return [(row.action, row.by) for row in rows]


@pytest.mark.safety("A27")
def test_they_see_what_the_customer_sees_under_a_banner(house, looking):
    for path in (
        "/dashboard",
        f"/agreements/{looking.loan}",
        "/payments",
        "/methods",
        "/profile",
        "/payments.csv",
    ):
        assert looking.get(path).status_code == 200, path
    page = looking.get("/dashboard").text
    assert "You look at the pages of Bo Rivera, and can only read." in page
    assert "Stop viewing" in page
    assert "2021 Toyota Camry" in page
    own = house.client("bo").get(f"/agreements/{looking.loan}").text
    assert "L-7" in own
    assert "L-7" in looking.get(f"/agreements/{looking.loan}").text


@pytest.mark.safety("A27")
def test_they_send_nothing_from_there(app, house, looking):
    before = fingerprint(app)
    wrong = {}
    for rule, method in rules(app, SENDING):
        if rule.endpoint.startswith("portal."):
            with app.test_request_context():
                address = rule.build(places(rule, looking.loan), append_unknown=False)[1]
            if (code := looking.open(address, method=method).status_code) != 403:
                wrong[rule.endpoint] = code
    assert wrong == {}
    assert fingerprint(app) == before


@pytest.mark.safety("A27", "W2")
def test_reading_there_changes_nothing(app, looking):
    before = fingerprint(app)
    for rule, method in rules(app, READING):
        if rule.endpoint.startswith("portal."):
            with app.test_request_context():
                address = rule.build(places(rule, looking.loan) | {"name": "tiles"}, append_unknown=False)[1]
            assert looking.open(address, method=method).status_code in (200, 303, 404, 422), rule.endpoint
    assert fingerprint(app) == before


@pytest.mark.safety("W9")
def test_another_customers_things_are_not_there(house, looking, open_agreement):
    other = open_agreement("tess")
    assert looking.get(f"/agreements/{other}").status_code == 404


def test_their_own_pages_stay_their_own(house, looking):
    page = looking.get("/account").text
    assert "Bo Rivera" not in page.partition("<main")[2]
    assert looking.get("/office/people").status_code == 200


@pytest.mark.safety("A27")
def test_it_ends_by_the_button_and_both_ends_are_noted(house, looking):
    answer = looking.post("/office/viewing/ended")
    assert answer.location == f"/office/people/{house.person('bo')}"
    assert looking.get("/dashboard").location == "/office"
    looking.post("/office/viewing/ended")
    dana = deeds(house)[0][1]
    assert deeds(house) == [("viewing.begun", dana), ("viewing.ended", dana)]


def test_it_is_of_this_sign_in_only_and_ends_with_it(house, looking):
    again = house.client("dana")
    assert again.get("/dashboard").location == "/office"
    looking.post("/sign-out")
    assert looking.get("/dashboard").location.startswith("/sign-in")


@pytest.mark.safety("S7")
def test_it_ends_at_once_when_the_right_is_taken(house, looking):
    form = {"role": "staff", "duties": ["collect"], "branches": "North"}
    assert house.client("adam").post(f"/office/users/{house.user('dana')}", data=form).status_code == 303
    assert looking.get("/dashboard").location == "/office"


def test_a_colleagues_pages_cannot_be_looked_at(house):
    dana = house.client("dana")
    for name in ("adam", "lena"):
        dana.post(f"/office/people/{house.person(name)}/viewing")
        assert dana.get("/dashboard").location == "/office"
    assert deeds(house) == []


def test_a_landlord_looks_at_nobodys_pages(house):
    assert house.client("lena").post(f"/office/people/{house.person('bo')}/viewing").status_code == 403
