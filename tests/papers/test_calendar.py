"""Calendar files: whole days, names that last, nothing that somebody wrote becomes a line of its own."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from papers.calendar import Entry, calendar_file

DAY = date(2026, 3, 8)  # clocks are put forward in New York


def events(raw: bytes) -> list:
    return list(Calendar.from_ical(raw).walk("VEVENT"))


def test_an_entry_is_one_whole_day_whatever_the_zone() -> None:
    raw = calendar_file(
        "Harbor Motors", [Entry("due-1@x", DAY, "Camry: $155.97 is due", link="http://x/pay")], DAY
    )
    (event,) = events(raw)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (DAY, date(2026, 3, 9))
    assert b"DTSTART;VALUE=DATE:20260308" in raw
    assert str(event["uid"]) == "due-1@x"
    assert str(event["url"]) == "http://x/pay"
    assert str(event["status"]) == "CONFIRMED"


def test_the_same_entries_in_any_order_are_the_same_bytes_with_lines_of_at_most_75_octets() -> None:
    one, two = Entry("a@x", DAY, "ä" * 200), Entry("b@x", DAY, "Second")
    raw = calendar_file("House", [two, one], DAY)
    assert raw == calendar_file("House", [one, two], DAY)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_what_was_cancelled_is_struck_out_under_the_same_name() -> None:
    (event,) = events(calendar_file("House", [Entry("a@x", DAY, "Autopay", cancelled=True)], DAY))
    assert (str(event["status"]), event["sequence"]) == ("CANCELLED", 1)


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_a_name_holds_there_is_one_event_and_nothing_else(title: str, name: str) -> None:
    evil = f"{title}\r\nEND:VEVENT\r\nBEGIN:VEVENT\nATTACH:http://evil.example\r\n{title}"
    raw = calendar_file(f"{name}\r\nX-EVIL:1", [Entry("a@x", DAY, evil, evil)], DAY)
    assert len(events(raw)) == 1
    lines = raw.replace(b"\r\n ", b"").split(b"\r\n")
    assert not [line for line in lines if line.startswith((b"ATTACH", b"X-EVIL"))]
    assert lines.count(b"BEGIN:VEVENT") == 1
