"""A long plan is cut into pages and opens where the next payment is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from domain.kinds.base import Installment
from domain.reports.plan_pages import PER_PAGE, SOON, plan_page


@dataclass
class Planned:
    plan: tuple[Installment, ...]


def plan_of(count: int, paid: int, spared: int = 0) -> Planned:
    def row(number: int) -> Installment:
        if number > count - spared:
            return Installment(number, date(2026, 1, 1), 100, 0, 0, 0, 0, "not_needed")
        left = 0 if number <= paid else 100
        state = "paid" if not left else "next" if number == paid + 1 else "upcoming"
        return Installment(number, date(2026, 1, 1) + timedelta(days=number), 100, left, 0, 0, 0, state)

    return Planned(tuple(row(number) for number in range(1, count + 1)))


def numbers(rows) -> list[int]:
    return [row.number for row in rows]


def test_a_plan_of_a_hundred_lines_is_shown_whole() -> None:
    found = plan_page(plan_of(100, 3))
    assert found.pages == 1
    assert numbers(found.done) == [1, 2, 3]
    assert numbers(found.ahead) == list(range(4, 101))


def test_a_longer_one_opens_on_the_page_of_the_next_payment() -> None:
    found = plan_page(plan_of(360, 100))
    assert (found.page, found.pages) == (100 // PER_PAGE + 1, -(-360 // PER_PAGE))
    assert 101 in numbers(found.ahead)
    assert len(found.done) + len(found.ahead) == PER_PAGE


def test_every_line_is_on_exactly_one_page() -> None:
    plan = plan_of(361, 50, spared=10)
    pages = plan_page(plan).pages
    shown = [number for page in range(1, pages + 1) for number in numbers(plan_page(plan, page).done)]
    shown += [number for page in range(1, pages + 1) for number in numbers(plan_page(plan, page).ahead)]
    assert sorted(shown) == list(range(1, 352))
    assert plan_page(plan).spared == 10


@pytest.mark.parametrize(("asked", "shown"), [(-3, 8), (0, 8), (999, 8), (2, 2)])
def test_a_page_that_is_not_there_is_the_nearest_or_the_next_one(asked, shown) -> None:
    assert plan_page(plan_of(360, 359), asked).page == shown


def test_what_is_late_is_never_folded_away() -> None:
    late = tuple(
        Installment(number, date(2026, 1, 1), 100, 100, 0, 0, 0, "late" if number <= 30 else "upcoming")
        for number in range(1, 61)
    )
    found = plan_page(Planned(late))
    assert numbers(found.soon) == list(range(1, 31))
    assert numbers(found.later) == list(range(31, 61))
    assert len(plan_page(plan_of(60, 0)).soon) == SOON


def test_an_empty_plan_is_one_empty_page() -> None:
    found = plan_page(Planned(()))
    assert (found.page, found.pages, found.done, found.ahead) == (1, 1, [], [])
