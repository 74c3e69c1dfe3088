"""How a person is told of things, for their own page: what they wish, what was sent last, what does not arrive.

Questions: `choices`, `reminder_days`, `ways`, `last_sent`, `bell`, `unread`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from domain.access import Scope
from domain.records import contacts
from domain.reports.notice_data import notice_data
from domain.rules.notice_events import CHANNEL_WORDS, CHANNELS, EVENTS, GROUPS, Event
from domain.rules.sign_in_names import folded
from domain.rules.telephone import masked
from domain.words import N_, Sentence
from models import AddressTrouble, Agreement, BellNotice, Business, NoticeWish, Outbox, ReminderDay, db
from papers.notices import line

STATE_WORDS = {
    "due": N_("Waits"),
    "sending": N_("Is being sent"),
    "sent": N_("Sent"),
    "dead": N_("Could not be delivered"),
    "left": N_("Not sent, as you wished"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One channel of an event. `fixed`: it cannot be switched off."""

    channel: str
    wanted: bool
    fixed: bool


@dataclass(frozen=True, slots=True)
class EventChoices:
    event: str
    words: Sentence
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ReminderDays:
    """Days before (after: negative) a due date. `own`: the person chose them; else they are the business's."""

    agreement_ref: str
    number: str
    title: str
    days: tuple[int, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How a channel reaches the person: where, whether they agreed to it, and what is wrong with it, if anything."""

    channel: str
    words: Sentence
    address: str
    agreed: bool
    trouble: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice that was sent or waits. `state` is a key of `STATE_WORDS`, `said` the notice in one sentence."""

    at: datetime
    channel: Sentence
    address: str
    said: Sentence | str
    state: str
    words: Sentence


@dataclass(frozen=True, slots=True)
class Bell:
    """A line behind the bell; `path` is the page it leads to, "" for none."""

    ref: str
    event: str
    said: Sentence | str
    path: str
    at: datetime
    unread: bool


def choices(scope: Scope) -> list[tuple[Sentence, list[EventChoices]]]:
    """The events by heading, in order, each with what the person gets now."""
    rows = db.session.execute(
        scope.select(NoticeWish, NoticeWish.event, NoticeWish.channel, NoticeWish.wanted)
    ).all()
    wished = {(row.event, row.channel): row.wanted for row in rows}
    found: dict[str, list[EventChoices]] = {group: [] for group in GROUPS}
    for event in EVENTS.values():
        found[event.group].append(EventChoices(event.name, Sentence(event.words), _choices(event, wished)))
    return [(Sentence(GROUPS[group]), events) for group, events in found.items()]


def _choices(event: Event, wished: dict[tuple[str, str], bool]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            channel,
            not event.may_choose(channel) or wished.get((event.name, channel), channel in event.default),
            not event.may_choose(channel),
        )
        for channel in CHANNELS
    )


def reminder_days(scope: Scope) -> list[ReminderDays]:
    """The days of each active agreement of the person."""
    agreements = db.session.execute(
        scope.select(Agreement, Agreement.id, Agreement.ref, Agreement.number, Agreement.title)
        .where(Agreement.status == "active")
        .order_by(Agreement.number)
        .limit(200)
    ).all()
    own: dict[int, list[int | None]] = {}
    for row in db.session.execute(
        select(ReminderDay.agreement_id, ReminderDay.days).where(ReminderDay.person_id == scope.person_id)
    ):
        own.setdefault(row.agreement_id, []).append(row.days)
    house = tuple(db.session.scalar(select(Business.reminder_days)) or ())
    return [
        ReminderDays(
            row.ref, row.number, row.title,
            tuple(sorted((one for one in own[row.id] if one is not None), reverse=True)) if row.id in own else house,
            row.id in own,
        )
        for row in agreements
    ]  # fmt: skip


def ways(scope: Scope) -> list[Way]:
    """Mail and text messages as they reach the person, with what is wrong; browsers are a list of their own."""
    reader = contacts.reader_of(db.session(), scope.person_id)
    if reader is None:
        return []
    said = contacts.consents_of(db.session(), reader)
    found = []
    for channel, address, shown in (
        ("email", reader.email, reader.email),
        ("sms", said.number, masked(said.number)),
    ):
        row = db.session.execute(
            select(AddressTrouble.why, AddressTrouble.first_at).where(
                AddressTrouble.channel == channel,
                AddressTrouble.address == (folded(address) if channel == "email" else address),
                AddressTrouble.cleared_at.is_(None),
            )
        ).first()
        agreed = said.mail if channel == "email" else said.texts
        found.append(
            Way(
                channel, Sentence(CHANNEL_WORDS[channel]), shown, agreed, row.why if row else "",
                row.first_at if row else None,
            )
        )  # fmt: skip
    return found


def last_sent(scope: Scope, limit: int = 20) -> list[Sent]:
    """The notices that were written to the person last, newest first, whatever became of them."""
    rows = db.session.scalars(
        select(Outbox)
        .where(Outbox.person_id == scope.person_id, Outbox.event != "")
        .order_by(Outbox.id.desc())
        .limit(limit)
    ).all()
    return [_sent(row) for row in rows]


def _sent(row: Outbox) -> Sent:
    state = "left" if row.state == "dead" and row.last_error == contacts.NOT_WANTED else row.state
    shown = (
        masked(row.to_address) if row.channel == "sms" else row.to_address if row.channel == "email" else ""
    )
    return Sent(
        row.sent_at or row.created_at, Sentence(CHANNEL_WORDS[row.channel]), shown, said_of(row.event, row.data),
        state, Sentence(STATE_WORDS[state]),
    )  # fmt: skip


def said_of(event: str, data: dict[str, Any]) -> Sentence | str:
    """The notice in one sentence, from what was stored of it."""
    return line(event, notice_data(db.session, data, ""))


def bell(scope: Scope, limit: int = 30, before: int | None = None) -> list[Bell]:
    """What stands behind the bell, newest first."""
    query = scope.select(BellNotice).where(BellNotice.person_id == scope.person_id)
    if before is not None:
        query = query.where(BellNotice.id < before)
    rows: Sequence[BellNotice] = db.session.scalars(query.order_by(BellNotice.id.desc()).limit(limit)).all()
    return [
        Bell(row.ref, row.event, said_of(row.event, row.data), row.path, row.at, row.read_at is None)
        for row in rows
    ]


def unread(scope: Scope) -> int:
    """How many lines behind the bell were not read yet."""
    query = scope.select(BellNotice, func.count(BellNotice.id)).where(
        BellNotice.person_id == scope.person_id, BellNotice.read_at.is_(None)
    )
    return int(db.session.scalar(query) or 0)
