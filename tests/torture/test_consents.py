"""Random messages, consents, wishes and hours; an independent reader of the rules judges everything that left (T25).

The reader knows nothing of the program but what people said and when: it keeps its own record of every STOP, every
switched-off event and everybody's hours, and its own list of what is required and of what may come at any hour.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from channels.sms.http import HttpTexts, SmsSettings
from domain.actions import outbox
from domain.actions.outbox import LEASE, deliver
from domain.records.contacts import house_zone
from domain.records.notices import tell
from domain.records.words_out import enqueue_mail
from domain.transaction import transaction
from models import ContactConsent, NoticeWish, Outbox, Person, User
from tests.torture.lives import Lives

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", DUEBOOK_TIMEZONE="America/New_York")

BEGIN = datetime(2026, 3, 6, 12, tzinfo=UTC)
"""Two days before the clocks go forward in New York; the long torture sees them go back as well."""
ZONES = ("America/New_York", "Pacific/Honolulu", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "")
EVENTS = (
    "reminder_before", "reminder_due", "reminder_late", "autopay_tomorrow", "autopay_amount_changed", "fee_posted",
    "payment_planned", "payment_failed", "statement_ready", "promise_kept", "autopay_on", "message_received",
)  # fmt: skip
# The rules once more, by hand: what cannot be switched off by mail, and what is mailed at any hour because its reader
# just did it or their money just moved.
REQUIRED = {
    "autopay_tomorrow", "autopay_amount_changed", "fee_posted", "payment_failed", "statement_ready", "autopay_on",
}  # fmt: skip
ANY_HOUR_BY_MAIL = {"payment_planned", "payment_failed", "autopay_on"}
TEXTED_UNASKED = {
    "reminder_due", "reminder_late", "autopay_tomorrow", "autopay_amount_changed", "payment_failed",
}  # fmt: skip


@dataclass
class Somebody:
    """One person as the reader knows them."""

    id: int
    email: str
    number: str
    zone: str
    hours: tuple[int, int]
    agreed: bool = False
    wished: dict[tuple[str, str], bool] = field(default_factory=dict)


@dataclass
class World:
    """People, their choices, the clock, and everything that left."""

    app: Any
    dice: random.Random
    now: datetime = BEGIN
    people: list[Somebody] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def deliver(self, message: Any, message_id: str) -> None:
        """The channels' own door: what comes here has left, and is judged at once."""
        channel = "sms" if type(message).__name__ == "TextMessage" else "email"
        with self.app.extensions["write_engine"].connect() as door:
            event = door.execute(
                sa.select(Outbox.event).where(Outbox.id == int(message_id.split("-")[1]))
            ).scalar_one()
        self.left[channel] += 1
        whose = next(one for one in self.people if message.to in (one.email, one.number))
        self.judge(whose, channel, event)

    def judge(self, whose: Somebody, channel: str, event: str) -> None:
        if channel == "sms" or event not in ANY_HOUR_BY_MAIL:
            hour = self.now.astimezone(ZoneInfo(whose.zone) if whose.zone else house_zone()).hour
            if not whose.hours[0] <= hour < whose.hours[1]:
                self.broken.append(f"{event} by {channel} at {hour} o'clock of {whose.email}")
        if channel == "sms":
            if not whose.agreed:
                self.broken.append(f"{event} texted to {whose.number} after STOP")
            if not whose.wished.get((event, "sms"), event in TEXTED_UNASKED):
                self.broken.append(f"{event} texted to {whose.number}, who wants no such text")
        elif event not in REQUIRED and not whose.wished.get((event, "email"), True):
            self.broken.append(f"{event} mailed to {whose.email}, who switched it off")

    def turn(self, number: int) -> None:
        """One thing happens."""
        whose, act = self.dice.choice(self.people), self.dice.random()
        event = self.dice.choice(EVENTS)
        if act < 0.6:
            with transaction() as session:
                tell(session, event, whose.id, data={}, dedupe_key=f"turn-{number}", now=self.now)
        elif act < 0.75:
            whose.agreed = not whose.agreed
            consent = {
                "person_id": self.dice.choice([whose.id, None]) if not whose.agreed else whose.id, "channel": "sms",
                "address": whose.number, "agreed": whose.agreed, "source": "text", "at": self.now, "by": "t",
            }  # fmt: skip
            with transaction() as session:
                session.add(ContactConsent(**consent))
        elif act < 0.9:
            self.wish(whose, event, self.dice.choice(["email", "sms"]), self.dice.random() < 0.5)
        self.now += timedelta(minutes=self.dice.choice([1, 7, 45, 200]))

    def wish(self, whose: Somebody, event: str, channel: str, wanted: bool) -> None:
        whose.wished[event, channel] = wanted
        with transaction() as session:
            session.execute(
                sa.delete(NoticeWish).where(
                    NoticeWish.person_id == whose.id, NoticeWish.event == event, NoticeWish.channel == channel
                )
            )
            session.add(
                NoticeWish(
                    person_id=whose.id, event=event, channel=channel, wanted=wanted, changed_at=self.now,
                    changed_by="t",
                )
            )  # fmt: skip


@pytest.fixture
def world(house) -> World:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    made = World(house.app, random.Random(seed))
    with transaction() as session:
        for number, zone in enumerate(ZONES):
            hours = made.dice.choice([(8, 21), (9, 17), (18, 24), (6, 12)])
            person = Person(
                ref=f"t25-{number}", number=f"T-{number}", name=f"Person {number}", email=f"t{number}@example.org",
                email_folded=f"t{number}@example.org", zone=zone, created_at=BEGIN, language="en",
                **({} if hours == (8, 21) else {"contact_from_hour": hours[0], "contact_until_hour": hours[1]}),
            )  # fmt: skip
            session.add(person)
            session.flush()
            mobile = f"+1212555{1000 + number}"
            session.add(
                User(
                    ref=f"t25-{number}", person_id=person.id, role="customer", username=f"t25-{number}",
                    username_folded=f"t25-{number}", password_hash="", password_changed_at=BEGIN, created_at=BEGIN,
                    sms_number=mobile,
                )
            )  # fmt: skip
            made.people.append(Somebody(person.id, person.email, mobile, zone, hours))
    return made


def live(world: World, turns: int) -> None:
    """That many things happen; the postman comes every now and then."""
    post = replace(world.app.extensions["post"], channel=world, texts=world)
    for number in range(turns):
        world.turn(number)
        if world.dice.random() < 0.4:
            deliver(post, now=world.now, limit=500)
    for _ in range(30):
        world.now += timedelta(hours=1)
        deliver(post, now=world.now, limit=5000)


@pytest.mark.safety("L27", "L28")
def test_nothing_leaves_outside_hours_after_stop_or_against_a_wish(world: World, rounds) -> None:
    live(world, rounds(300, 10_000))
    assert world.broken == []
    assert world.left["email"] > 30
    assert world.left["sms"] > 5
    with transaction() as session:
        assert session.scalar(sa.select(sa.func.count(Outbox.id)).where(Outbox.state == "due")) == 0


@pytest.mark.database("sqlite")
def test_canary_a_postman_who_asks_nobody_again_is_found_out(world: World, monkeypatch) -> None:
    monkeypatch.setattr(outbox, "still", lambda _session, _mail, now: now)
    live(world, 300)
    assert any(
        "after STOP" in one or "switched it off" in one or "no such text" in one for one in world.broken
    )


@pytest.fixture
def texts(house, sms_gateway) -> outbox.Post:
    settings = SmsSettings(sms_gateway.url, sms_gateway.token, "Harbor")
    return replace(house.app.extensions["post"], texts=HttpTexts(settings))


def write(count: int, first: int = 0) -> None:
    with transaction() as session:
        for number in range(first, first + count):
            enqueue_mail(
                session, to=f"+1202555{1000 + number}", channel="sms", template="notice_test", data={},
                dedupe_key=f"text-{number}", now=BEGIN,
            )  # fmt: skip


@pytest.mark.safety("J1", "J17")
def test_six_postmen_on_one_outbox_send_each_text_once(house, texts, sms_gateway, rounds) -> None:
    count = rounds(60, 2_000)
    write(count)
    lives = Lives(house.app)

    def work() -> None:
        while deliver(texts, now=BEGIN, limit=25):
            pass

    for child in [lives.begin(work) for _ in range(6)]:
        lives.end(child)
    taken = sms_gateway.messages()
    assert len(taken) == len({one["to"] for one in taken}) == count


@pytest.mark.safety("J8", "J17")
@pytest.mark.parametrize("point", ["outbox.claimed", "outbox.sent_before_mark"])
def test_killed_between_the_gateway_s_yes_and_the_note_no_text_is_lost_and_none_comes_twice(
    house, texts, sms_gateway, rounds, point
) -> None:
    """The gateway knows our id of a text: one that had to be sent again is still one."""
    count = rounds(3, 60)
    lives = Lives(house.app)
    for number in range(count):
        write(4, number * 4)
        now = BEGIN + number * 3 * LEASE
        lives.live(lambda now=now: deliver(texts, now=now), at=point, visit=1 + number % 4)
        lives.live(lambda now=now: deliver(texts, now=now + LEASE + timedelta(minutes=1)))
    assert lives.killed == count
    assert len(sms_gateway.messages()) == count * 4
    with transaction() as session:
        assert set(session.scalars(sa.select(Outbox.state))) == {"sent"}
