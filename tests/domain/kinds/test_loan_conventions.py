"""A running loan follows its schedule in all its conventions: every part of every payment on its day is the row's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.kinds import loan
from domain.kinds.loan_rest import Deferral, DueDayMove, ReAge, ReAmortise
from domain.kinds.loan_revisions import propose
from domain.rules.calendar import due_dates
from domain.rules.day_count import CONVENTIONS
from domain.rules.money import MODES
from domain.rules.schedule import LoanTerms, loan_schedule
from domain.words import Refused
from tests.domain.kinds.samples import contract, new
from tests.fixtures.torture import torturing

CALM = settings(
    max_examples=1_500 if torturing() else 120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
AUTO = LoanTerms(1_850_000, Decimal("9.9"), 60, "monthly", date(2026, 1, 15), date(2026, 2, 15))
# Sherman's example of skipped summers: 8,320.47 at 5.5 % from 1 June, nothing due from June to August.
SUMMER = LoanTerms(
    832_047, Decimal("5.5"), 30, "monthly", date(2026, 6, 1), date(2026, 7, 1), "daily", "actual/365",
    payment_minor=25_355, skip_months=(6, 7, 8),
)  # fmt: skip


@st.composite
def terms(draw: st.DrawFn) -> LoanTerms:
    start = draw(st.dates(date(2019, 1, 1), date(2027, 12, 31)))
    principal, count = draw(st.integers(5_000, 5_000_000)), draw(st.integers(1, 36))
    interest = draw(st.sampled_from(("daily", "period", "flat")))
    pauses = interest != "flat"
    level = principal // count + 1
    steps = sorted(
        draw(st.dictionaries(st.integers(1, count), st.integers(level, 3 * level), max_size=3)).items()
    )
    wanted = LoanTerms(
        principal_minor=principal,
        annual_rate_percent=Decimal(draw(st.integers(0, 3_600))).scaleb(-2),
        count=count,
        frequency=draw(st.sampled_from(("weekly", "biweekly", "monthly", "quarterly", "every-10-days"))),
        start_on=start,
        first_due_on=start + timedelta(days=draw(st.integers(1, 45))),
        interest=interest,
        day_count=draw(st.sampled_from(CONVENTIONS)),
        rounding=draw(st.sampled_from(tuple(MODES))),
        payment_rounding=draw(st.sampled_from(tuple(MODES))),
        payment_unit_minor=draw(st.sampled_from((1, 1, 100))),
        balloon_minor=draw(st.sampled_from((0, 0, principal // 3))),
        last=draw(st.sampled_from(("absorb", "absorb", "interest", "equal"))),
        steps=draw(st.sampled_from(((), tuple(steps)))),
        skip_months=tuple(draw(st.sets(st.integers(1, 12), max_size=4))) if pauses else (),
        interest_only=draw(st.integers(0, min(count - 1, 4))) if pauses else 0,
    )
    try:
        loan_schedule(wanted)
    except Refused:
        assume(False)
    return wanted


def keeps_cents(wanted: LoanTerms) -> bool:
    """Whether no payment leaves interest unpaid: its fraction is kept by the schedule, and posted by the books."""
    rows = loan_schedule(wanted).rows
    paid = [row for row in rows if row.payment_minor and row.due_on.month not in wanted.skip_months]
    return all(row.principal_minor or row.number <= wanted.interest_only for row in paid)


@CALM
@given(terms())
def test_paid_on_its_days_every_loan_splits_as_scheduled_and_ends_at_zero(wanted) -> None:
    assume(keeps_cents(wanted))
    schedule, agreement, position = loan_schedule(wanted), contract(wanted), new(wanted)
    for row in schedule.rows:
        due = loan.due(agreement, position, row.due_on)
        last = row is schedule.rows[-1]
        # Equal payments leave a remainder, told beside the schedule; the running loan's last payment takes it.
        rest = schedule.remainder_minor if last else 0
        if not last and wanted.last == "equal" and position.principal_minor <= row.principal_minor:
            return  # a stated payment pays everything back before the last of the equal ones
        assert (due.past_due_minor, due.today_minor) == (0, row.payment_minor + rest)
        if not due.today_minor:
            continue
        applied = loan.apply(agreement, position, due.today_minor, row.due_on)
        split = {"interest": 0, "principal": 0}
        for part in applied.parts:
            split[part.bucket] += part.amount_minor
            assert part.installment_number == row.number
        assert split["principal"] == row.principal_minor + rest
        assert split["interest"] == row.interest_minor
        position = applied.after
    assert (position.principal_minor, position.interest_minor, position.credit_minor) == (0, 0, 0)
    assert loan.close(agreement, position, schedule.rows[-1].due_on).total_minor == 0


@CALM
@given(terms())
def test_the_plan_of_a_new_loan_is_its_schedule_in_every_convention(wanted) -> None:
    assume(keeps_cents(wanted) and wanted.last != "equal")
    rows = loan_schedule(wanted).rows
    plan = loan.schedule(contract(wanted), new(wanted), wanted.start_on)
    assert [
        (r.number, r.due_on, r.amount_minor, r.interest_minor, r.principal_minor, r.balance_minor)
        for r in plan
    ] == [
        (r.number, r.due_on, r.payment_minor, r.interest_minor, r.principal_minor, r.balance_minor)
        for r in rows
    ]


def test_interest_of_a_skipped_summer_is_carried_and_paid_first() -> None:
    """8,320.47 at 5.5 %: 38.8669 a July of 31 days carries 115.3468; September's 253.55 = 154.21 + 99.34."""
    agreement, position = contract(SUMMER), new(SUMMER)
    posted = [loan.close(agreement, position, date(2026, month, 1)).interest_minor for month in (7, 8, 9)]
    assert posted == [3_761, 7_648, 11_535]  # June has 30 days: 37.61, then + 38.87 + 38.87
    first = next(row for row in loan.schedule(agreement, position, date(2026, 6, 1)) if row.amount_minor)
    assert first.due_on == date(2026, 9, 1)
    applied = loan.apply(agreement, position, 25_355, first.due_on)
    assert [(part.bucket, part.amount_minor) for part in applied.parts] == [
        ("interest", 11_535),
        ("principal", 13_820),
    ]


def test_a_balloon_falls_due_with_the_last_payment() -> None:
    wanted = replace(AUTO, balloon_minor=500_000)
    plan = loan.schedule(contract(wanted), new(wanted), wanted.start_on)
    assert plan[-1].amount_minor > 500_000 > plan[-2].amount_minor
    assert plan[-1].due_on == date(2031, 1, 15)


@pytest.mark.parametrize("interest", ["period", "daily"])
def test_where_the_last_interest_absorbs_the_rest_the_books_post_just_that(interest) -> None:
    wanted = replace(AUTO, last="interest", interest=interest, day_count="actual/365")
    rows = loan_schedule(wanted).rows
    agreement, position = contract(wanted), new(wanted)
    for row in rows[:-1]:
        position = loan.apply(agreement, position, row.payment_minor, row.due_on).after
    applied = loan.apply(agreement, position, rows[-1].payment_minor, rows[-1].due_on)
    assert applied.accrual_minor == rows[-1].interest_minor
    assert applied.after.principal_minor == applied.after.interest_minor == applied.after.credit_minor == 0


@st.composite
def changes(draw: st.DrawFn, wanted: LoanTerms, on: date):
    move = on + timedelta(days=draw(st.integers(1, 60)))
    return draw(
        st.sampled_from(
            (
                Deferral(draw(st.integers(1, 4)), draw(st.booleans())),
                DueDayMove(move),
                ReAge(draw(st.sampled_from((None, 3, 12)))),
                ReAmortise(draw(st.sampled_from((None, 5, 20)))),
                ReAmortise(annual_rate_percent=Decimal(draw(st.integers(0, 30)))),
            )
        )
    )


@CALM
@given(st.data(), terms())
def test_whatever_is_changed_on_the_way_everything_owed_is_paid_once_and_the_end_is_zero(
    data, wanted
) -> None:
    agreement, position, on = contract(wanted), new(wanted), wanted.start_on
    for _ in range(data.draw(st.integers(1, 3))):
        on += timedelta(days=data.draw(st.integers(0, 70)))
        due = loan.due(agreement, position, on)
        amount = data.draw(
            st.sampled_from(
                (0, due.now_minor, due.now_minor // 3, due.now_minor + wanted.principal_minor // 9)
            )
        )
        if amount:
            position = loan.apply(
                agreement, position, amount, on, extra=data.draw(st.sampled_from(loan.EXTRA))
            ).after
        try:
            proposal = propose(agreement, position, on, data.draw(changes(wanted, on)))
        except Refused:
            continue
        before, agreement = agreement, replace(agreement, revisions=(*agreement.revisions, proposal.revision))
        rows = agreement.plan.rows
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        kept = sum(row.payment_minor for row in rows[: proposal.revision.kept])
        late = sum(row.open_minor for row in proposal.after[: proposal.revision.kept])
        assert kept + proposal.revision.closed_minor == position.met_minor + late
        if wanted.interest == "daily":  # by the period a change counts from the start of the one under way
            quotes = [loan.close(one, position, on).total_minor for one in (before, agreement)]
            assert quotes[0] == quotes[1]
    for _ in range(400):
        row = next((row for row in loan.schedule(agreement, position, on) if row.open_minor), None)
        if row is None:
            break
        on = max(on, row.due_on)
        amount = loan.due(agreement, position, on).now_minor
        position = loan.apply(agreement, position, amount, on).after if amount else position
    assert (position.principal_minor, position.interest_minor, position.fees_minor) == (0, 0, 0)


def test_the_following_installments_can_be_paid_ahead() -> None:
    for wanted in (AUTO, replace(AUTO, interest="daily"), replace(AUTO, interest="flat")):
        agreement, on = contract(wanted), date(2026, 2, 15)
        regular = agreement.plan.payment_minor
        ahead = loan.apply(agreement, new(wanted), 3 * regular, on, extra="ahead")
        assert [part.installment_number for part in ahead.parts if part.bucket == "principal"] == [1, 2, 3]
        assert loan.due(agreement, ahead.after, on).next_on == date(2026, 5, 15)
        shorter = loan.apply(agreement, new(wanted), 3 * regular, on)
        assert loan.due(agreement, shorter.after, on).next_on == date(2026, 3, 15)
        assert ahead.met_minor == 3 * regular > shorter.met_minor == regular
    dues = due_dates("monthly", date(2026, 2, 15), 3)
    assert dues[-1] == date(2026, 4, 15)
    with pytest.raises(Refused, match="Choose what"):
        loan.apply(contract(AUTO), new(AUTO), 100, date(2026, 2, 15), extra="sooner")
