"""The office writes announcements, sees how they look, and ends them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Announcement, db
from tests.fixtures.forms import fields_of

pytestmark = [pytest.mark.database("sqlite")]
TYPED = {
    "title": "Closed on Friday", "body": "We are **back** on Monday.", "weight": "urgent", "audience": "all",
    "property": "", "sort": "", "from_at": "2026-03-08T02:30", "until_at": "2126-12-01T09:00",
}  # fmt: skip


@pytest.fixture
def dana(house):
    return house.client("dana")


def all_of(app):
    with app.app_context():
        return list(db.session.scalars(select(Announcement)))


def test_one_is_looked_at_kept_changed_and_ended(dana, app) -> None:
    assert "No announcements yet" in dana.get("/office/announcements").text
    form = fields_of(dana.get("/office/announcements/new").text, "/office/announcements") | TYPED
    shown = dana.post("/office/announcements", data=form | {"do": "look"}).text
    assert "<strong>back</strong>" in shown
    assert all_of(app) == []
    for _again in range(2):
        assert dana.post("/office/announcements", data=form).status_code == 303
    (row,) = all_of(app)
    # 2:30 does not exist on that day in New York; it is taken an hour later, by the clock before the change.
    assert row.from_at.isoformat() == "2026-03-08T07:30:00+00:00"
    assert "Closed on Friday" in dana.get("/office/announcements").text
    address = f"/office/announcements/{row.ref}"
    page = dana.get(address).text
    assert "2126-12-01T09:00" in page
    dana.post(address, data=fields_of(page, address) | TYPED | {"title": "Closed on Monday"})
    assert [one.title for one in all_of(app)] == ["Closed on Monday"]
    dana.post(f"{address}/end", data=fields_of(page, f"{address}/end"))
    assert all_of(app)[0].ended_at is not None
    assert dana.get(address).status_code == 404


def test_what_was_typed_stays_with_a_sentence_beside_its_field(dana, app) -> None:
    form = fields_of(dana.get("/office/announcements/new").text, "/office/announcements") | TYPED
    for typed, words in (
        ({"title": ""}, "Write something."),
        ({"until_at": "2020-01-01T00:00"}, "It ends after it begins"),
        ({"from_at": "tomorrow"}, "Choose a day and a time."),
        ({"audience": "property"}, "Choose a property."),
        ({"audience": "sort"}, "Choose a sort of agreement."),
        ({"weight": "root"}, "Not a valid choice"),
    ):
        refused = dana.post("/office/announcements", data=form | typed)
        assert refused.status_code == 422, typed
        assert words in refused.text
        assert "We are **back** on Monday." in refused.text
    assert all_of(app) == []


def test_landlords_and_customers_write_none(house) -> None:
    assert house.client("lena").get("/office/announcements/new").status_code == 403
    assert house.client("bo").post("/office/announcements", data=TYPED).status_code == 404
