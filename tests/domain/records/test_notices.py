"""One door for what people are told: their wishes, their consents, their hours, each cause once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from domain.records.notices import still, tell
from domain.rules.notice_events import EVENTS
from domain.transaction import transaction
from models import (
    AddressTrouble,
    BellNotice,
    ContactConsent,
    NoticeWish,
    Outbox,
    Person,
    PushDevice,
    User,
)

pytestmark = pytest.mark.settings(DUEBOOK_TIMEZONE="America/New_York")
NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 12:00 in New York
NIGHT = datetime(2026, 3, 3, 4, 30, tzinfo=UTC)  # 23:30
MORNING = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)  # 8:00
NUMBER = "+12025550143"


class Told:
    """Bo and what he is told."""

    def __init__(self, house) -> None:
        self.house = house
        with transaction() as session:
            self.id = session.scalars(sa.select(Person.id).where(Person.ref == house.person("bo"))).one()
            self.user_id = session.scalars(sa.select(User.id).where(User.person_id == self.id)).one()

    def tell(self, event: str, key: str = "cause", now: datetime = NOON, **data) -> list[str]:
        with transaction() as session:
            return tell(session, event, self.id, data=data, dedupe_key=key, now=now, path="/payments/1")

    def put(self, *rows) -> None:
        with transaction() as session:
            session.add_all(rows)

    def person(self, **values) -> None:
        with transaction() as session:
            session.execute(sa.update(Person).where(Person.id == self.id).values(**values))

    def rows(self) -> list[Outbox]:
        with transaction() as session:
            return list(session.scalars(sa.select(Outbox).order_by(Outbox.id)))

    def bells(self) -> list[BellNotice]:
        with transaction() as session:
            return list(session.scalars(sa.select(BellNotice).order_by(BellNotice.id)))

    def wish(self, event: str, channel: str, wanted: bool) -> None:
        self.put(
            NoticeWish(
                person_id=self.id,
                event=event,
                channel=channel,
                wanted=wanted,
                changed_at=NOON,
                changed_by="t",
            )
        )

    def agree(
        self, agreed: bool = True, number: str = NUMBER, source: str = "profile", own: bool = True
    ) -> None:
        with transaction() as session:
            if own:
                session.execute(sa.update(User).where(User.id == self.user_id).values(sms_number=NUMBER))
            session.add(
                ContactConsent(
                    person_id=self.id if own else None, channel="sms", address=number, agreed=agreed,
                    source=source, at=NOON, by="t",
                )
            )  # fmt: skip


@pytest.fixture
def bo(house) -> Told:
    return Told(house)


def test_a_notice_is_a_mail_and_a_line_behind_the_bell_once_per_cause(bo):
    assert bo.tell("reminder_due", amount_minor=100, currency="USD") == ["email", "bell"]
    assert bo.tell("reminder_due", amount_minor=100, currency="USD") == []
    assert bo.tell("reminder_due", "another cause") == ["email", "bell"]
    mails = bo.rows()
    assert [(one.channel, one.to_address, one.event, one.template) for one in mails] == [
        ("email", "bo@example.org", "reminder_due", "reminder_due")
    ] * 2
    assert mails[0].data == {"amount_minor": 100, "currency": "USD", "path": "/payments/1"}
    assert [(one.event, one.path, one.read_at) for one in bo.bells()] == [
        ("reminder_due", "/payments/1", None)
    ] * 2


def test_two_people_of_one_cause_are_both_told(bo, house):
    bo.tell("reminder_due")
    with transaction() as session:
        tess = session.scalars(sa.select(Person).where(Person.ref == house.person("tess"))).one()
        assert tell(session, "reminder_due", tess, data={}, dedupe_key="cause", now=NOON)
    assert [one.to_address for one in bo.rows()] == ["bo@example.org", "tess@example.org"]


def test_what_was_switched_off_is_not_sent_by_that_channel(bo):
    bo.wish("reminder_due", "email", False)
    assert bo.tell("reminder_due") == ["bell"]
    bo.wish("reminder_due", "bell", False)
    assert bo.tell("reminder_due", "later") == []


def test_what_is_required_comes_by_mail_whatever_was_chosen(bo):
    bo.wish("autopay_amount_changed", "email", False)
    assert bo.tell("autopay_amount_changed") == ["email", "bell"]
    assert EVENTS["security"].may_choose("email") is False


@pytest.mark.safety("L28")
def test_texts_go_only_where_they_were_agreed_to_and_the_newest_word_counts(bo):
    assert "sms" not in bo.tell("reminder_due", "1")
    bo.agree()
    assert "sms" in bo.tell("reminder_due", "2")
    bo.agree(False, source="text:STOP")
    assert "sms" not in bo.tell("reminder_due", "3")
    bo.agree()
    assert "sms" in bo.tell("reminder_due", "4")
    # The number itself said stop, whoever it was written down for.
    bo.agree(False, source="text:STOP", own=False)
    assert "sms" not in bo.tell("reminder_due", "5")


def test_a_number_that_is_not_theirs_any_more_gets_no_text(bo):
    bo.agree(number="+12025550199")
    assert "sms" not in bo.tell("reminder_due")


def test_a_text_that_waits_is_not_sent_after_stop(bo):
    bo.agree()
    bo.tell("reminder_due", now=NIGHT)
    bo.agree(False, source="text:STOP")
    with transaction() as session:
        text = session.scalars(sa.select(Outbox).where(Outbox.channel == "sms")).one()
        assert still(session, text, MORNING) is None


def test_nobody_is_written_to_at_night_and_what_waits_goes_in_the_morning(bo):
    bo.tell("reminder_due", now=NIGHT)
    mail = bo.rows()[0]
    assert mail.not_before == MORNING
    with transaction() as session:
        assert still(session, session.get_one(Outbox, mail.id), NIGHT + timedelta(hours=1)) == MORNING
        assert still(session, session.get_one(Outbox, mail.id), MORNING) == MORNING


def test_what_somebody_just_did_is_confirmed_by_mail_at_once(bo):
    bo.tell("payment_planned", now=NIGHT)
    assert bo.rows()[0].not_before == NIGHT


def test_own_zone_and_own_hours_count_before_those_of_the_business(bo):
    bo.person(zone="Asia/Tokyo", contact_from_hour=10, contact_until_hour=12)
    bo.tell("reminder_due", now=NIGHT)  # 13:30 in Tokyo
    assert bo.rows()[0].not_before == datetime(2026, 3, 4, 1, 0, tzinfo=UTC)


def test_an_address_that_bounced_gets_only_what_is_required_and_a_text_goes_beside_it(bo):
    trouble = {"why": "550", "first_at": NOON, "last_at": NOON}
    bo.put(AddressTrouble(channel="email", address="bo@example.org", **trouble))
    assert bo.tell("reminder_before") == ["bell"]
    bo.agree()
    assert bo.tell("autopay_on", "then") == ["email", "sms", "bell"]
    bo.put(AddressTrouble(channel="sms", address=NUMBER, **trouble))
    assert bo.tell("autopay_on", "later") == ["email", "bell"]


def test_somebody_who_left_all_that_is_not_required_gets_only_the_rest(bo):
    bo.put(
        ContactConsent(
            person_id=bo.id,
            channel="email",
            address="bo@example.org",
            agreed=False,
            source="link",
            at=NOON,
            by="t",
        )
    )
    assert bo.tell("reminder_before") == ["bell"]
    assert bo.tell("fee_posted", "then") == ["email", "bell"]


def test_each_device_that_takes_pushes_gets_one(bo):
    for number, ended in ((1, None), (2, None), (3, NOON)):
        bo.put(
            PushDevice(
                ref=f"device-{number}", user_id=bo.user_id, endpoint_hash=f"h{number}", subscription_sealed="x",
                created_at=NOON, ended_at=ended,
            )
        )  # fmt: skip
    assert bo.tell("reminder_due") == ["email", "push", "bell"]
    assert [one.to_address for one in bo.rows() if one.channel == "push"] == ["device-1", "device-2"]


def test_an_event_nobody_knows_is_an_error(bo):
    with pytest.raises(KeyError):
        bo.tell("weather")
