"""The order in which money pays open charges. The worked numbers are those of the rules of money."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.allocation import (
    FEE_TYPES,
    RENT_FIRST,
    RENT_TYPES,
    OpenLine,
    Profile,
    allocate,
    check_profile,
    owed_apart,
)
from domain.rules.planned import CHARGE_TYPES
from domain.words import Refused

CALM = settings(max_examples=150, deadline=None)
NOV = date(2026, 11, 1)
HOUSEHOLD = (
    OpenLine(1, "rent", NOV, 80_000),
    OpenLine(2, "addon", NOV, 2_500),
    OpenLine(3, "late_fee", date(2026, 10, 5), 3_500),
    OpenLine(4, "utility", date(2026, 10, 20), 4_000),
)


def after(lines, amount, profile=RENT_FIRST, payer="") -> list[OpenLine]:
    paid = dict(allocate(lines, amount, profile, payer)[0])
    return [line._replace(open_minor=line.open_minor - paid.get(line.id, 0)) for line in lines]


def order(lines, profile, payer="") -> list[int]:
    return [id for id, _ in allocate(lines, 10**9, profile, payer)[0]]


@pytest.mark.parametrize(
    ("profile", "rent", "other"),
    [
        (Profile(), 20_000, 10_000),
        (Profile("fees-first"), 30_000, 0),
        (Profile("oldest-first"), 27_500, 2_500),
        (Profile("custom", ("addon", "rent")), 22_500, 7_500),
    ],
)
def test_six_hundred_of_nine_hundred_pay_by_the_profile(profile, rent, other) -> None:
    """Owes rent 800, pet 25, late 35, water 40; pays 600."""
    assert owed_apart(HOUSEHOLD) == (80_000, 10_000)
    assert owed_apart(after(HOUSEHOLD, 60_000, profile)) == (rent, other)


@pytest.mark.safety("M21")
def test_each_profile_has_its_own_order() -> None:
    october = OpenLine(5, "rent", date(2026, 10, 1), 80_000)
    lines = (*HOUSEHOLD, october)
    assert order(lines, Profile()) == [5, 1, 4, 2, 3]
    assert order(lines, Profile("oldest-first")) == [5, 3, 4, 1, 2]
    assert order(lines, Profile("fees-first")) == [3, 4, 2, 5, 1]
    assert order(lines, Profile("custom", ("utility", "late_fee"))) == [4, 3, 5, 1, 2]


def test_the_march_rent_is_paid_though_a_fee_of_february_is_open() -> None:
    lines = (OpenLine(1, "late_fee", date(2026, 2, 5), 6_000), OpenLine(2, "rent", date(2026, 3, 1), 120_000))
    assert allocate(lines, 120_000)[:2] == (((2, 120_000),), 0)


def test_a_payer_pays_the_own_share_then_what_is_nobodys_alone_and_never_anothers() -> None:
    lines = (
        OpenLine(1, "rent", NOV, 70_000, "a"),
        OpenLine(2, "rent", NOV, 50_000, "b"),
        OpenLine(3, "utility", date(2026, 9, 1), 4_000),
        OpenLine(4, "late_fee", NOV, 1_000, "a"),
    )
    assert order(lines, Profile(), "a") == [1, 4, 3]
    assert order(lines, Profile("oldest-first"), "b") == [2, 3]
    assert order(lines, Profile()) == [3]
    assert allocate(lines, 100_000, payer="b")[1] == 46_000


def test_what_nothing_needs_is_left_and_the_reason_names_every_piece() -> None:
    paid, left, trace = allocate(HOUSEHOLD[:2], 100_000)
    assert (paid, left) == (((1, 80_000), (2, 2_500)), 17_500)
    assert [str(step.sentence) for step in trace.steps] == [
        "Rent of 2026-11-01.", "Add-on of 2026-11-01.", "Above what is owed: kept as credit.",
    ]  # fmt: skip
    in_part = allocate(HOUSEHOLD, 100)[2].steps[0]
    assert (str(in_part.sentence), in_part.amount_minor) == ("Rent of 2026-11-01. Paid in part.", 100)


def test_nothing_owed_and_nothing_paid_allocate_nothing() -> None:
    assert allocate((), 500)[:2] == ((), 500)
    assert allocate(HOUSEHOLD, 0)[:2] == ((), 0)
    with pytest.raises(ValueError, match="below zero"):
        allocate(HOUSEHOLD, -1)


@pytest.mark.parametrize(
    ("profile", "field"),
    [
        (Profile("newest-first"), "allocation"),
        (Profile("custom"), "order"),
        (Profile("rent-first", ("rent",)), "order"),
        (Profile("custom", ("rent", "rent")), "order"),
        (Profile("custom", ("gift",)), "order"),
    ],
)
def test_an_order_that_cannot_be_is_refused(profile, field) -> None:
    with pytest.raises(Refused) as refusal:
        check_profile(profile)
    assert refusal.value.field == field
    check_profile(Profile("custom", ("late_fee", "rent")))


# --- properties ----------------------------------------------------------------------------------------------

profiles = st.one_of(
    st.sampled_from(("rent-first", "oldest-first", "fees-first")).map(Profile),
    st.permutations(CHARGE_TYPES).map(lambda order: Profile("custom", tuple(order[:4]))),
)


@st.composite
def open_lines(draw: st.DrawFn) -> tuple[OpenLine, ...]:
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(CHARGE_TYPES),
                st.integers(0, 90),
                st.integers(0, 90_000),
                st.sampled_from(("", "a", "b")),
            ),
            max_size=8,
        )
    )
    return tuple(
        OpenLine(number, type, NOV + timedelta(days=days), minor, payer)
        for number, (type, days, minor, payer) in enumerate(drawn, 1)
    )


@pytest.mark.safety("M21")
@CALM
@given(open_lines(), st.integers(0, 400_000), profiles, st.sampled_from(("", "a", "b")))
def test_the_money_is_all_there_and_nothing_is_paid_twice_or_too_much(lines, amount, profile, payer) -> None:
    paid, left, trace = allocate(lines, amount, profile, payer)
    by_id = {line.id: line for line in lines}
    assert sum(part for _, part in paid) + left == amount
    assert left >= 0
    assert len({id for id, _ in paid}) == len(paid)
    assert all(0 < part <= by_id[id].open_minor for id, part in paid)
    assert all(by_id[id].payer in ("", payer) for id, _ in paid)
    assert all(part == by_id[id].open_minor for id, part in paid[:-1])
    assert left == 0 or sum(part for _, part in paid) == sum(
        line.open_minor for line in lines if line.payer in ("", payer)
    )
    assert sum(step.amount_minor or 0 for step in trace.steps) == amount


@CALM
@given(open_lines(), st.integers(0, 400_000), profiles, st.sampled_from(("", "a", "b")), st.randoms())
def test_a_payment_in_two_pieces_pays_what_one_would_in_any_order_of_the_lines(
    lines, amount, profile, payer, luck
) -> None:
    first = luck.randint(0, amount)
    halves = after(after(lines, first, profile, payer), amount - first, profile, payer)
    assert halves == after(lines, amount, profile, payer)
    shuffled = list(lines)
    luck.shuffle(shuffled)
    assert allocate(shuffled, amount, profile, payer) == allocate(lines, amount, profile, payer)


@CALM
@given(open_lines(), st.sampled_from(("rent-first", "fees-first", "oldest-first")))
def test_the_order_is_that_of_repeated_choice_of_the_next_charge(lines, name) -> None:
    """The witness picks the next charge again and again by the words of the profile."""
    waiting, picked = [line for line in lines if line.payer == "" and line.open_minor], []
    while waiting:
        rents = [line for line in waiting if line.type in RENT_TYPES]
        charges = [line for line in waiting if line.type in FEE_TYPES]
        rest = [line for line in waiting if line.type not in RENT_TYPES | FEE_TYPES]
        if name == "oldest-first":
            day = min(line.due_on for line in waiting)
            rents, rest, charges = (
                [line for line in some if line.due_on == day] for some in (rents, rest, charges)
            )
        steps = (charges, rest, rents) if name == "fees-first" else (rents, rest, charges)
        group = next(some for some in steps if some)
        picked.append(min(group, key=lambda line: (line.due_on, line.id)))
        waiting.remove(picked[-1])
    assert order(lines, Profile(name)) == [line.id for line in picked]
