"""The terms of a rental as people read them: amounts with their days, and the end that counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.kinds.rental_facts import facts
from domain.rules.rent_changes import line_ended, new_amount
from domain.rules.rent_terms import RentLine, RentTerms
from domain.words import Money

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
TERMS = RentTerms(
    from_on=FIRST,
    to_on=LAST,
    due_day=1,
    goes_on=True,
    lines=(RentLine("rent", "Rent", 120_000), RentLine("addon", "Parking", 5_000)),
)


def told(terms: RentTerms, ended_on: date | None = None) -> list[tuple[str, str]]:
    return [(str(label), str(value)) for label, value in facts(terms, ended_on)]


def test_an_amount_that_counts_for_the_whole_stay_is_told_without_days() -> None:
    assert told(TERMS) == [
        ("From", "2026-01-01"),
        ("To", "2026-12-31"),
        ("After that", "month to month"),
        ("Rent", str(Money(120_000, "USD"))),
        ("Parking", str(Money(5_000, "USD"))),
        ("Part of a month", "by the days of that month"),
    ]


def test_each_rent_is_told_with_the_days_it_counts_for() -> None:
    raised = new_amount(TERMS, "Rent", 130_000, date(2026, 4, 1)).terms
    raised = new_amount(raised, "Rent", 140_000, date(2026, 9, 1)).terms
    rents = [value for label, value in told(raised) if label == "Rent"]
    assert rents == [
        "1200.00 USD through 2026-03-31",
        "1300.00 USD from 2026-04-01 to 2026-08-31",
        "1400.00 USD from 2026-09-01 on",
    ]


def test_something_that_ended_is_told_with_its_last_day() -> None:
    ended = line_ended(TERMS, "Parking", date(2026, 5, 31)).terms
    assert ("Parking", "50.00 USD through 2026-05-31") in told(ended)


def test_after_moving_out_the_end_that_was_agreed_is_not_told_any_more() -> None:
    raised = new_amount(TERMS, "Rent", 130_000, date(2026, 4, 1)).terms
    lines = dict(told(raised, date(2026, 3, 15)))
    assert lines["Moved out"] == "2026-03-15"
    assert "To" not in lines
    assert "After that" not in lines
    # The raise would have come after the stay: the rent was one amount as long as it lasted.
    assert lines["Rent"] == str(Money(120_000, "USD"))


def test_plain_rent_is_called_so_in_the_readers_language_and_a_name_of_its_own_stays() -> None:
    labels = [label for label, _value in facts(replace(TERMS), None)]
    rent, parking = labels[3:5]
    assert (rent.msgid, rent.params) == ("Rent", {})
    assert (parking.msgid, parking.params) == ("%(name)s", {"name": "Parking"})
