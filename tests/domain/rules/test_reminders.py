"""Whom a due date is a reason to write to: what is still open, on the days people chose, never what autopay pays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.rules.autopay import Contract, Obligation
from domain.rules.reminders import LOOK_AGAIN, Reminder, covered, next_look, reminder, still_open

TENTH = date(2026, 3, 10)
DAY = timedelta(days=1)


def test_money_on_its_way_counts_for_the_oldest_first():
    dues = [
        Obligation(TENTH, 10_000),
        Obligation(TENTH - 30 * DAY, 10_000),
        Obligation(TENTH + 30 * DAY, None),
    ]
    assert still_open(dues, 0) == [(TENTH - 30 * DAY, 10_000), (TENTH, 10_000)]
    assert still_open(dues, 12_000) == [(TENTH, 8_000)]
    assert still_open(dues, 20_000) == []


@pytest.mark.parametrize(
    ("on", "event", "days"),
    [
        (TENTH - 6 * DAY, None, None),
        (TENTH - 5 * DAY, "reminder_before", 5),
        (TENTH - 4 * DAY, "reminder_before", 5),  # made up, when the program stood still
        (TENTH - 2 * DAY, None, None),
        (TENTH - 1 * DAY, "reminder_before", 1),
        (TENTH, "reminder_due", 0),
        (TENTH + 1 * DAY, None, None),
        (TENTH + 3 * DAY, "reminder_late", -3),
        (TENTH + 6 * DAY, None, None),
    ],
)
def test_each_chosen_day_reminds_and_no_other(on, event, days):
    found = reminder([(TENTH, 4_100)], (5, 1, 0, -3), on)
    assert (found and (found.event, found.days, found.amount_minor)) == (event and (event, days, 4_100))


def test_one_day_says_one_thing_and_what_is_late_is_asked_for_as_a_whole():
    opened = [(TENTH - 2 * DAY, 100), (TENTH - 1 * DAY, 30), (TENTH + 3 * DAY, 7)]
    assert reminder(opened, (3, 0, -2), TENTH) == Reminder("reminder_late", TENTH - 2 * DAY, -2, 130)
    assert reminder(opened[2:], (3, 0, -2), TENTH) == Reminder("reminder_before", TENTH + 3 * DAY, 3, 7)


def test_nobody_is_reminded_who_chose_no_day():
    assert reminder([(TENTH, 4_100)], (), TENTH) is None


def test_the_next_look_is_the_next_day_of_anybody():
    assert next_look([TENTH], (3, 0), TENTH - 10 * DAY) == TENTH - 3 * DAY
    assert next_look([TENTH], (3, 0), TENTH - 3 * DAY) == TENTH
    assert next_look([TENTH], (3, 0), TENTH) == TENTH + LOOK_AGAIN


CONTRACT = Contract(currency="USD", amount_rule="due", starts_on=date(2026, 1, 1))
DUE = Reminder("reminder_before", TENTH, 3, 4_100)
LATE = Reminder("reminder_late", TENTH, -2, 4_100)


def test_autopay_people_are_not_nagged():
    assert covered(CONTRACT, TENTH, {}, DUE, TENTH - 3 * DAY)
    assert covered(CONTRACT, TENTH - 2 * DAY, {}, DUE, TENTH - 3 * DAY)
    assert covered(CONTRACT, TENTH + 20 * DAY, {TENTH.isoformat(): "begun"}, DUE, TENTH - 3 * DAY)
    assert covered(CONTRACT, None, {TENTH.isoformat(): "retry"}, LATE, TENTH + 2 * DAY)


@pytest.mark.parametrize("state", ["skipped", "held", "asked", "given_up"])
def test_what_autopay_leaves_out_is_reminded_of(state):
    assert not covered(CONTRACT, TENTH, {TENTH.isoformat(): state}, DUE, TENTH - 3 * DAY)
    assert not covered(CONTRACT, TENTH, {TENTH.isoformat(): state}, LATE, TENTH + 2 * DAY)


def test_what_is_above_the_limit_or_only_partly_paid_is_reminded_of():
    from dataclasses import replace

    assert not covered(replace(CONTRACT, limit_minor=4_000), TENTH, {}, DUE, TENTH - 3 * DAY)
    fixed = replace(CONTRACT, amount_rule="fixed", amount_minor=2_000)
    assert not covered(fixed, TENTH, {}, DUE, TENTH - 3 * DAY)
    assert covered(replace(fixed, amount_minor=5_000), TENTH, {}, DUE, TENTH - 3 * DAY)


def test_a_paused_contract_covers_nothing():
    from dataclasses import replace

    paused = replace(CONTRACT, paused_from=TENTH - 5 * DAY, paused_until=None)
    assert not covered(paused, TENTH, {}, DUE, TENTH - 3 * DAY)
