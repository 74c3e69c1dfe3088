"""Due dates in one's own calendar: a secret address, made, read without signing in, and switched off."""

from __future__ import annotations

import re
from datetime import date

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from domain.transaction import transaction
from models import CalendarFeed, User, db
from tests.fixtures.forms import fields_of
from tests.fixtures.paying import last_step

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def loan(open_agreement) -> str:
    return open_agreement("bo")


@pytest.fixture
def anybody(app):
    return app.test_client()


def make(bo, **typed: str) -> str:
    form = fields_of(bo.get("/calendar").text, "/calendar")
    form.pop("amounts", None)
    page = bo.post("/calendar", data=form | typed)
    assert page.headers["Cache-Control"] == "no-store"
    return re.search(r'value="http://[^"/]+(/calendar/[^"]+\.ics)"', page.text)[1]


def events(answer) -> list:
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_the_address_is_shown_once_and_only_its_hash_is_kept(bo, app, loan) -> None:
    address = make(bo)
    secret = address.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) >= 43
    assert secret not in bo.get("/calendar").text
    with app.app_context():
        assert secret not in db.session.scalars(select(CalendarFeed.token_hash)).one()


def test_it_is_read_without_signing_in_and_never_stored(bo, anybody, loan, app) -> None:
    answer = anybody.get(make(bo))
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    days = [event.decoded("dtstart") for event in events(answer)]
    # Every two weeks: the late one, today's, and those that follow for a year.
    assert days[:3] == [date(2026, 2, 16), date(2026, 3, 2), date(2026, 3, 16)]
    assert len(days) == 28
    with app.app_context():
        assert db.session.scalars(select(CalendarFeed.last_read_on)).one() == date(2026, 3, 2)


def test_amounts_stand_in_it_only_by_choice(bo, anybody, loan) -> None:
    assert "155.97" not in anybody.get(make(bo)).text
    assert "$155.97 is due" in anybody.get(make(bo, amounts="y")).text


def test_names_last_over_two_readings_and_no_two_are_the_same(bo, anybody, loan) -> None:
    address = make(bo, amounts="y")
    first, second = anybody.get(address), anybody.get(address)
    assert first.data == second.data
    names = [str(event["uid"]) for event in events(first)]
    assert len(set(names)) == len(names)


def test_a_planned_payment_stands_in_it_and_is_struck_out_when_it_is_cancelled(
    bo, anybody, loan, save_method
) -> None:
    save_method("bo")
    form = last_step(bo, loan, choice="other", amount="100", on="2026-03-11")
    ref = bo.post(f"/agreements/{loan}/payments", data=form).headers["Location"].rpartition("/")[2]
    address = make(bo, amounts="y")

    def planned() -> list:
        return [event for event in events(anybody.get(address)) if ref in str(event["uid"])]

    (event,) = planned()
    assert (event.decoded("dtstart"), str(event["status"])) == (date(2026, 3, 11), "CONFIRMED")
    assert "$100.00" in str(event["summary"])
    (alone,) = events(bo.get(f"/payments/{ref}/calendar.ics"))
    assert str(alone["uid"]) == str(event["uid"])
    bo.post(
        f"/payments/{ref}/cancel", data=fields_of(bo.get("/payments/planned").text, f"/payments/{ref}/cancel")
    )
    (struck,) = planned()
    assert (str(struck["uid"]), str(struck["status"])) == (str(event["uid"]), "CANCELLED")
    assert bo.get(f"/payments/{ref}/calendar.ics").status_code == 404


def test_it_stops_when_it_is_switched_off_replaced_or_its_owner_may_not_sign_in(
    bo, anybody, loan, app
) -> None:
    first = make(bo)
    second = make(bo)
    assert [anybody.get(address).status_code for address in (first, second)] == [404, 200]
    with transaction() as session:
        session.execute(update(User).values(frozen_at=User.created_at))
    assert anybody.get(second).status_code == 404
    with transaction() as session:
        session.execute(update(User).values(frozen_at=None))
    bo.post("/calendar/revoke", data=fields_of(bo.get("/calendar").text, "/calendar/revoke"))
    assert anybody.get(second).status_code == 404


def test_it_opens_nothing_else_and_guesses_open_nothing(bo, anybody, loan) -> None:
    address = make(bo)
    anybody.get(address)
    assert anybody.get("/dashboard").status_code in (302, 303)
    for wrong in ("x", "x" * 200, address.removeprefix("/calendar/")[:-5] + "A"):
        assert anybody.get(f"/calendar/{wrong}.ics").status_code == 404


def test_another_person_s_agreements_are_not_in_it(bo, anybody, loan, open_agreement) -> None:
    other = open_agreement("tess")
    assert other not in anybody.get(make(bo, amounts="y")).text.replace("\r\n ", "")


def test_one_due_day_is_put_into_a_calendar_by_hand(bo, house, loan) -> None:
    (event,) = events(bo.get(f"/agreements/{loan}/calendar.ics?on=2026-03-16"))
    assert "$155.97 is due" in str(event["summary"])
    assert len(events(bo.get(f"/agreements/{loan}/calendar.ics"))) == 1
    assert bo.get(f"/agreements/{loan}/calendar.ics?on=2026-03-17").status_code == 404
    assert house.client("stan").get(f"/agreements/{loan}/calendar.ics").status_code == 404


def test_a_debit_that_takes_nothing_is_no_entry_and_one_that_is_skipped_is_struck_out(
    app, bo, anybody, loan, save_method, house, pay
) -> None:
    from models import Autopay
    from tests.blueprints.portal.autopays import switch_on

    ref = switch_on(bo, loan, save_method("bo"))
    with app.app_context():
        period = db.session.scalars(select(Autopay.next_period)).one()
    action = f"/autopay/{ref}/debits/{period}/skip"
    bo.post(action, data=fields_of(bo.get("/upcoming").text, action))
    address = make(bo, amounts="y")
    debits = [one for one in events(anybody.get(address)) if "autopay" in str(one["SUMMARY"])]
    assert not any("$0.00" in str(one["SUMMARY"]) for one in debits)
    assert [str(one.get("STATUS", "")) for one in debits].count("CANCELLED") == 1
    bo.post(f"/autopay/{ref}/pause", data=fields_of(bo.get(f"/autopay/{ref}").text, f"/autopay/{ref}/pause"))
    left = [one for one in events(anybody.get(address)) if "autopay" in str(one["SUMMARY"])]
    assert all(str(one.get("STATUS", "")) == "CANCELLED" for one in left)
