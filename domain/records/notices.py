"""Tell a person of something that happened, in the transaction of its cause: the one door for what people may choose.

Verbs: `tell`, `still`. It reads what the person wishes, what they agreed to, which addresses do not work and when they
may be written to (`domain.records.contacts`), and writes rows of the outbox and the line behind the bell, each once per
`dedupe_key`, person and channel. What always goes at once and cannot be chosen (codes, links that open an account) is
put into the outbox without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain import sealing
from domain.records import contacts
from domain.records.names import new_ref
from domain.records.ready_made import ReadyMade
from domain.records.words_out import enqueue_mail
from domain.records.writers import Writer, dialect_of
from domain.rules.notice_events import EVENTS
from domain.words import Money, Sentence, sentence_json
from models import BellNotice, Outbox, Person

LONGEST_KEY = 160
_BELL = {
    name: ReadyMade(
        dialect.insert(BellNotice.__table__)
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(BellNotice.__table__.c.id)
    )
    for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
}


def tell(
    writer: Writer,
    event: str,
    person: Person | int,
    *,
    agreement_id: int | None = None,
    data: Mapping[str, Any],
    dedupe_key: str,
    path: str = "",
    now: datetime,
    today: date | None = None,
    template: str = "",
    without: tuple[str, ...] = (),
) -> list[str]:
    """Tell the person of the event by every channel they may and wish to be told by; returns those told now.

    `event` is a name in `EVENTS` (KeyError otherwise). `data` says what happened, for mail, text, push and bell alike:
    `payment_ref` or `agreement_ref`, and any of `amount_minor` with `currency`, `on` and other days ending in `_on`,
    `method`, further `..._minor`, Sentences; see `domain.reports.notice_data`. `path` ("/payments/...") is the page it
    leads to. `dedupe_key` names the cause (at most 120 characters): one cause is told once to a person, however often
    this is called. `template` is another mail than the event's own; `without` are channels that the caller serves
    itself. A person who is not here any more is told nothing.
    """
    what = EVENTS[event]
    reader = contacts.reader_of(writer, person if isinstance(person, int) else person.id)
    if reader is None:
        return []
    stored = {name: _stored(value) for name, value in data.items()} | ({"path": path} if path else {})
    told = []
    for channel, address in contacts.ways(writer, reader, what):
        if channel in without:
            continue
        key = key_of(dedupe_key, reader.id, channel, address)
        if channel == "bell":
            fresh = _ring(writer, reader.id, event, agreement_id, stored, path, key, now)
        else:
            number = address if channel == "sms" else ""
            fresh = enqueue_mail(
                writer, to=address, channel=channel, event=event, person_id=reader.id,
                template=(template or what.template) if channel == "email" else event,
                dedupe_key=key,
                language=contacts.language_of(reader), data=stored, now=now,
                not_before=contacts.moment(reader, what, channel, number, now),
            )  # fmt: skip
        told += [channel] if fresh else []
    return list(dict.fromkeys(told))


def key_of(cause: str, person_id: int, channel: str, address: str = "") -> str:
    """One cause, person and channel; of browsers, each. A long one as its hash."""
    key = f"{cause}:{person_id}:{channel}" + (f":{address}" if channel == "push" else "")
    return key if len(key) <= LONGEST_KEY else f"{sealing.fingerprint(key)}:{person_id}:{channel}"


def _ring(
    writer: Writer,
    person_id: int,
    event: str,
    agreement_id: int | None,
    data: Mapping[str, Any],
    path: str,
    key: str,
    now: datetime,
) -> bool:
    row = {
        "ref": new_ref(),
        "dedupe_key": key,
        "person_id": person_id,
        "event": event,
        "agreement_id": agreement_id,
        "data": dict(data),
        "path": path[:200],
        "at": now,
        "read_at": None,
    }
    return _BELL[dialect_of(writer)].first(writer, row) is not None


def still(session: Session, mail: Outbox, now: datetime) -> datetime | None:
    """When a message of the outbox may leave, asked as it is about to: `now`, a later moment, or None for never again.

    What names no event or no person always may.
    """
    event = EVENTS.get(mail.event)
    if event is None or mail.person_id is None:
        return now
    reader = contacts.reader_of(session, mail.person_id)
    if reader is None:
        return None
    open_now = contacts.ways(session, reader, event)
    if mail.channel == "email" and not any(channel == "email" for channel, _address in open_now):
        return None
    if mail.channel != "email" and (mail.channel, mail.to_address) not in open_now:
        return None
    number = mail.to_address if mail.channel == "sms" else ""
    return contacts.moment(reader, event, mail.channel, number, now)


def _stored(value: Any) -> Any:
    """As the JSON of a row: days as ISO text, amounts and sentences in their own form."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Money):
        return {"money": [value.minor, value.currency]}
    return sentence_json(value) if isinstance(value, Sentence) else value
