"""A report's rows as the cells of a file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from domain.reports.sheet import Asked, Column, Row, Sheet, file_rows
from domain.words import Money, Sentence

DAY = date(2026, 3, 10)
COLUMNS = (Column("at", Sentence("When"), "day"), Column("amount", Sentence("Amount"), "money"))


def cells(*rows: Row, **wishes) -> list[list[object]]:
    asked = Asked(DAY, DAY, DAY, DAY, zone=ZoneInfo("America/New_York"))
    sheet = Sheet(
        "one", Sentence("One"), asked, COLUMNS, rows, (Row({"amount": 3}, kind="total"),), currency="USD"
    )
    return list(file_rows(sheet, str, **wishes))


def test_a_moment_stands_in_a_file_by_the_clock_of_the_business_with_its_offset():
    at = datetime(2026, 3, 10, 1, 30, 5, 99, tzinfo=UTC)
    assert cells(Row({"at": at}))[0][0].isoformat() == "2026-03-09T21:30:05-04:00"


def test_sums_and_headings_between_the_lines_are_left_out_for_whoever_adds_up():
    rows = (Row({}, kind="heading"), Row({"amount": 3}), Row({"amount": 3}, kind="subtotal"))
    assert len(cells(*rows)) == 4
    assert cells(*rows, lines_only=True) == [[None, Money(3, "USD")]] * 2
