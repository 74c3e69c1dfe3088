"""What becomes of a debit on its day, and how much it may take by the notices that were given."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.rules.autopay import Contract
from domain.rules.autopay_amount import Amount
from domain.rules.autopay_verdict import Facts, Told, failed_in_a_row, may_take, settled_for_good, verdict
from domain.words import Trace

DAY = timedelta(days=1)
ON = date(2026, 3, 16)
TEN = ON - 10 * DAY
FREE = Contract("USD", "due", date(2026, 1, 1))
RANGE = Contract("USD", "due", date(2026, 1, 1), range_min_minor=9_000, range_max_minor=12_000)


@pytest.mark.safety("L3")
@pytest.mark.parametrize(
    ("contract", "wanted", "last", "notice", "taken"),
    [
        (FREE, 10_000, None, Told(), 10_000),  # the first: the contract itself told of it
        (FREE, 10_000, 10_000, Told(), 10_000),  # the same as last time
        (FREE, 9_000, 10_000, Told(), 9_000),  # less than last time
        (FREE, 11_000, 10_000, Told(), 10_000),  # more, and nobody was told
        (FREE, 11_000, 10_000, Told(11_000, TEN), 11_000),  # told ten days before
        (FREE, 11_000, 10_000, Told(11_000, TEN + DAY), 10_000),  # told nine days before
        (FREE, 11_000, 10_000, Told(11_000, TEN - 30 * DAY), 11_000),
        (FREE, 12_000, 10_000, Told(11_000, TEN), 11_000),  # a fee came after the notice
        (FREE, 10_500, 10_000, Told(11_000, TEN), 10_500),  # a part was paid after the notice
        (FREE, 11_000, 10_000, Told(11_000, ON, approved=True), 11_000),  # they said yes
        (RANGE, 12_000, 10_000, Told(), 12_000),  # within the range agreed on
        (RANGE, 12_500, 10_000, Told(), 12_000),  # above it: the range is what was agreed
    ],
)
def test_another_amount_is_taken_only_as_far_as_it_was_told_of(contract, wanted, last, notice, taken) -> None:
    """12 CFR 1005.10(d): written notice of the amount 10 days before, or of the range alone."""
    assert may_take(contract, wanted, last, notice, ON, notice_days=10) == taken


@pytest.mark.safety("L14", "L17")
def test_the_notice_of_a_scheme_counts_where_it_asks_for_more_time() -> None:
    """SEPA: 14 days; Bacs: 10 working days, two weeks on the calendar."""
    told = Told(11_000, ON - 12 * DAY)
    assert may_take(FREE, 11_000, 10_000, told, ON, notice_days=10, until=ON - 14 * DAY) == 10_000
    assert may_take(FREE, 11_000, 10_000, told, ON, notice_days=10, until=ON - 12 * DAY) == 11_000


def amount(minor: int, code: str = "", wanted: int = 0) -> Amount:
    return Amount(minor, code, Trace("test", 1), wanted)


ANNOUNCED = Facts(ON, ON, "planned", ON - DAY, 10_000)


@pytest.mark.parametrize(
    ("facts", "money", "today", "act", "minor", "code"),
    [
        (ANNOUNCED, amount(10_000), ON, "begin", 10_000, ""),
        (ANNOUNCED, amount(12_000), ON, "begin", 10_000, ""),
        (ANNOUNCED, amount(8_000), ON, "begin", 8_000, ""),
        (ANNOUNCED, amount(10_000), ON + 3 * DAY, "begin", 10_000, ""),
        (ANNOUNCED, amount(10_000), ON + 4 * DAY, "give_up", 0, "missed"),
        (ANNOUNCED, amount(0, "nothing_due"), ON, "covered", 0, "nothing_due"),
        (ANNOUNCED, amount(0, "over_limit", 9), ON, "skip", 0, "not_answered"),
        (ANNOUNCED, amount(0, "skipped", 9), ON, "skip", 0, "over_limit"),
        (ANNOUNCED, None, ON, "give_up", 0, "method_stopped"),
        (Facts(ON, ON, "planned", ON, 10_000), amount(10_000), ON, "wait", 0, ""),
        (Facts(ON, ON), amount(10_000), ON, "wait", 0, ""),
        (Facts(ON, ON, accepted_on=ON - DAY), amount(10_000), ON, "begin", 10_000, ""),
        (Facts(ON, ON, accepted_on=ON - 2 * DAY), amount(10_000), ON, "wait", 0, ""),
        (Facts(ON, ON, "skipped", ON - DAY, 10_000), amount(10_000), ON, "skip", 0, "by_payer"),
        (Facts(ON, ON, "begun", ON - DAY, 10_000), amount(10_000), ON, "over", 0, ""),
        (Facts(ON, ON, "planned", ON - DAY, 10_000, held=True), amount(10_000), ON, "hold", 0, "on_hold"),
        (Facts(ON, ON, "held", ON - DAY, 1, held=True), amount(1), ON + 4 * DAY, "give_up", 0, "on_hold"),
        (Facts(ON, ON, "planned", ON - DAY, 1, decision="hold"), amount(1), ON, "hold", 0, "held"),
        (Facts(ON, ON, "planned", ON - DAY, 1, decision="waive"), amount(1), ON, "skip", 0, "waived"),
        (Facts(ON, ON, "planned", ON - DAY, 1, open=False), amount(1), ON, "covered", 0, "agreement_closed"),
        (Facts(ON, ON, "planned", ON - DAY, 1, paused=True), amount(1), ON, "skip", 0, "paused"),
    ],
)
def test_what_becomes_of_a_debit(facts, money, today, act, minor, code) -> None:
    found = verdict(facts, money, today, 3)
    assert (found.act, found.minor, found.code) == (act, minor, code)


@pytest.mark.safety("L13")
def test_failed_periods_are_counted_from_the_latest_back_and_once_each() -> None:
    assert (
        failed_in_a_row([("given_up", "R01", 3), ("covered", "", 0), ("retry", "R01", 1), ("done", "", 1)])
        == 2
    )
    assert failed_in_a_row([("done", "", 1), ("given_up", "R01", 1)]) == 0
    assert failed_in_a_row([("given_up", "missed", 0), ("given_up", "on_hold", 0)]) == 0


@pytest.mark.safety("L13")
def test_a_failed_period_counts_while_it_is_tried_again_and_money_that_may_bounce_says_nothing() -> None:
    tried_again = ("begun", "R01", 2)
    assert failed_in_a_row([("retry", "R01", 1), tried_again]) == 2
    assert failed_in_a_row([("begun", "", 1), tried_again]) == 1
    assert failed_in_a_row([("retry", "R01", 1), ("taken", "", 1), ("given_up", "R01", 3)]) == 2
    assert failed_in_a_row([("retry", "on_hold", 1), ("begun", "on_hold", 2)]) == 0


def test_a_bank_debit_counts_as_paid_once_it_can_no_longer_come_back_for_lack_of_money() -> None:
    assert settled_for_good(ON, None, ON)
    assert not settled_for_good(ON, ON + 60 * DAY, ON + 7 * DAY)
    assert settled_for_good(ON, ON + 60 * DAY, ON + 8 * DAY)
