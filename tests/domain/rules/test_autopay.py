"""When autopay takes money: periods by name, kept anchor days, weekends and holidays, pauses and skips."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

from domain.rules.autopay import Contract, Obligation, next_after, next_debits, turns
from domain.rules.calendar import due_dates

START = date(2026, 1, 1)


def contract(rule: str = "due", **wishes) -> Contract:
    return Contract("USD", rule, wishes.pop("starts_on", START), **wishes)


def monthly(first: date, count: int, amount: int | None = 40_000) -> list[Obligation]:
    return [Obligation(day, amount) for day in due_dates("monthly", first, count)]


def days(terms: Contract, dues=(), count: int = 4) -> list[str]:
    return [turn.debit_on.isoformat() for turn in islice(turns(terms, dues), count)]


def test_a_debit_is_named_by_its_due_date_and_moves_to_the_next_banking_day() -> None:
    found = list(turns(contract(), monthly(date(2026, 1, 31), 3)))
    assert [turn.period for turn in found] == ["2026-01-31", "2026-02-28", "2026-03-31"]
    # 31 January and 28 February 2026 are Saturdays.
    assert [turn.debit_on.isoformat() for turn in found] == ["2026-02-02", "2026-03-02", "2026-03-31"]
    assert [turn.shifted for turn in found] == [True, True, False]
    assert [turn.due_on for turn in found] == [turn.through_on for turn in found]


def test_days_before_a_due_date_never_become_a_day_after_it() -> None:
    early = contract(days_before=2, starts_on=date(2025, 12, 1))
    # 3 January 2026 less two days is New Year's Day: the day before. 4 May less two is a Saturday: Friday, 1 May.
    dues = [Obligation(date(2026, 1, 3), 100), Obligation(date(2026, 5, 4), 100)]
    assert days(early, dues) == ["2025-12-31", "2026-05-01"]


def test_a_cadence_of_ones_own_keeps_its_anchor_day() -> None:
    assert days(contract("fixed", cadence="monthly", anchor_on=date(2026, 1, 31)), count=3) == [
        "2026-02-02", "2026-03-02", "2026-03-31",
    ]  # fmt: skip
    late = contract("fixed", cadence="monthly", anchor_on=date(2026, 2, 28), second_day=31)
    assert [turn.period for turn in islice(turns(late, ()), 3)] == ["2026-02-28", "2026-03-31", "2026-04-30"]
    twice = contract("fixed", cadence="semimonthly", anchor_on=date(2026, 1, 15), second_day=31)
    assert [turn.period for turn in islice(turns(twice, ()), 4)] == [
        "2026-01-15", "2026-01-31", "2026-02-15", "2026-02-28",
    ]  # fmt: skip
    weeks = contract("fixed", cadence="biweekly", anchor_on=date(2026, 1, 9))
    assert days(weeks, count=3) == ["2026-01-09", "2026-01-23", "2026-02-06"]


def test_two_periods_never_have_one_day() -> None:
    # A Saturday and the Sunday after it: Monday, and then Tuesday.
    dues = [
        Obligation(date(2026, 8, 1), 100),
        Obligation(date(2026, 8, 2), 100),
        Obligation(date(2026, 8, 4), 100),
    ]
    assert days(contract(), dues) == ["2026-08-03", "2026-08-04", "2026-08-05"]


def test_several_charges_of_one_day_are_one_debit() -> None:
    dues = [Obligation(date(2026, 8, 3), 120_000), Obligation(date(2026, 8, 3), 5_000)]
    (one,) = next_debits(contract(), dues, START)
    assert (one.period, one.amount_minor) == ("2026-08-03", 125_000)


def test_nothing_is_taken_before_the_first_or_after_the_last_day() -> None:
    terms = contract(starts_on=date(2026, 2, 1), ends_on=date(2026, 4, 30))
    assert days(terms, monthly(date(2026, 1, 15), 12), count=12) == ["2026-02-17", "2026-03-16", "2026-04-15"]


def test_the_next_twelve_debits_show_amounts_shifts_and_the_limit() -> None:
    terms = contract(limit_minor=40_000, above_limit="pay_limit")
    dues = monthly(date(2026, 3, 15), 13)
    dues[1] = Obligation(dues[1].due_on, 45_000)
    found = next_debits(terms, dues, date(2026, 3, 1))
    assert len(found) == 12
    assert found[0].notes == ("shifted",)
    assert (found[1].amount_minor, found[1].wanted_minor, found[1].notes) == (40_000, 45_000, ("limited",))
    # What the limit left open is due with the next one, which is above the limit as well.
    assert (found[2].amount_minor, found[2].wanted_minor) == (40_000, 45_000)
    assert all(one.taken for one in found)


def test_credit_and_money_on_its_way_shrink_the_debits_that_come_first() -> None:
    dues = monthly(date(2026, 3, 16), 3)
    found = next_debits(contract(), dues, START, credit_minor=50_000)
    assert [one.amount_minor for one in found] == [0, 30_000, 40_000]
    assert [one.notes for one in found] == [("nothing_due",), ("credit",), ("shifted",)]
    assert not found[0].taken


def test_a_pause_and_a_skip_take_nothing_and_what_they_leave_is_due_later() -> None:
    terms = contract(paused_from=date(2026, 4, 1), paused_until=date(2026, 4, 30))
    found = next_debits(terms, monthly(date(2026, 3, 16), 4), START, skipped={"2026-03-16"})
    assert [one.notes for one in found] == [("skipped",), ("paused",), ("shifted",), ()]
    assert [one.amount_minor for one in found] == [0, 0, 120_000, 40_000]


def test_what_is_not_known_yet_has_no_amount() -> None:
    dues = [Obligation(date(2026, 3, 10), 3_500), Obligation(date(2026, 4, 10), None)]
    assert [one.amount_minor for one in next_debits(contract("minimum"), dues, START)] == [3_500, None]
    fixed = next_debits(contract("fixed", amount_minor=5_000), dues, START, owed_minor=90_000)
    assert [one.amount_minor for one in fixed] == [5_000, 5_000]


def test_half_of_the_rent_each_payday_pays_it_in_full_before_it_is_due() -> None:
    halves = contract(
        "fixed", amount_minor=60_000, cadence="semimonthly", anchor_on=date(2026, 3, 6), second_day=20
    )
    dues = monthly(date(2026, 4, 1), 2, 120_000)
    found = next_debits(halves, dues, date(2026, 3, 1))
    assert [(one.period, one.amount_minor) for one in found] == [
        ("2026-03-06", 60_000), ("2026-03-20", 60_000), ("2026-04-06", 60_000), ("2026-04-20", 60_000),
    ]  # fmt: skip


def test_the_period_after_another_is_found_and_pauses_are_passed_over() -> None:
    dues = monthly(date(2026, 3, 16), 4)
    assert next_after(contract(), dues, "", START).period == "2026-03-16"
    assert next_after(contract(), dues, "2026-03-16", START).period == "2026-04-16"
    paused = contract(paused_from=date(2026, 4, 1), paused_until=date(2026, 5, 31))
    assert next_after(paused, dues, "2026-03-16", START).period == "2026-06-16"
    assert next_after(contract(paused_from=date(2026, 4, 1)), dues, "2026-03-16", START) is None
    assert next_after(contract(), dues, "2026-06-16", START) is None


def test_the_name_of_a_period_does_not_depend_on_the_day_one_asks() -> None:
    terms = contract("fixed", cadence="monthly", anchor_on=date(2026, 1, 31), amount_minor=100)
    seen = set()
    for later in range(400):
        turn = next_after(terms, (), "", START + timedelta(days=later))
        seen.add((turn.period, turn.debit_on))
    assert len(seen) == len({period for period, _ in seen})


def test_a_share_is_the_same_each_period_when_the_others_pay_theirs() -> None:
    half = contract("share", share_bp=5_000)
    found = next_debits(half, monthly(date(2026, 3, 16), 3, 100_000), START)
    assert [one.amount_minor for one in found] == [50_000, 50_000, 50_000]
