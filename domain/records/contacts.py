"""By which ways a person may be reached just now: wishes, consents, addresses that do not work, hours of their clock.

Questions: `reader_of`, `ways`, `moment`. Asked when something is told and again when it leaves, so that a STOP, a
switched-off event or the evening count until the last moment. `configure` names the zone of the business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, select, true

from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer
from domain.rules.notice_events import CHANNELS, Event
from domain.rules.quiet_hours import next_moment, open_hours, places
from domain.rules.sign_in_names import folded
from domain.rules.telephone import texted_number
from models import AddressTrouble, Business, ContactConsent, NoticeWish, Person, PushDevice, User

_READER = ReadyMade(
    select(
        Person.id, Person.email, Person.phone, Person.language, Person.zone, Person.contact_from_hour,
        Person.contact_until_hour, User.id.label("user_id"), User.sms_number, Business.quiet_from_hour,
        Business.quiet_until_hour, Business.language.label("house_language"), Business.phone.label("house_phone"),
        exists().where(NoticeWish.person_id == Person.id).label("wishes"),
        exists().where(ContactConsent.person_id == Person.id).label("consents"),
        exists().where(PushDevice.user_id == User.id, PushDevice.ended_at.is_(None)).label("devices"),
        exists().where(
            AddressTrouble.channel == "email", AddressTrouble.address == Person.email_folded,
            AddressTrouble.cleared_at.is_(None),
        ).label("bounces"),
    )
    .outerjoin(User, User.person_id == Person.id)
    .outerjoin(Business, true())
    .where(Person.id == bindparam("of"))
)  # fmt: skip
_WISHES = ReadyMade(
    select(NoticeWish.channel, NoticeWish.wanted).where(
        NoticeWish.person_id == bindparam("of"), NoticeWish.event == bindparam("what")
    )
)
_CONSENTS = ReadyMade(
    select(ContactConsent.channel, ContactConsent.address, ContactConsent.agreed)
    .where(ContactConsent.person_id == bindparam("of"))
    .order_by(ContactConsent.id)
)
_NEWEST = ReadyMade(
    select(ContactConsent.agreed)
    .where(ContactConsent.channel == bindparam("by"), ContactConsent.address == bindparam("to"))
    .order_by(ContactConsent.id.desc())
    .limit(1)
)
_TROUBLE = ReadyMade(
    select(AddressTrouble.id).where(
        AddressTrouble.channel == bindparam("by"),
        AddressTrouble.address == bindparam("to"),
        AddressTrouble.cleared_at.is_(None),
    )
)
_DEVICES = ReadyMade(
    select(PushDevice.ref)
    .where(PushDevice.user_id == bindparam("of"), PushDevice.ended_at.is_(None))
    .order_by(PushDevice.id)
)

NOT_WANTED = "not wanted any more"
"""What stands in the outbox beside a notice whose reader switched it off, or said stop, before it left."""

QUIET = (21, 8)
"""From when until when nobody is written to while there is no business yet."""
_zone = ZoneInfo("America/New_York")


def configure(zone: ZoneInfo) -> None:
    """Name the zone of the business; called once at start, by the edge that starts."""
    global _zone
    _zone = zone


def house_zone() -> ZoneInfo:
    """The zone of the business."""
    return _zone


def reader_of(writer: Writer, person_id: int) -> Any:
    """The person as a row: how they are reached, and which of their choices are worth looking up; None if gone."""
    return _READER.first(writer, {"of": person_id})


def ways(writer: Writer, reader: Any, event: Event) -> list[tuple[str, str]]:
    """(channel, address) by which the reader is told of the event. Push names a device; the bell has no address.

    Mail goes to an address that bounced, or whose owner wants no mail, only where it is required; then a text goes
    beside it where they agreed to texts.
    """
    wished = wishes_of(writer, reader, event)
    found: list[tuple[str, str]] = []
    consents = _CONSENTS.all(writer, {"of": reader.id}) if reader.consents else []
    troubled = not reader.email or bool(reader.bounces)
    if reader.email and wished["email"]:
        if event.required or not (troubled or _left(writer, reader, consents)):
            found.append(("email", reader.email))
    if consents and (wished["sms"] or (event.required and troubled)):
        if number := _number(writer, reader, consents):
            found.append(("sms", number))
    if reader.devices and wished["push"]:
        found += [("push", row.ref) for row in _DEVICES.all(writer, {"of": reader.user_id})]
    if wished["bell"]:
        found.append(("bell", ""))
    return found


def wishes_of(writer: Writer, reader: Any, event: Event) -> Mapping[str, bool]:
    """For each channel whether the reader wishes to be told of the event by it; what is required stays."""
    wished = {channel: channel in event.default for channel in CHANNELS}
    if reader.wishes:
        rows = _WISHES.all(writer, {"of": reader.id, "what": event.name})
        wished |= {row.channel: row.wanted for row in rows}
    return wished | {channel: True for channel in CHANNELS if not event.may_choose(channel)}


def _left(writer: Writer, reader: Any, consents: Any) -> bool:
    """Whether the owner of this address wants no mail that is not required."""
    address = folded(reader.email)
    if not any(row.channel == "email" and row.address == address for row in consents):
        return False
    newest = _NEWEST.first(writer, {"by": "email", "to": address})
    return newest is not None and not newest.agreed


def _number(writer: Writer, reader: Any, consents: Any) -> str:
    """The number that takes texts: one of the reader's own, to which they agreed last, and nobody said stop since."""
    own = {reader.sms_number or "", texted_number(reader.phone, reader.house_phone or "")} - {""}
    agreed = {row.address: row.agreed for row in consents if row.channel == "sms" and row.address in own}
    for number in [address for address, yes in reversed(agreed.items()) if yes]:
        newest = _NEWEST.first(writer, {"by": "sms", "to": number})
        refused = _TROUBLE.first(writer, {"by": "sms", "to": number})
        if newest is not None and newest.agreed and refused is None:
            return number
    return ""


def moment(reader: Any, event: Event, channel: str, number: str, now: datetime) -> datetime:
    """When it may leave by the channel: `now`, or where that waits for the reader's hours, their next one."""
    if channel not in event.quiet:
        return now
    known = reader.quiet_from_hour is not None
    quiet_from, quiet_until = (reader.quiet_from_hour, reader.quiet_until_hour) if known else QUIET
    hours = open_hours(quiet_from, quiet_until, reader.contact_from_hour, reader.contact_until_hour)
    number = number or reader.sms_number or texted_number(reader.phone, reader.house_phone or "")
    return next_moment(now, places(reader.zone, _zone, number), hours)


def language_of(reader: Any) -> str:
    """The language the reader is written to in: theirs, else that of the business."""
    return reader.language or reader.house_language or "en"


@dataclass(frozen=True, slots=True)
class Consents:
    """The newest word about each channel. `number` takes texts, or would if its owner agreed; "" for none on file."""

    mail: bool
    texts: bool
    number: str


def consents_of(writer: Writer, reader: Any) -> Consents:
    """What the reader agreed to, for their own page."""
    rows = _CONSENTS.all(writer, {"of": reader.id}) if reader.consents else []
    number = addresses(writer, reader, "sms")
    own = reader.sms_number or texted_number(reader.phone, reader.house_phone or "")
    return Consents(not _left(writer, reader, rows), bool(number), number[0] if number else own)


def addresses(writer: Writer, reader: Any, channel: str) -> list[str]:
    """Where the channel reaches the reader at all, whatever the event: their address, number or browsers."""
    if channel == "email":
        return [reader.email] if reader.email else []
    if channel == "push":
        return [row.ref for row in _DEVICES.all(writer, {"of": reader.user_id})] if reader.devices else []
    if channel == "sms" and reader.consents:
        number = _number(writer, reader, _CONSENTS.all(writer, {"of": reader.id}))
        return [number] if number else []
    return []
