"""The page of alerts: every wish is kept, what is required stays, and what does not arrive is said with what to do."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from domain.actions import text_wishes
from domain.records import address_troubles, notices
from domain.rules.notice_events import EVENTS
from domain.transaction import transaction
from models import Agreement, Business, ContactConsent, NoticeWish, Outbox, Person, ReminderDay, User, db
from tests.fixtures.agreements import scope_of

NUMBER = "+12025550143"


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def number(house):
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("bo")).values(sms_number=NUMBER))


def wishes(house) -> dict[str, bool]:
    with house.app.app_context():
        rows = db.session.scalars(select(NoticeWish))
        return {f"{row.event}.{row.channel}": row.wanted for row in rows}


def page(client) -> str:
    answer = client.get("/alerts")
    assert answer.status_code == 200
    return answer.text


def ticked(html: str) -> set[str]:
    return set(re.findall(r'name="wanted" value="([\w.]+)" checked', html))


def test_what_is_not_ticked_under_a_heading_is_not_wanted_and_nothing_else_changes(house, bo):
    answer = bo.post(
        "/alerts", data={"group": "reminders", "wanted": ["reminder_due.email", "reminder_late.sms"]}
    )
    assert (answer.status_code, answer.location) == (303, "/alerts#group-reminders")
    kept = wishes(house)
    assert {event.partition(".")[0] for event in kept} == {"reminder_before", "reminder_due", "reminder_late"}
    assert {name for name, wanted in kept.items() if wanted} == {"reminder_due.email", "reminder_late.sms"}
    shown = ticked(page(bo))
    assert "reminder_due.email" in shown
    assert "reminder_due.bell" not in shown


def test_what_is_required_stays_whatever_is_sent(house, bo):
    bo.post("/alerts", data={"group": "autopay"})
    assert not any(
        name.endswith((".email", ".bell")) and EVENTS[name.partition(".")[0]].required
        for name in wishes(house)
    )
    html = page(bo)
    assert "autopay_stopped.email" in ticked(html)
    assert re.search(r'value="autopay_stopped.email" checked disabled', html)


@pytest.mark.parametrize("group", ["", "nothing", "reminders' OR 1=1"])
def test_a_heading_that_is_none_changes_nothing(house, bo, group):
    bo.post("/alerts", data={"group": group, "wanted": ["reminder_due.email"]})
    assert wishes(house) == {}


def days(house) -> list[int | None]:
    with house.app.app_context():
        return list(db.session.scalars(select(ReminderDay.days).order_by(ReminderDay.days.desc())))


def test_several_reminder_days_are_kept_for_an_agreement_and_the_usual_ones_come_back(
    house, bo, open_agreement
):
    ref = open_agreement("bo")
    answer = bo.post(f"/alerts/reminders/{ref}", data={"days": ["7", "0", "-3"]})
    assert answer.location == "/alerts#reminders"
    assert days(house) == [7, 0, -3]
    assert "Days of your own" in page(bo)
    bo.post(f"/alerts/reminders/{ref}", data={})
    assert days(house) == [None]
    assert "No reminders" in page(bo)
    bo.post(f"/alerts/reminders/{ref}", data={"usual": "1", "days": ["7"]})
    assert days(house) == []
    assert "Our usual days" in page(bo)


@pytest.mark.parametrize("typed", [["31"], ["x"], ["1", "2", "3", "4", "5", "6", "7"], ["-31"]])
def test_days_that_cannot_be_are_refused_beside_the_agreement(house, bo, open_agreement, typed):
    ref = open_agreement("bo")
    answer = bo.post(f"/alerts/reminders/{ref}", data={"days": typed})
    assert answer.status_code == 422
    assert "Choose at most 6 days" in answer.text
    assert days(house) == []


def test_another_ones_agreement_is_not_there(house, open_agreement):
    ref = open_agreement("bo")
    assert house.client("stan").post(f"/alerts/reminders/{ref}", data={"days": "3"}).status_code == 404


def test_texts_are_agreed_to_by_a_box_and_ended_by_a_button(house, bo, number):
    assert "I agree to text messages" in page(bo)
    assert bo.post("/alerts/texts", data={}).status_code == 422
    assert bo.post("/alerts/texts", data={"agreed": "yes"}).status_code == 303
    assert "End text messages" in page(bo)
    bo.post("/alerts/texts", data={"agreed": "no"})
    with house.app.app_context():
        log = [(row.agreed, row.address, row.words) for row in db.session.scalars(select(ContactConsent))]
    assert log == [(True, NUMBER, text_wishes.WORDS), (False, NUMBER, "")]


def test_without_a_number_the_page_leads_to_where_it_is_added(house, bo):
    html = page(bo)
    assert "no number of yours" in html
    assert '/account/phone"' in html
    assert bo.post("/alerts/texts", data={"agreed": "yes"}).status_code == 422


def test_an_address_that_does_not_take_mail_is_said_with_what_to_do(house, bo):
    with transaction() as session:
        address_troubles.note(session, "email", "bo@example.org", "mailbox full", house.now)
    html = page(bo)
    assert "Does not arrive" in html
    assert "/account/email" in html
    assert bo.post("/alerts/addresses", data={"channel": "email"}).status_code == 303
    assert "Does not arrive" not in page(bo)
    assert [bo.post("/alerts/addresses", data={"channel": "email"}).status_code for _time in range(3)] == [
        303,
        303,
        422,
    ]


def test_a_number_that_is_stopped_is_said_with_what_to_do(house, bo, number):
    text_wishes.agree(who=scope_of(house, "bo"), now=house.now)
    with transaction() as session:
        address_troubles.note(session, "sms", NUMBER, "not a mobile", house.now)
    html = page(bo)
    assert "takes no text messages" in html
    assert "/account/phone" in html


def test_a_test_goes_out_by_the_way_that_was_asked_and_not_too_often(house, bo, mails):
    answers = [bo.post("/alerts/test", data={"channel": "email"}).status_code for _time in range(6)]
    assert answers == [303] * 5 + [422]
    with house.app.app_context():
        sent = db.session.execute(
            select(Outbox.channel, Outbox.to_address).where(Outbox.template == "notice_test")
        ).all()
    assert set(map(tuple, sent)) == {("email", "bo@example.org")}


@pytest.mark.parametrize(
    ("channel", "says"), [("sms", "takes text messages"), ("push", "No browser"), ("fax", "not one of")]
)
def test_a_test_by_a_way_that_is_not_there_says_so(house, bo, channel, says):
    answer = bo.post("/alerts/test", data={"channel": channel})
    assert answer.status_code == 422
    assert says in answer.text


def test_the_last_notices_are_listed_with_what_became_of_them(house, bo, open_agreement):
    ref = open_agreement("bo")
    with house.app.app_context():
        agreement = db.session.scalars(select(Agreement).where(Agreement.ref == ref)).one()
    with transaction() as session:
        notices.tell(
            session, "fee_posted", scope_of(house, "bo").person_id, agreement_id=agreement.id, now=house.now,
            data={"agreement_ref": ref, "amount_minor": 1_500, "currency": "USD"}, dedupe_key="fee",
        )  # fmt: skip
    html = page(bo)
    assert f"A fee of $15.00 was charged on {agreement.number}." in html
    assert "Waits" in html
    assert "A fee of" not in page(house.client("stan"))


def test_quiet_hours_are_said_and_lead_to_the_profile(house, bo):
    assert "From 21:00 until 8:00 by your clock" in page(bo)
    with transaction() as session:
        session.execute(
            update(Person).where(Person.ref == house.person("bo")).values(
                contact_from_hour=9, contact_until_hour=17, zone="America/Denver"
            )
        )  # fmt: skip
        session.execute(update(Business).values(quiet_from_hour=0, quiet_until_hour=0))
    html = page(bo)
    assert "from 9:00 until 17:00" in html
    assert "America/Denver" in html
    assert '/profile"' in html


def test_staff_who_look_at_the_page_change_nothing(house, open_agreement):
    """They see the customer's choices, and every form is refused (the doors of the portal)."""
    open_agreement("bo")
    dana = house.client("dana")
    dana.post(f"/office/people/{house.person('bo')}/viewing", data={"why": "asked on the phone"})
    answer = dana.get("/alerts")
    if answer.status_code == 200:
        assert "bo@example.org" in answer.text
    assert dana.post("/alerts", data={"group": "reminders"}).status_code in (403, 404)
    assert wishes(house) == {}
