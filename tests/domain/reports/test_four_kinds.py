"""How each kind of agreement stands for its customer: amounts, words, reasons, and what is another payer's alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.words import Gone
from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.four_kinds import (
    buy,
    months_back,
    open_credit_for,
    open_lease_for,
    open_rental_for,
    shared_rental,
)

KINDS = ("loan", "rental", "lease_to_own", "credit_line")


def seen(house, name: str, ref: str):
    from domain.reports import agreements

    return next(
        view for view in agreements.views(scope_of(house, name), clock_today(house)) if view.ref == ref
    )


def told(house, view, what: str, name: str = "bo"):
    from domain.reports import reasons

    return reasons.reason(scope_of(house, name), view, what)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_for_its_pages(kind) -> None:
    from domain.kinds import kind_of
    from domain.kinds.base import WORDS

    words = kind_of(kind).WORDS
    assert set(words) == set(WORDS)
    assert {name for name, text in words.items() if not text} <= {"close", "to_go", "percent"}


def test_every_open_figure_of_every_kind_has_a_reason(house, kinds) -> None:
    from domain.reports import reasons

    for kind, ref in kinds("bo").items():
        with house.app.app_context():
            view = seen(house, "bo", ref)
            names = reasons.names(scope_of(house, "bo"), view)
            for name in names:
                reason = told(house, view, name)
                assert reason.trace.rule, (kind, name)
                assert reason.trace.steps, (kind, name)


@pytest.mark.parametrize("kind", ["rental", "lease_to_own", "credit_line"])
def test_the_steps_add_up_to_the_balance_and_the_entries_too(house, kinds, kind) -> None:
    ref = kinds("bo")[kind]
    with house.app.app_context():
        view = seen(house, "bo", ref)
        reason = told(house, view, "balance")
        assert sum(step.amount_minor or 0 for step in reason.trace.steps) == view.balance_minor
        assert sum(amount for entry in reason.entries for _, amount in entry.lines) == view.balance_minor


def test_a_rental_owes_its_charges_and_may_be_paid_a_year_ahead(house) -> None:
    # A deposit of 600 and three months of 1,200 rent and 50 parking are due.
    ref = open_rental_for(house, "bo")
    with house.app.app_context():
        view = seen(house, "bo", ref)
        assert view.balance_minor == view.due.now_minor == 60_000 + 3 * 125_000
        assert view.payable_minor == view.balance_minor + 12 * 125_000
        assert [(figure.name, figure.amount_minor) for figure in view.figures] == [
            ("rent", 360_000), ("other", 75_000),
        ]  # fmt: skip
        assert view.progress.words == ()  # nothing is paid yet


def test_a_rental_says_through_which_day_the_rent_is_paid(house, pay) -> None:
    ref = open_rental_for(house, "bo")
    first = months_back(clock_today(house), 2)
    pay("bo", ref, 120_000, method="card")  # rent first: the oldest month
    with house.app.app_context():
        [words] = seen(house, "bo", ref).progress.words
    assert words.params["day"] == months_back(clock_today(house), 1) - timedelta(days=1) > first


def test_a_lease_is_paid_in_part_owes_two_payments_and_can_be_bought(house, pay) -> None:
    ref = open_lease_for(house, "bo")
    pay("bo", ref, 10_625, method="card")
    with house.app.app_context():
        view = seen(house, "bo", ref)
        assert (view.progress.met_minor, view.progress.whole_minor) == (10_625, 12 * 10_625)
        assert view.balance_minor == 10_625
        assert {figure.name: figure.amount_minor for figure in view.figures} == {
            "paid": 10_625, "left": 11 * 10_625,
        }  # fmt: skip
        for name in ("paid", "left"):
            reason = told(house, view, name)
            assert sum(step.amount_minor or 0 for step in reason.trace.steps) == reason.amount_minor
        assert view.quote.buys
        assert view.ends_apart


def test_a_credit_line_shows_what_is_free_of_its_limit_and_what_is_new(house) -> None:
    ref = open_credit_for(house, "bo")
    buy(house, ref, clock_today(house), 3_000, "A lamp")
    with house.app.app_context():
        view = seen(house, "bo", ref)
        figures = {figure.name: figure.amount_minor for figure in view.figures}
        assert figures["available"] == 200_000 - view.balance_minor
        assert figures["since"] == 3_000
        assert figures["statement"] + figures["since"] == view.balance_minor
        assert figures["minimum"] == view.due.headline_minor or view.due.days_late
        assert view.payable_minor == view.balance_minor
        assert not view.ends_apart
        for name in ("available", "since", "avoid"):
            reason = told(house, view, name)
            assert sum(step.amount_minor or 0 for step in reason.trace.steps) == reason.amount_minor


def test_the_minimum_is_told_by_the_rule_that_the_statement_was_issued_with(house) -> None:
    ref = open_credit_for(house, "bo")
    with house.app.app_context():
        view = seen(house, "bo", ref)
        for what in ("due", "minimum"):
            said = " ".join(str(step.sentence) for step in told(house, view, what).trace.steps)
            assert "5 % of the balance of" in said


def test_a_line_of_the_plan_shows_the_entries_of_its_charge_alone(house, pay) -> None:
    ref = open_rental_for(house, "bo")
    pay("bo", ref, 120_000, method="card")
    with house.app.app_context():
        view = seen(house, "bo", ref)
        first, later = told(house, view, "installment-1"), told(house, view, "installment-7")
    assert {str(entry.cause) for entry in first.entries} >= {"Payment received"}
    assert len(first.entries) == 2
    assert later.entries == []


def test_a_charge_that_was_paid_in_part_says_what_is_left(house, pay) -> None:
    ref = open_lease_for(house, "bo")
    pay("bo", ref, 4_000, method="card")
    with house.app.app_context():
        reason = told(house, seen(house, "bo", ref), "charge-1")
    assert reason.amount_minor == 6_625
    assert [step.amount_minor for step in reason.trace.steps][-2:] == [-4_000, 6_625]


def test_the_deposit_that_is_held_is_what_was_paid_of_it(house, pay) -> None:
    from domain.reports import deposits

    ref = open_rental_for(house, "bo")
    with house.app.app_context():
        view = seen(house, "bo", ref)
        assert deposits.held_minor(scope_of(house, "bo"), view) == 0
        with pytest.raises(Gone):
            told(house, view, "deposit")
    pay("bo", ref, 435_000, method="card")
    with house.app.app_context():
        assert told(house, seen(house, "bo", ref), "deposit").amount_minor == 60_000


def test_roommates_see_their_own_share_and_what_is_nobodys(house) -> None:
    from domain.reports import agreements

    ref = shared_rental(house)
    with house.app.app_context():
        bo, tess = seen(house, "bo", ref), seen(house, "tess", ref)
        # Two months: the deposit of 600 and 2 x 50 parking are for both.
        assert bo.balance_minor == bo.due.now_minor == 70_000 + 2 * 72_000
        assert tess.balance_minor == tess.due.now_minor == 70_000 + 2 * 48_000
        assert {row.amount_minor for row in tess.plan} == {48_000, 5_000}
        assert not [row for row in bo.plan if row.state == "paid"]
        assert tess.payable_minor == tess.balance_minor + 12 * 53_000
        everything = agreements.view(bo.agreement, clock_today(house))
        assert everything.balance_minor == 70_000 + 2 * 120_000


def test_a_roommates_charge_and_its_entries_are_not_there_for_the_other(house, pay) -> None:
    from domain.reports import charges, reasons

    ref = shared_rental(house)
    pay("tess", ref, 48_000, method="card")
    with house.app.app_context():
        bo = seen(house, "bo", ref)
        scope = scope_of(house, "bo")
        mine = {line.entry for line in charges.open_charges(scope, bo)}
        staff = scope_of(house, "dana")
        every = {line.entry for line in charges.open_charges(staff, bo)}
        assert every - mine
        for entry in every - mine:
            with pytest.raises(Gone):
                reasons.reason(scope, bo, f"charge-{entry}")
        amounts = {amount for posting in told(house, bo, "balance").entries for _, amount in posting.lines}
        assert 48_000 not in {abs(amount) for amount in amounts}


def test_what_a_roommate_may_pay_is_checked_by_their_share(house, save_method) -> None:
    from datetime import UTC, datetime

    from domain.actions import payments
    from domain.words import Refused

    ref = shared_rental(house)
    with house.app.app_context():
        most = seen(house, "tess", ref).payable_minor
    with pytest.raises(Refused):
        payments.start(
            ref, most + 1, save_method("tess", "card"), "too-much-12345678", who=scope_of(house, "tess"),
            today=clock_today(house), now=datetime.now(UTC),
        )  # fmt: skip


@pytest.mark.parametrize(
    "what", ["charge-999", "charge-0x", "deposit", "rent", "avoid", "next-1", "-", "charge-"]
)
def test_a_figure_that_is_not_there_has_no_reason(house, open_agreement, what) -> None:
    ref = open_agreement("bo")
    with house.app.app_context(), pytest.raises(Gone):
        told(house, seen(house, "bo", ref), what)


def test_an_agreement_that_was_charged_off_shows_no_limit_no_minimum_and_no_progress(house) -> None:
    from domain.actions import charge_offs

    ref = open_credit_for(house, "bo")
    today = clock_today(house)
    with house.app.app_context():
        owed = seen(house, "bo", ref).balance_minor
    charge_offs.charge_off(
        ref, owed, "gone", "off-1", who=scope_of(house, "adam"), today=today, now=house.now
    )
    with house.app.app_context():
        view = seen(house, "bo", ref)
        assert (list(view.figures), view.progress.whole_minor, view.payable_here) == ([], 0, False)
        assert view.due.headline_minor == 0
    client = house.client("bo")
    for page in (client.get(f"/agreements/{ref}/schedule").text, client.get(f"/agreements/{ref}").text):
        assert "This agreement was charged off" in page
        assert "You may still owe it" in page
        for word in ("Available", "of a limit of", "Minimum payment", "of the limit is free", "$0.00"):
            assert word not in page
    tile = client.get("/dashboard").text
    assert "Charged off</span>" in tile
    assert "$0.00" not in tile
    assert "of the limit is free" not in tile
