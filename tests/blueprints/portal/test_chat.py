"""A customer reads whether somebody answers now, or when somebody will."""

from __future__ import annotations

import pytest

from blueprints.shared import chat as words
from domain.actions import chat
from domain.reports.chat import Answering
from domain.rules.opening_hours import Hours, stored
from tests.fixtures.agreements import scope_of
from tests.fixtures.talking import open_thread_for

pytestmark = [pytest.mark.database("sqlite")]
HTMX = {"HX-Request": "true"}
NOT_HERE = "Nobody is at the chat just now"


@pytest.fixture
def bo(house):
    return house.client("bo")


def take(house, name="dana", wanted=True):
    chat.take_chats(wanted, who=scope_of(house, name), now=house.now)


def test_the_page_says_that_somebody_is_here_as_soon_as_they_are(bo, house, open_agreement) -> None:
    ref = open_thread_for(house, "bo", open_agreement("bo"))
    for page in (f"/messages/{ref}", "/messages/new"):
        assert NOT_HERE in bo.get(page).text
    shown = bo.get("/messages/widgets/answering", headers=HTMX).text
    mark = shown.split("shown=")[1].split('"')[0]
    address = f"/messages/widgets/answering?shown={mark}"
    assert bo.get(address, headers=HTMX).status_code == 204
    take(house)
    assert "Somebody is here now" in bo.get(address, headers=HTMX).text
    assert "Dana" not in bo.get(address, headers=HTMX).text
    take(house, wanted=False)
    assert NOT_HERE in bo.get(f"/messages/{ref}").text


def test_with_hours_it_says_when_somebody_will_answer(bo, house) -> None:
    with house.app.app_context():
        always = stored(Hours(dict.fromkeys(range(7), [(0, 1440)])).days, [])
        chat.keep_hours(dict.fromkeys(range(7), [(0, 1440)]), [], who=scope_of(house, "adam"), now=house.now)
    assert always["days"]
    assert "We are open until 00:00" in bo.get("/messages/new").text


def test_the_words_name_the_day_and_the_hour_of_the_reader(app, house) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    monday = datetime(2026, 11, 30, 9, tzinfo=ZoneInfo("America/New_York"))
    with app.test_request_context("/"):
        assert words.words(Answering(False, opens=monday)) == (
            "Nobody is here now. Somebody will answer on Monday, 30 November 2026 from 09:00."
        )
