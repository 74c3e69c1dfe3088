"""Changes of a running loan: what stays, what moves, what it costs, and that nothing is lost on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from domain.kinds import loan
from domain.kinds.loan import Contract
from domain.kinds.loan_rest import Change, Deferral, DueDayMove, ReAge, ReAmortise
from domain.kinds.loan_revisions import Proposal, propose
from domain.rules.revisions import Revision
from domain.rules.schedule import LoanTerms
from domain.words import Refused
from tests.domain.kinds.samples import CAR, THREE, contract, new

AUTO = LoanTerms(1_850_000, Decimal("9.9"), 60, "monthly", date(2026, 1, 15), date(2026, 2, 15))
BY_DAY = replace(AUTO, interest="daily", day_count="actual/365")
FOUR = LoanTerms(100_000, Decimal(0), 4, "every-15-days", date(2026, 9, 16), date(2026, 10, 1))


def paid(agreement: Contract, position, *payments):
    for amount, on in payments:
        position = loan.apply(agreement, position, amount, on).after
    return position


def agreed(before: Contract, proposal: Proposal) -> Contract:
    """The contract once the proposal is recorded, by way of what the database keeps."""
    kept = json.loads(json.dumps(proposal.revision.to_json()))
    return replace(before, revisions=(*before.revisions, Revision.from_json(kept)))


def first_paid(before: Contract):
    """The position after the first payment on its day."""
    row = before.plan.rows[0]
    return paid(before, new(before.terms), (row.payment_minor, row.due_on))


def open_rows(rows) -> list[tuple[int, date, int]]:
    return [(row.number, row.due_on, row.open_minor) for row in rows if row.open_minor]


def to_the_end(agreement: Contract, position, on: date):
    """Pay every open payment on its day (a late one today) and give the position and all that was paid."""
    total = 0
    while loan.due(agreement, position, on).left:
        rows = loan.schedule(agreement, position, on)
        row = next(row for row in rows if row.open_minor)
        on = max(on, row.due_on)
        row = next(row for row in loan.schedule(agreement, position, on) if row.open_minor)
        position, total = loan.apply(agreement, position, row.open_minor, on).after, total + row.open_minor
    return position, total


# --- deferral ------------------------------------------------------------------------------------------------


def test_one_deferred_payment_moves_the_others_by_a_period() -> None:
    """4 x 250 every 15 days from 1 October; the first is paid, one is put off: 31 Oct, 15 Nov, 30 Nov."""
    before = contract(FOUR)
    position = paid(before, new(FOUR), (25_000, date(2026, 10, 1)))
    proposal = propose(before, position, date(2026, 10, 10), Deferral(1))
    assert open_rows(proposal.after) == [
        (2, date(2026, 10, 31), 25_000), (3, date(2026, 11, 15), 25_000), (4, date(2026, 11, 30), 25_000),
    ]  # fmt: skip
    assert (proposal.was_ends_on, proposal.ends_on) == (date(2026, 11, 15), date(2026, 11, 30))
    assert proposal.interest_minor == 0


@pytest.mark.parametrize("terms", [AUTO, BY_DAY])
def test_a_deferral_with_interest_costs_the_interest_of_the_time_and_one_without_costs_none(terms) -> None:
    before = contract(terms)
    position = first_paid(before)
    on = date(2026, 2, 15)
    costly, free = (propose(before, position, on, Deferral(2, with_interest=w)) for w in (True, False))
    assert costly.ends_on == free.ends_on == date(2031, 3, 15)
    assert [row.due_on for row in costly.after if row.open_minor][:2] == [
        date(2026, 5, 15),
        date(2026, 6, 15),
    ]
    two_months = 30_130 if terms is AUTO else 29_231  # 18,260.47 at 9.9 % for 2/12 of a year, or 59 days
    assert costly.interest_minor > two_months > 2_000 > abs(free.interest_minor)
    assert costly.payment_minor == costly.was_payment_minor == before.plan.payment_minor


def test_a_late_payment_moves_with_the_others_and_what_was_met_of_it_is_closed() -> None:
    before = contract(FOUR)
    position = paid(before, new(FOUR), (25_000, date(2026, 10, 1)), (10_000, date(2026, 10, 16)))
    on = date(2026, 10, 20)
    proposal = propose(before, position, on, Deferral(1))
    after = agreed(before, proposal)
    assert open_rows(proposal.after)[0] == (3, date(2026, 10, 31), 15_000)
    assert [(row.number, row.amount_minor, row.state) for row in proposal.after[:2]] == [
        (1, 25_000, "paid"), (2, 10_000, "paid"),
    ]  # fmt: skip
    assert loan.due(after, position, on).past_due_minor == 0
    assert to_the_end(after, position, on)[1] == 65_000
    said = [str(step.sentence) for step in loan.explain(after, position, on, 2).steps]
    assert said[-1] == "It was closed at what had been met, 100.00 USD; the rest went into the new plan."


def test_a_deferral_that_would_leave_a_payment_late_is_refused() -> None:
    with pytest.raises(Refused, match="must come after 2026-11-05"):
        propose(contract(FOUR), new(FOUR), date(2026, 11, 5), Deferral(1))


# --- another due day -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("terms", [AUTO, BY_DAY])
def test_the_due_day_moves_for_the_rest_and_what_fell_due_before_stays_owed_on_its_day(terms) -> None:
    before = contract(terms)
    position = first_paid(before)
    proposal = propose(before, position, date(2026, 3, 20), DueDayMove(date(2026, 4, 28)))
    rows, regular = open_rows(proposal.after), before.plan.payment_minor
    assert rows[:3] == [
        (2, date(2026, 3, 15), regular), (3, date(2026, 4, 28), regular), (4, date(2026, 5, 28), regular),
    ]  # fmt: skip
    assert rows[-1][:2] == (60, date(2031, 1, 28))
    assert proposal.interest_minor > 0
    with pytest.raises(Refused, match="must come after"):
        propose(before, position, date(2026, 3, 20), DueDayMove(date(2026, 3, 20)))


def test_the_last_of_the_month_is_kept_when_the_day_moves_to_it() -> None:
    proposal = propose(contract(BY_DAY), new(BY_DAY), date(2026, 1, 20), DueDayMove(date(2026, 2, 28), (31,)))
    assert [row.due_on.day for row in proposal.after[:3]] == [28, 31, 30]


# --- late payments brought current ---------------------------------------------------------------------------


@pytest.mark.parametrize("terms", [AUTO, BY_DAY])
def test_re_aging_leaves_nothing_past_due_and_spreads_it_over_the_rest(terms) -> None:
    before = contract(terms)
    position = paid(before, first_paid(before), (9_216, date(2026, 3, 15)))
    on = date(2026, 6, 1)
    assert loan.due(before, position, on).past_due_minor == 3 * before.plan.payment_minor - 9_216
    proposal = propose(before, position, on, ReAge())
    after = agreed(before, proposal)
    assert loan.due(after, position, on).past_due_minor == 0
    assert [row.due_on for row in proposal.after if row.open_minor][0] == date(2026, 6, 15)
    assert proposal.ends_on == proposal.was_ends_on == date(2031, 1, 15)
    assert proposal.payment_minor > before.plan.payment_minor
    end, _ = to_the_end(after, position, on)
    assert (end.principal_minor, end.interest_minor) == (0, 0)


def test_re_aging_may_keep_the_payment_and_take_longer() -> None:
    before, on = contract(AUTO), date(2026, 6, 1)
    proposal = propose(before, new(AUTO), on, ReAge(payment_minor=39_216))
    assert proposal.payment_minor == 39_216
    assert proposal.ends_on > date(2031, 1, 15)
    assert proposal.after[-1].open_minor <= 39_216


def test_a_loan_past_its_last_day_can_be_brought_current() -> None:
    on = date(2026, 12, 3)
    proposal = propose(contract(FOUR), new(FOUR), on, ReAge(count=5))
    assert open_rows(proposal.after) == [
        (1, date(2026, 12, 15), 20_000), (2, date(2026, 12, 30), 20_000), (3, date(2027, 1, 14), 20_000),
        (4, date(2027, 1, 29), 20_000), (5, date(2027, 2, 13), 20_000),
    ]  # fmt: skip


# --- payment, number and rate set anew -----------------------------------------------------------------------


@pytest.mark.parametrize("terms", [AUTO, BY_DAY, replace(AUTO, interest="flat")])
def test_extra_money_can_make_the_payment_smaller_and_the_end_stays(terms) -> None:
    before, on = contract(terms), date(2026, 2, 15)
    regular = before.plan.payment_minor
    position = loan.apply(before, new(terms), regular * 10, on, extra="smaller").after
    proposal = propose(before, position, on, ReAmortise())
    after = agreed(before, proposal)
    assert proposal.payment_minor < regular
    assert proposal.ends_on == date(2031, 1, 15)
    assert proposal.interest_minor > 0  # longer than it would have run
    end, total = to_the_end(after, position, on)
    assert (end.principal_minor, end.interest_minor, end.credit_minor) == (0, 0, 0)
    assert total == sum(row.open_minor for row in proposal.after)


@pytest.mark.parametrize("terms", [AUTO, BY_DAY])
def test_a_new_rate_counts_from_its_day_and_not_before(terms) -> None:
    before = contract(terms)
    position = first_paid(before)
    on = date(2026, 3, 1)
    proposal = propose(before, position, on, ReAmortise(annual_rate_percent=Decimal("4.9")))
    after = agreed(before, proposal)
    assert proposal.payment_minor < 39_216
    assert proposal.interest_minor < 0
    if terms is BY_DAY:
        by_hand = position.principal_minor * (Decimal("9.9") * 14 + Decimal("4.9") * 14) / 36_500
        assert loan.close(after, position, date(2026, 3, 15)).interest_minor == round(by_hand)
        said = [str(step.sentence) for step in loan.close(after, position, date(2026, 3, 15)).trace.steps]
        assert any("at 9.9 %" in one for one in said)
        assert any("at 4.9 %" in one for one in said)
        assert loan.close(after, position, on).per_diem_minor == round(
            position.principal_minor * Decimal("4.9") / 36_500
        )


def test_a_stated_payment_finds_its_own_number_and_a_number_its_payment() -> None:
    before = contract(AUTO)
    slower = propose(before, new(AUTO), date(2026, 1, 20), ReAmortise(payment_minor=30_000))
    assert slower.payment_minor == 30_000
    assert slower.ends_on > date(2031, 1, 15)
    quick = propose(before, new(AUTO), date(2026, 1, 20), ReAmortise(count=24))
    assert (quick.ends_on, len(quick.after)) == (date(2028, 1, 15), 24)


@pytest.mark.parametrize(
    ("terms", "change", "on", "words"),
    [
        (AUTO, Deferral(0), date(2026, 2, 1), "at least one"),
        (AUTO, ReAmortise(), date(2031, 2, 1), "No payment is left"),
        (AUTO, ReAmortise(payment_minor=15_000), date(2026, 2, 1), "does not cover"),
        (
            replace(AUTO, interest="flat"),
            ReAmortise(annual_rate_percent=Decimal(3)),
            date(2026, 2, 1),
            "is fixed",
        ),
    ],
)
def test_changes_without_sense_are_refused(terms, change: Change, on, words) -> None:
    with pytest.raises(Refused, match=words):
        propose(contract(terms), new(terms), on, change)


def test_changes_follow_each_other_and_none_is_made_before_another() -> None:
    before, on = contract(BY_DAY), date(2026, 3, 1)
    position = paid(before, new(BY_DAY), (39_216, date(2026, 2, 15)))
    first = agreed(before, propose(before, position, on, ReAmortise(annual_rate_percent=Decimal(5))))
    with pytest.raises(Refused, match="changed after 2026-02-20"):
        propose(first, position, date(2026, 2, 20), Deferral(1))
    second = agreed(first, propose(first, position, date(2026, 3, 10), Deferral(1)))
    assert loan.due(second, position, date(2026, 3, 10)).next_on == date(2026, 4, 15)
    end, _ = to_the_end(second, position, date(2026, 3, 10))
    assert (end.principal_minor, end.interest_minor) == (0, 0)


def test_the_reason_of_a_payment_says_when_and_why_the_plan_changed() -> None:
    before, on = contract(CAR), date(2026, 1, 23)
    position = paid(before, new(CAR), (15_597, on))
    proposal = propose(before, position, on, Deferral(2))
    said = [str(step.sentence) for step in loan.explain(agreed(before, proposal), position, on, 2).steps]
    assert said[0] == "On 2026-01-23 payments were put off; 8916.52 USD of principal was owed."
    told = [str(step.sentence) for step in proposal.trace.steps]
    assert "The last payment, 406.56 USD, falls due on 2029-02-02; it was 2029-01-05." in told


def test_a_stored_revision_is_read_from_the_loan_or_from_rows_of_its_own() -> None:
    proposal = propose(contract(THREE), new(THREE), date(2023, 1, 10), Deferral(1))
    row = SimpleNamespace(
        **{name: getattr(THREE, name) for name in (
            "principal_minor", "annual_rate_percent", "count", "frequency", "first_due_on", "interest", "day_count",
            "rounding", "payment_rounding", "payment_unit_minor", "payment_minor", "last", "balloon_minor")},
        anchor_days="", waterfall="interest,principal,fees", skip_months="", interest_only=0, steps=[],
    )  # fmt: skip
    stored = SimpleNamespace(number="L-1", start_on=THREE.start_on, currency="USD", loan=row)
    assert loan.read(stored).revisions == ()
    stored.revisions = [SimpleNamespace(terms=proposal.revision.to_json())]
    assert loan.read(stored).revisions == (proposal.revision,)
    row.revisions = [proposal.revision.to_json()]
    assert loan.read(stored).plan.rows[0].due_on == date(2023, 3, 1)


def test_a_payment_that_goes_back_after_a_change_opens_what_it_had_paid() -> None:
    before, on = contract(FOUR), date(2026, 10, 10)
    position = paid(before, new(FOUR), (25_000, date(2026, 10, 1)))
    after = agreed(before, propose(before, position, on, Deferral(1)))
    back = replace(position, principal_minor=100_000, met_minor=0)
    due = loan.due(after, back, on)
    assert (due.past_due_minor, due.oldest_on) == (25_000, date(2026, 10, 1))
    assert to_the_end(after, back, on)[1] == 100_000
