"""The office takes chats, sees who waits at an open page, and writes down when somebody can be reached."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Business, Presence, db
from tests.fixtures.forms import fields_of
from tests.fixtures.talking import open_thread_for

pytestmark = [pytest.mark.database("sqlite")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def dana(house):
    return house.client("dana")


def all_of(app, model):
    with app.app_context():
        return list(db.session.scalars(select(model)))


def take(client, wanted="yes", **given):
    form = fields_of(client.get("/office/chat/widgets/waiting").text, "/office/chat")
    return client.post("/office/chat", data=form | {"wanted": wanted}, **given)


def test_whoever_takes_chats_sees_who_waits_at_an_open_page(dana, house, open_agreement) -> None:
    ref = open_thread_for(house, "bo", open_agreement("bo"))
    open_thread_for(house, "tess", ref="t")
    assert "Bo Rivera" not in dana.get("/office/chat/widgets/waiting").text
    assert house.client("bo").get(f"/messages/{ref}/widgets/news", headers=HTMX).status_code == 200
    shown = take(dana, headers=HTMX).text
    assert "Bo Rivera" in shown
    assert "Tess" not in shown
    assert "<html" not in shown
    assert "No more chats" in shown
    assert "/office/chat/widgets/waiting" in dana.get("/office/messages").text


def test_the_board_is_silent_while_nothing_changed_and_keeps_its_reader_there(dana, house, app) -> None:
    take(dana)
    began = all_of(app, Presence)[0].seen_at
    mark = dana.get("/office/chat/widgets/waiting").text.split("shown=")[1].split('"')[0]
    assert dana.get(f"/office/chat/widgets/waiting?shown={mark}", headers=HTMX).status_code == 204
    assert all_of(app, Presence)[0].seen_at > began
    take(dana, "no")
    left = all_of(app, Presence)[0].seen_at
    dana.get("/office/chat/widgets/waiting", headers=HTMX)
    assert all_of(app, Presence)[0].seen_at == left


def test_only_the_office_takes_chats_and_only_administrators_write_the_hours(house, dana) -> None:
    for name, status in (("bo", 404), ("lena", 403)):
        assert house.client(name).post("/office/chat", data={"wanted": "yes"}).status_code == status
    assert dana.get("/office/hours").status_code == 403
    assert dana.post("/office/hours").status_code == 403


def test_hours_are_kept_as_typed_and_refused_beside_their_day(house, app) -> None:
    adam = house.client("adam")
    form = fields_of(adam.get("/office/hours").text, "/office/hours")
    refused = adam.post("/office/hours", data=form | {"day_0": "nine to five", "day_1": "9-17"})
    assert refused.status_code == 422
    for words in ("nine to five", "9-17", "Write the hours like"):
        assert words in refused.text
    typed = {"day_0": "9-12, 13-17", "day_5": "10:30 - 14", "closed": "2026-12-25"}
    assert adam.post("/office/hours", data=form | typed).status_code == 303
    assert all_of(app, Business)[0].opening_hours == {
        "days": {"0": [[540, 720], [780, 1020]], "5": [[630, 840]]}, "closed": ["2026-12-25"],
    }  # fmt: skip
    page = adam.get("/office/hours").text
    assert "9:00-12:00, 13:00-17:00" in page
    assert "2026-12-25" in page
