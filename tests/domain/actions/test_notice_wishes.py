"""People choose what they are told of and how, and see it on their page with what was sent and what does not arrive."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from domain.access import Scope
from domain.actions import notice_wishes
from domain.records import address_troubles
from domain.records.notices import tell
from domain.reports import notices as report
from domain.rules.notice_events import EVENTS
from domain.transaction import transaction
from domain.words import Gone, NotAllowed, Refused
from models import ContactConsent, Outbox, ReminderDay, User

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.settings(DUEBOOK_TIMEZONE="UTC")]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def bo(house) -> Scope:
    with transaction() as session:
        user = session.scalars(sa.select(User).where(User.ref == house.user("bo"))).one()
        return Scope("customer", user.id, user.person_id)


def choice(app, bo: Scope, event: str, channel: str) -> report.Choice:
    with app.app_context():
        for _, events in report.choices(bo):
            for one in events:
                if one.event == event:
                    return next(each for each in one.choices if each.channel == channel)
    raise AssertionError(event)


def told(bo: Scope, event: str = "fee_posted", key: str = "cause") -> list[str]:
    with transaction() as session:
        data = {"amount_minor": 2_500, "currency": "USD"}
        return tell(session, event, bo.person_id, data=data, dedupe_key=key, now=NOON, path="/alerts")


def test_every_event_is_on_the_page_and_what_is_required_is_fixed(app, house, bo):
    with app.app_context():
        groups = report.choices(bo)
    assert {one.event for _, events in groups for one in events} == set(EVENTS)
    assert choice(app, bo, "autopay_amount_changed", "email") == report.Choice("email", True, True)
    assert choice(app, bo, "reminder_before", "sms") == report.Choice("sms", False, False)


def test_a_wish_is_kept_and_can_be_changed(app, house, bo):
    for wanted in (False, True, False):
        notice_wishes.set_wishes({("reminder_before", "email"): wanted}, who=bo, now=NOON)
        assert choice(app, bo, "reminder_before", "email").wanted is wanted


@pytest.mark.parametrize("wish", [("fee_posted", "email"), ("weather", "email"), ("reminder_due", "letter")])
def test_what_nobody_may_choose_is_refused_and_nothing_is_kept(app, house, bo, wish):
    with pytest.raises(Refused):
        notice_wishes.set_wishes({("reminder_due", "email"): False, wish: False}, who=bo, now=NOON)
    assert choice(app, bo, "reminder_due", "email").wanted


def test_reminder_days_are_checked_and_one_s_own_agreements_only(app, house, bo, open_agreement):
    ref, other = open_agreement("bo"), open_agreement("tess")
    notice_wishes.set_reminder_days(ref, [3, 0, 3, -2], who=bo, now=NOON)
    with app.app_context():
        (row,) = report.reminder_days(bo)
        assert (row.days, row.own) == ((3, 0, -2), True)
    for days in ([31], list(range(7))):
        with pytest.raises(Refused):
            notice_wishes.set_reminder_days(ref, days, who=bo, now=NOON)
    with pytest.raises(Gone):
        notice_wishes.set_reminder_days(other, [3], who=bo, now=NOON)
    notice_wishes.set_reminder_days(ref, None, who=bo, now=NOON)
    with transaction() as session:
        assert session.scalars(sa.select(ReminderDay)).all() == []


def test_who_only_looks_changes_nothing(house, bo):
    looking = Scope("customer", bo.user_id, bo.person_id, reading=True)
    for act in (
        lambda: notice_wishes.set_wishes({("reminder_due", "email"): False}, who=looking, now=NOON),
        lambda: notice_wishes.send_test("email", who=looking, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_test_goes_by_the_way_asked_for_and_a_text_only_where_it_was_agreed_to(house, bo):
    assert notice_wishes.send_test("email", who=bo, now=NOON) == "bo@example.org"
    for channel in ("sms", "push"):
        with pytest.raises(Refused):
            notice_wishes.send_test(channel, who=bo, now=NOON)
    with transaction() as session:
        assert [row.template for row in session.scalars(sa.select(Outbox))] == ["notice_test"]


def test_tests_are_counted(house, bo):
    for minute in range(5):
        notice_wishes.send_test("email", who=bo, now=NOON.replace(minute=minute))
    with pytest.raises(Refused):
        notice_wishes.send_test("email", who=bo, now=NOON.replace(minute=9))


def test_the_page_shows_what_was_sent_what_was_left_and_what_does_not_arrive(app, house, bo):
    told(bo)
    told(bo, "reminder_due", "second")
    with transaction() as session:
        rows = session.scalars(sa.select(Outbox).order_by(Outbox.id)).all()
        rows[1].state, rows[1].last_error = "dead", "not wanted any more"
        address_troubles.note(session, "email", "bo@example.org", "550 no such mailbox", NOON)
    with app.app_context():
        newest, first = report.last_sent(bo)
        assert (newest.state, first.state) == ("left", "due")
        assert str(first.said) == "A fee was charged."
        mail, text = report.ways(bo)
        assert (mail.address, mail.trouble) == ("bo@example.org", "550 no such mailbox")
        assert not text.agreed
        assert report.unread(bo) == 2
        assert [line.path for line in report.bell(bo)] == ["/alerts", "/alerts"]


def test_nobody_sees_what_somebody_else_was_told(app, house, bo):
    told(bo)
    with transaction() as session:
        user = session.scalars(sa.select(User).where(User.ref == house.user("tess"))).one()
        tess = Scope("customer", user.id, user.person_id)
    with app.app_context():
        assert report.last_sent(tess) == []
        assert report.bell(tess) == []
        assert report.unread(tess) == 0


def test_mails_left_by_their_link_are_one_event_or_all_that_is_not_required(house, bo):
    notice_wishes.leave(house.person("bo"), "reminder_due", by="anonymous", now=NOON)
    assert told(bo, "reminder_due") == ["bell"]
    assert "email" in told(bo, "reminder_late", "2")
    notice_wishes.leave(house.person("bo"), "reminder_due", everything=True, by="anonymous", now=NOON)
    assert told(bo, "reminder_late", "3") == ["bell"]
    assert "email" in told(bo, "fee_posted", "4")
    with transaction() as session:
        assert [one.source for one in session.scalars(sa.select(ContactConsent))] == ["link"]
    with pytest.raises(Refused):
        notice_wishes.leave(house.person("bo"), "fee_posted", by="anonymous", now=NOON)
