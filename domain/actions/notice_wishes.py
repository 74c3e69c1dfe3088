"""How a person wishes to be told: of what, by which way, and on which days of what falls due.

Verbs: `set_wishes`, `set_reminder_days`, `leave` (by the link in a mail), `send_test`. What is required
stays whatever is wished. Never here: the yes or no to text messages and browsers, which is a consent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records import contacts, throttles
from domain.records.reminder_looks import look_soon
from domain.records.words_out import audit, enqueue_mail
from domain.records.writers import dialect_of
from domain.rules.notice_events import CHANNELS, EVENTS
from domain.rules.sign_in_names import folded
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Agreement, ContactConsent, NoticeWish, Person, ReminderDay

MOST_DAYS = 6
FURTHEST = 30
TESTS = (5, timedelta(hours=1))
"""How many tests somebody may have sent to themselves, and within what."""
NOT_HERE = Sentence(N_("This is not one of the choices."))
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

Wishes = Mapping[tuple[str, str], bool]
"""(event, channel) -> whether it is wanted."""


def set_wishes(wishes: Wishes, *, who: Scope, now: datetime) -> None:
    """Keep what the person wishes for themselves. Raises Refused for an event, or channel, that nobody may choose."""
    who.require("profile")
    for event, channel in wishes:
        if event not in EVENTS or channel not in CHANNELS or not EVENTS[event].may_choose(channel):
            raise Refused(NOT_HERE, "wishes")
    with transaction() as session:
        _keep(session, who.person_id, wishes, by=who.by, now=now)
        audit(
            session, by=who.by, action="notices.wished", subject="person", subject_id=who.person_id, at=now,
            detail={"wishes": {f"{event}.{channel}": yes for (event, channel), yes in sorted(wishes.items())}},
        )  # fmt: skip


def _keep(session: Session, person_id: int, wishes: Wishes, *, by: str, now: datetime) -> None:
    for (event, channel), wanted in wishes.items():
        row = {
            "person_id": person_id,
            "event": event,
            "channel": channel,
            "wanted": wanted,
            "changed_at": now,
            "changed_by": by,
        }
        statement = _INSERT[dialect_of(session)](NoticeWish).values(row)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["person_id", "event", "channel"],
                set_={name: row[name] for name in ("wanted", "changed_at", "changed_by")},
            )
        )


def set_reminder_days(agreement_ref: str, days: Sequence[int] | None, *, who: Scope, now: datetime) -> None:
    """On which days the person is reminded of this agreement: so many before (3), on (0), or after (-2) a due date.

    None goes back to the days of the business; an empty list means no reminders. Raises Gone, or Refused beside "days".
    """
    who.require("profile")
    wanted = None if days is None else sorted(set(days), reverse=True)
    if wanted is not None and (len(wanted) > MOST_DAYS or any(abs(one) > FURTHEST for one in wanted)):
        words = N_("Choose at most %(count)s days, each at most %(days)s days before or after.")
        raise Refused(Sentence(words, {"count": MOST_DAYS, "days": FURTHEST}), "days")
    with transaction() as session:
        agreement = session.scalars(
            who.select(Agreement, Agreement.id).where(Agreement.ref == agreement_ref)
        ).first()
        if agreement is None:
            raise Gone(Sentence(N_("There is no such agreement.")))
        session.execute(
            delete(ReminderDay).where(
                ReminderDay.person_id == who.person_id, ReminderDay.agreement_id == agreement
            )
        )
        look_soon(session, agreement)
        rows: list[int | None] = [] if wanted is None else [*wanted] or [None]
        session.add_all(
            ReminderDay(person_id=who.person_id, agreement_id=agreement, days=one, changed_at=now)
            for one in rows
        )


def leave(person_ref: str, event: str, *, everything: bool = False, by: str, now: datetime) -> None:
    """No more mail of one event, or (`everything`) no more but what is required, by the link in such a mail.

    Raises Gone, or Refused for an event that is required.
    """
    if event not in EVENTS or EVENTS[event].required:
        words = N_("This mail cannot be switched off: it tells you of your money or your rights.")
        raise Refused(Sentence(words))
    with transaction() as session:
        person = session.scalars(select(Person).where(Person.ref == person_ref)).first()
        if person is None:
            raise Gone(Sentence(N_("There is no such person.")))
        _keep(session, person.id, {(event, "email"): False}, by=by, now=now)
        if everything and person.email:
            session.add(
                ContactConsent(
                    person_id=person.id, channel="email", address=folded(person.email), agreed=False, source="link",
                    at=now, by=by,
                )
            )  # fmt: skip
        audit(
            session, by=by, action="notices.left", subject="person", subject_id=person.id, at=now,
            detail={"event": event, "everything": everything},
        )  # fmt: skip


def send_test(channel: str, *, who: Scope, now: datetime) -> str:
    """Send the person a notice that says it is a test; returns the address or number. Raises Refused, saying why not.

    A text goes only where they agreed to texts; a push to every browser of theirs that lets us.
    """
    who.require("profile")
    with transaction() as session:
        reader = contacts.reader_of(session, who.person_id)
        if reader is None or channel not in ("email", "sms", "push"):
            raise Refused(NOT_HERE, "channel")
        addresses = _addresses(session, reader, channel)
        limit, window = TESTS
        if not throttles.count(session, f"notice-test:{who.person_id}", now, limit=limit, window=window):
            raise Refused(Sentence(N_("Enough tests were sent. Try again in an hour.")), "channel")
        for address in addresses:
            enqueue_mail(
                session, to=address, channel=channel, template="notice_test", now=now, person_id=reader.id,
                language=contacts.language_of(reader), data={"path": "/alerts"},
                dedupe_key=f"test:{reader.id}:{channel}:{address[:60]}:{now:%Y%m%d%H%M%S}",
            )  # fmt: skip
        return addresses[0] if channel != "push" else ""


def _addresses(session: Session, reader: object, channel: str) -> list[str]:
    found = contacts.addresses(session, reader, channel)
    if not found:
        words = {
            "email": N_("There is no e-mail address on file. Add one in your profile."),
            "sms": N_("No number of yours takes text messages from us. Agree to them first."),
            "push": N_("No browser of yours lets us send to it. Allow it first."),
        }
        raise Refused(Sentence(words[channel]), "channel")
    return found
