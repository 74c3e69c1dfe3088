"""A calendar of due dates and debits as an iCalendar file (RFC 5545). Verb: `calendar_file`.

Every entry is a whole day of the reader's own calendar, so no zone can move it. Its name stays the same for ever, so a
program that reads the address again moves what moved and strikes out what was cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event

PRODUCT = "-//Duebook//Due dates//EN"
REFRESH = timedelta(hours=12)
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One day: `uid` names it for ever, `title` and `text` are what is read, `link` the page it leads to."""

    uid: str
    on: date
    title: str
    text: str = ""
    link: str = ""
    cancelled: bool = False


def calendar_file(name: str, entries: Sequence[Entry], made_on: date) -> bytes:
    """The entries as a file; the same entries on the same day give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _line(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    stamp = datetime.combine(made_on, time.min, UTC)
    for entry in sorted(entries, key=lambda one: (one.on, one.uid)):
        calendar.add_component(_event(entry, stamp))
    return bytes(calendar.to_ical())


def _event(entry: Entry, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", _line(entry.title))
    if entry.text:
        event.add("description", _line(entry.text))
    if entry.link:
        event.add("url", entry.link)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("sequence", 1 if entry.cancelled else 0)
    return event


def _line(text: str) -> str:
    """One line without control characters: what people wrote cannot add a line of its own."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:LONGEST]
