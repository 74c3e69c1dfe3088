"""The secret address of a calendar, as programs and strangers meet it; see also the portal's test_calendar."""

from __future__ import annotations

import pytest

from blueprints.shared.headers import shown_path
from domain.actions import calendar_feeds
from tests.fixtures.agreements import scope_of

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]


def test_an_address_nobody_gave_out_is_not_there_and_says_nothing_else(app) -> None:
    stranger = app.test_client()
    for secret in ("x", "%00", "a" * 79, "a" * 500, "..%2f..", "'; drop table calendar_feed;--"):
        assert stranger.get(f"/calendar/{secret}.ics").status_code == 404


def test_no_log_holds_the_secret() -> None:
    assert shown_path("/calendar/abcdef.ics") == "/calendar/..."


def test_somebody_without_an_agreement_has_an_empty_calendar(app, house) -> None:
    secret = calendar_feeds.make(True, "en", who=scope_of(house, "stan"), now=house.now)
    answer = app.test_client().get(f"/calendar/{secret}.ics")
    assert answer.status_code == 200
    assert b"BEGIN:VCALENDAR" in answer.data
    assert b"VEVENT" not in answer.data


def test_it_is_read_in_the_language_of_its_owner(app, house, open_agreement) -> None:
    open_agreement("bo")
    secret = calendar_feeds.make(False, "es", who=scope_of(house, "bo"), now=house.now)
    assert app.test_client().get(f"/calendar/{secret}.ics").status_code == 200
