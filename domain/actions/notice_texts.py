"""Staff change the words of notices. Verbs: `write`, `take_back`, `try_out`. Versions are only ever added.

The words are checked in a closed sandbox before they are kept, and again for each message; where they cannot be used
our own are sent and a task is opened (`domain.actions.outbox`).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.names import new_ref
from domain.records.notice_texts import broken_key
from domain.records.tasks import close_task
from domain.records.words_out import audit, enqueue_mail
from domain.rules.notice_events import EVENTS
from domain.transaction import transaction
from domain.words import N_, Conflict, Money, Refused, Sentence
from models import Business, NoticeText, Person
from papers.notices import is_notice
from papers.own_words import Own, check, example

RIGHT = "settings"
LANGUAGES = ("en", "es")


def editable(event: str, channel: str) -> bool:
    """Whether staff may write the words: receipts, permissions and security mails say what they must."""
    known = EVENTS.get(event)
    if known is None or event == "security":
        return False
    return channel == "sms" or (channel == "email" and is_notice(known.template))


def write(
    event: str, channel: str, language: str, own: Own, expected_version: int, *, who: Scope, now: datetime
) -> int:  # fmt: skip
    """Keep a further version of the words; returns its number.

    `expected_version` is the one that was looked at (0 for none). Raises NotAllowed, Refused beside "subject" or
    "body", Conflict where somebody wrote one in between.
    """
    who.require(RIGHT)
    _known(event, channel, language)
    check(event, channel, own)
    return _keep(event, channel, language, own, expected_version, who, now, "notice_text.changed")


def take_back(
    event: str, channel: str, language: str, expected_version: int, *, who: Scope, now: datetime
) -> int:  # fmt: skip
    """Go back to our own words; the versions stay to be read. Returns and raises as `write`."""
    who.require(RIGHT)
    _known(event, channel, language)
    return _keep(event, channel, language, Own("", ""), expected_version, who, now, "notice_text.taken_back")


def try_out(event: str, language: str, own: Own, *, who: Scope, now: datetime) -> str:
    """Mail these words, kept or not, to who asks, with example values; returns the address. Raises Refused."""
    who.require(RIGHT)
    _known(event, "email", language)
    check(event, "email", own)
    with transaction() as session:
        person = session.get_one(Person, who.person_id)
        if not person.email:
            raise Refused(Sentence(N_("There is no mail address of yours to send it to.")))
        currency = session.scalar(select(Business.currency)) or "USD"
        key = f"notice-try:{new_ref()}"
        enqueue_mail(
            session, to=person.email, person_id=person.id, template=EVENTS[event].template, dedupe_key=key, now=now,
            language=language,
            data=_example(event, currency) | {"draft": {"subject": own.subject, "body": own.body}},
        )  # fmt: skip
        audit(
            session, by=who.by, action="notice_text.tried", subject="business", subject_id=1, at=now,
            detail={"event": event, "language": language},
        )  # fmt: skip
        return person.email


def _example(event: str, currency: str) -> dict[str, Any]:
    """The example values as they are stored with a message."""
    said: dict[str, Any] = {}
    for name, value in example(event, currency).items():
        said[name] = {"money": [value.minor, value.currency]} if isinstance(value, Money) else value
    return dict(json.loads(json.dumps(said, default=lambda day: day.isoformat())))


def _known(event: str, channel: str, language: str) -> None:
    if not editable(event, channel) or language not in LANGUAGES:
        raise Refused(Sentence(N_("There is no such notice.")))


def _keep(
    event: str, channel: str, language: str, own: Own, expected: int, who: Scope, now: datetime, action: str
) -> int:  # fmt: skip
    with transaction() as session:
        session.execute(select(Business.id).with_for_update())
        latest = _latest(session, event, channel, language)
        if latest != expected:
            raise Conflict(Sentence(N_("Somebody has changed this in between. Look at it again.")))
        row = NoticeText(
            ref=new_ref(), event=event, channel=channel, language=language, version=latest + 1,
            subject=own.subject.strip() if own.body else "", body=own.body.strip(), written_at=now,
            written_by=who.by,
        )  # fmt: skip
        session.add(row)
        session.flush()
        close_task(session, broken_key(event, channel, language), now=now, by=who.by)
        audit(
            session, by=who.by, action=action, subject="notice_text", subject_id=row.id, at=now,
            detail={"event": event, "channel": channel, "language": language, "version": row.version},
        )  # fmt: skip
        return row.version


def _latest(session: Session, event: str, channel: str, language: str) -> int:
    query = select(func.max(NoticeText.version)).where(
        NoticeText.event == event, NoticeText.channel == channel, NoticeText.language == language
    )
    return session.scalar(query) or 0
