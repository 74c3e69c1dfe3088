"""What holds for every rental, whatever the terms; and a second, slow way of computing rent as a witness.

The witness walks through the lease day by day and knows nothing of periods, spans or formulas: it asks of each day
whether rent falls due on it, and what part of a period that day is.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.planned import PlannedCharge
from domain.rules.proration import METHODS
from domain.rules.rent import Concession, Plan, RentLine, RentTerms, Share, charges, moved_out

ONE_DAY = timedelta(days=1)
CALM = settings(max_examples=120, deadline=None)
ZONES = (
    "Pacific/Kiritimati", "Pacific/Auckland", "Asia/Kolkata", "Europe/Berlin", "UTC", "America/New_York",
    "America/Los_Angeles", "Pacific/Pago_Pago",
)  # fmt: skip
FREQUENCIES = ("weekly", "biweekly", "every-4-weeks", "semimonthly", "monthly", "quarterly", "yearly")

begins = st.dates(date(2019, 1, 1), date(2027, 12, 31))
rents = st.integers(1, 500_000)


@st.composite
def leases(draw: st.DrawFn, **fixed: object) -> RentTerms:
    start = draw(begins)
    chosen: dict[str, object] = {
        "from_on": start,
        "to_on": start + timedelta(days=draw(st.integers(0, 900))),
        "due_day": draw(st.integers(1, 31)),
        "proration": draw(st.sampled_from(METHODS)),
        "lines": (RentLine("rent", "Rent", draw(rents)),),
    }
    return RentTerms(**(chosen | fixed))  # type: ignore[arg-type]


@st.composite
def full_leases(draw: st.DrawFn) -> RentTerms:
    """Leases with a raise, add-ons, concessions, shares and any frequency."""
    terms = draw(leases(frequency=draw(st.sampled_from(FREQUENCIES))))
    days = st.integers(0, 900).map(lambda later: terms.from_on + timedelta(days=later))
    raised, parked, off = draw(days), draw(days), draw(days)
    rent = terms.lines[0]
    lines = (
        replace(rent, until_on=raised),
        RentLine("rent", "Rent", draw(rents), raised + ONE_DAY),
        RentLine("addon", "Parking", draw(st.integers(0, 9000)), parked, parked + timedelta(days=40)),
    )
    given_away = (
        Concession("Free days", "free", 0, off, off + timedelta(days=draw(st.integers(0, 60)))),
        Concession("Welcome", "off", draw(st.integers(0, 600_000)), off),
    )
    percents = draw(st.lists(st.decimals(1, 33, places=3), max_size=3))
    shares = tuple(Share(f"payer-{at}", percent) for at, percent in enumerate(percents))
    if draw(st.booleans()):
        shares += (Share("agency", amount_minor=draw(rents)),)
    return replace(
        terms, lines=tuple(line for line in lines if line.until_on is None or line.until_on >= terms.from_on),
        concessions=draw(st.sampled_from(((), given_away))), shares=shares, goes_on=draw(st.booleans()),
    )  # fmt: skip


def days_of(first: date, last: date) -> list[date]:
    return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]


def falls_due(day: date, due_day: int) -> bool:
    """Whether monthly rent is due on this day: the due day, or the last of a month that has no such day."""
    return day.day == due_day or (day.day < due_day and (day + ONE_DAY).day == 1)


def weight(day: date, method: str) -> Fraction:
    """What part of a month's rent one day is."""
    if method == "actual":
        return Fraction(1, monthrange(day.year, day.month)[1])
    if method == "30":
        return Fraction(1, 30)
    return Fraction(12, 366 if method == "366" and isleap(day.year) else 365)


def thirtieths(stay: list[date]) -> set[tuple[int, int, int]]:
    """The days that a stay takes of months of 30 days."""
    taken = set()
    for day in stay:
        ends_short_month = (day + ONE_DAY).day == 1 and day.day < 30
        if ends_short_month and day == stay[0]:
            taken.add((day.year, day.month, 30))
            continue
        taken.add((day.year, day.month, min(day.day, 30)))
        if ends_short_month:
            taken |= {(day.year, day.month, slot) for slot in range(day.day, 31)}
    return taken


def witness(terms: RentTerms) -> list[tuple[date, date, int]]:
    """(from, to, amount) of each charge of one line of monthly rent, counted day by day."""
    assert terms.to_on is not None
    assert terms.due_day is not None
    stays: list[list[date]] = []
    for day in days_of(terms.from_on, terms.to_on):
        if not stays or falls_due(day, terms.due_day):
            stays.append([])
        stays[-1].append(day)
    found = []
    for stay in stays:
        begun, ended = falls_due(stay[0], terms.due_day), falls_due(stay[-1] + ONE_DAY, terms.due_day)
        if terms.proration == "none" or (begun and ended):
            part = Fraction(1)
        elif terms.proration == "30/360":
            part = min(Fraction(1), Fraction(len(thirtieths(stay)), 30))
        else:
            part = min(Fraction(1), sum((weight(day, terms.proration) for day in stay), Fraction()))
        exact = terms.lines[0].amount_minor * part
        found.append((stay[0], stay[-1], int(exact + Fraction(1, 2))))
    return found


def rows(plan: tuple[PlannedCharge, ...]) -> list[tuple[date, date, int]]:
    return [(charge.period_from, charge.period_to, charge.amount_minor) for charge in plan]


@given(leases())
@CALM
def test_rent_is_what_a_walk_day_by_day_says(terms: RentTerms) -> None:
    assert rows(charges(terms, terms.last_on)) == witness(terms)


@given(begins, st.integers(28, 31), st.sampled_from(METHODS))
@CALM
def test_periods_tile_five_years_over_a_leap_year_and_keep_their_day(
    start: date, due_day: int, method: str
) -> None:
    end = date(start.year + 5, start.month, min(start.day, 28))  # five years hold a 29 February
    terms = RentTerms(start, end, due_day, proration=method, lines=(RentLine("rent", "Rent", 100_000),))
    plan = charges(terms, end)
    assert (plan[0].period_from, plan[-1].period_to) == (start, end)
    for earlier, later in pairwise(plan):
        assert later.period_from == earlier.period_to + ONE_DAY
        assert later.number == earlier.number + 1
        assert later.due_on == later.period_from
        assert later.due_on.day == min(due_day, monthrange(later.due_on.year, later.due_on.month)[1])
    assert {charge.amount_minor for charge in plan[1:-1]} == {100_000}
    assert len({charge.key for charge in plan}) == len(plan)


@given(leases(frequency="monthly"), st.sampled_from(FREQUENCIES))
@CALM
def test_periods_of_every_frequency_tile_the_lease(terms: RentTerms, frequency: str) -> None:
    plan = charges(replace(terms, frequency=frequency), terms.last_on)
    covered = [day for charge in plan for day in days_of(charge.period_from, charge.period_to)]
    assert covered == days_of(terms.from_on, terms.last_on)
    assert all(0 <= charge.amount_minor <= terms.lines[0].amount_minor for charge in plan)


@given(begins, st.integers(28, 31), st.integers(-2, 2))
@CALM
def test_the_tiles_are_the_same_in_eight_time_zones(start: date, due_day: int, hours: int) -> None:
    terms = RentTerms(start, None, due_day, lines=(RentLine("rent", "Rent", 100_000),))
    whole = charges(terms, start + timedelta(days=150))
    midnight = datetime(start.year, start.month, start.day, tzinfo=UTC) + timedelta(days=70, hours=hours)
    for zone in ZONES:
        # A business asks with its own local day; it must get its tiles up to that day, none shifted.
        billed: list[PlannedCharge] = []
        after = None
        for nights in range(12):
            local = (midnight + timedelta(days=5 * nights)).astimezone(ZoneInfo(zone)).date()
            billed += charges(terms, local, after)
            after = local
        assert after is not None
        assert tuple(billed) == tuple(charge for charge in whole if charge.due_on <= after)


@given(full_leases(), st.integers(0, 900), st.integers(0, 400))
@CALM
def test_billing_in_two_goes_asks_for_the_same(terms: RentTerms, first: int, more: int) -> None:
    middle = terms.from_on + timedelta(days=first)
    through = middle + timedelta(days=more)
    whole = charges(terms, through)
    assert charges(terms, middle) + charges(terms, through, middle) == whole
    assert len({(charge.rule, charge.key) for charge in whole}) == len(whole)


@given(full_leases(), st.none() | st.integers(-40, 900), st.integers(0, 900))
@CALM
def test_the_next_day_with_anything_to_collect_is_that_of_the_first_such_charge(
    terms: RentTerms, billed: int | None, ahead: int
) -> None:
    after = None if billed is None else terms.from_on + timedelta(days=billed)
    through = terms.from_on + timedelta(days=ahead)
    asked = [charge.due_on for charge in charges(terms, through, after) if charge.amount_minor]
    assert Plan(terms).next_on(after, through) == (asked[0] if asked else None)


@given(full_leases())
@CALM
def test_shares_add_up_to_the_charge_and_nothing_is_below_zero(terms: RentTerms) -> None:
    through = terms.from_on + timedelta(days=400)
    alone = charges(replace(terms, shares=()), through)
    together: dict[tuple[str, str], int] = {}
    for charge in charges(terms, through):
        assert charge.amount_minor >= 0
        name = (charge.rule, charge.key.removesuffix(charge.payer))
        together[name] = together.get(name, 0) + charge.amount_minor
    assert together == {(charge.rule, charge.key): charge.amount_minor for charge in alone}


@given(full_leases(), st.integers(0, 300))
@CALM
def test_what_is_given_back_and_kept_is_what_was_billed(terms: RentTerms, stayed: int) -> None:
    out_on = terms.from_on + timedelta(days=stayed)
    terms = replace(terms, shares=())
    billed = charges(terms, out_on + timedelta(days=40))
    back = {credit.key: credit for credit in moved_out(terms, out_on, billed)}
    for charge in billed:
        credit = back.get(charge.key)
        given_back = credit.amount_minor if credit else 0
        if charge.period_to <= out_on:
            assert credit is None
        elif charge.period_from > out_on:
            assert given_back == charge.amount_minor
        if credit:
            assert 0 < given_back == charge.amount_minor - credit.kept_minor <= charge.amount_minor
            assert out_on < credit.period_from <= credit.period_to == charge.period_to


@given(leases(proration="actual"), st.integers(0, 900))
@CALM
def test_moving_out_keeps_what_a_lease_to_that_day_would_have_asked(terms: RentTerms, stayed: int) -> None:
    assert terms.to_on is not None
    out_on = min(terms.from_on + timedelta(days=stayed), terms.to_on)
    billed = charges(terms, out_on)
    given_back = sum(credit.amount_minor for credit in moved_out(terms, out_on, billed))
    kept = sum(amount for _, _, amount in witness(replace(terms, to_on=out_on)))
    assert sum(charge.amount_minor for charge in billed) - given_back == kept


@given(st.integers(1, 10**8), st.integers(1, 60), begins)
@CALM
def test_a_concession_spread_over_a_lease_is_given_in_full(minor: int, months: int, start: date) -> None:
    start = start.replace(day=1)
    after = start.year * 12 + start.month - 1 + months
    end = date(after // 12, after % 12 + 1, 1) - ONE_DAY
    rent = RentLine("rent", "Rent", 10**8)
    terms = RentTerms(start, end, 1, lines=(rent,), concessions=(Concession("Free", "spread", minor),))
    plan = charges(terms, end)
    assert len(plan) == months
    assert sum(charge.amount_minor for charge in plan) == months * 10**8 - minor
    assert len({charge.amount_minor for charge in plan[:-1]}) <= 2


@given(full_leases())
@CALM
def test_a_reason_that_ends_with_a_number_ends_with_the_amount(terms: RentTerms) -> None:
    for charge in charges(terms, terms.from_on + timedelta(days=200)):
        assert charge.trace.rule == charge.rule
        last = charge.trace.steps[-1]
        assert str(last.sentence)
        assert last.amount_minor in (None, charge.amount_minor)


def test_equal_remainders_go_to_the_first_whether_typed_as_decimal_or_fraction() -> None:
    terms = RentTerms(
        date(2026, 1, 1), None, 1, lines=(RentLine("rent", "Rent", 100),),
        shares=(Share("a", Decimal("0.5")), Share("b", Fraction(1, 2)), Share("c", Decimal(99))),
    )  # fmt: skip
    assert [(one.payer, one.amount_minor) for one in charges(terms, date(2026, 1, 1))] == [
        ("a", 1),
        ("c", 99),
    ]
