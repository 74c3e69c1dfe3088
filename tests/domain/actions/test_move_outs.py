"""Tess moves out, and Bo brings leased goods back: what is owed through the last day, the deposit, nothing after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.actions.move_outs import GoodsReturn, MoveOut
from domain.rules.deposits import Deduction
from domain.words import Gone, Refused

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-01")
FIRST = date(2026, 3, 1)
OUT = date(2026, 3, 15)
CLEANING, DAMAGE = Deduction("Cleaning", 15_000), Deduction("Broken window", 42_000)


def test_rent_billed_for_days_after_the_last_one_is_taken_back(desk, open_rental) -> None:
    """1,200 already billed, out on 15 March: 580.65 is kept and 619.35 given back (rules of proration, actual days)."""
    ref = open_rental("tess")
    desk.change(ref, MoveOut(OUT), OUT)
    assert desk.charges(ref) == [("rent.rent", "Rent", 120_000), ("correction", "Rent", -61_935)]
    assert desk.owed(ref) == 58_065
    assert desk.agreement(ref).ended_on == OUT
    assert desk.agreement(ref).status == "active"
    assert desk.differences() == []


def test_nothing_is_billed_after_the_last_day_and_the_agreement_closes_when_paid(desk, open_rental) -> None:
    ref = open_rental("tess")
    desk.change(ref, MoveOut(OUT), OUT)
    desk.bill(date(2026, 5, 2))
    assert desk.owed(ref) == 58_065
    desk.take(ref, 58_065, date(2026, 5, 2))
    assert desk.agreement(ref).status == "closed"
    assert desk.differences() == []


def test_the_deposit_pays_what_is_owed_and_the_deductions_and_the_rest_goes_back(desk, open_rental) -> None:
    """Deposit 1,500, owes 300, cleaning 150, damage 420: keep 870, refund 630."""
    ref = open_rental("tess", deposit_minor=150_000, rent_minor=62_000)
    desk.take(ref, 212_000, FIRST)
    assert desk.balances(ref)["deposits_held"] == -150_000
    desk.charge(ref, 30_000, FIRST)
    out = date(2026, 3, 31)
    desk.change(ref, MoveOut(out, (CLEANING, DAMAGE), 30, "Civil code, section 1950.5"), out)
    [change] = desk.history(ref)
    statement = change.body["statement"]
    assert statement["deposit_minor"] == 150_000
    assert [line["amount_minor"] for line in statement["owed"]] == [30_000]
    assert (statement["kept_minor"], statement["refund_minor"], statement["balance_minor"]) == (
        87_000,
        63_000,
        0,
    )
    assert statement["settle_by"] == "2026-04-30"
    held = desk.balances(ref)
    assert "deposits_held" not in held
    assert "deposits_receivable" not in held
    assert held["bank"] == -63_000
    assert held["other_income"] == -57_000 - 30_000
    assert held["rent_income"] == -62_000
    assert desk.owed(ref) == 0
    assert desk.agreement(ref).status == "closed"
    assert desk.differences() == []


def test_a_deposit_that_is_not_enough_leaves_the_balance_due(desk, open_rental) -> None:
    """Deposit 1,500, owes 1,800: refund 0, balance 300 due."""
    ref = open_rental("tess", deposit_minor=150_000)
    desk.take(ref, 270_000, FIRST)
    desk.charge(ref, 180_000, FIRST)
    out = date(2026, 3, 31)
    desk.change(ref, MoveOut(out), out)
    statement = desk.history(ref)[0].body["statement"]
    assert (statement["deposit_minor"], statement["kept_minor"]) == (150_000, 150_000)
    assert (statement["refund_minor"], statement["balance_minor"]) == (0, 30_000)
    assert desk.owed(ref) == 30_000
    assert desk.agreement(ref).status == "active"
    assert "deposits_held" not in desk.balances(ref)
    assert desk.differences() == []


def test_a_deposit_never_paid_is_not_asked_for_any_more(desk, open_rental) -> None:
    ref = open_rental("tess", deposit_minor=150_000)
    desk.change(ref, MoveOut(OUT), OUT)
    assert desk.owed(ref) == 58_065
    assert desk.history(ref)[0].body["statement"]["deposit_minor"] == 0
    assert desk.differences() == []


def test_a_deposit_paid_in_part_is_settled_as_far_as_it_was_paid(desk, open_rental) -> None:
    ref = open_rental("tess", deposit_minor=150_000)
    desk.take(ref, 160_000, FIRST)
    out = date(2026, 3, 31)
    desk.change(ref, MoveOut(out), out)
    statement = desk.history(ref)[0].body["statement"]
    assert (statement["deposit_minor"], statement["refund_minor"]) == (40_000, 40_000)
    assert desk.owed(ref) == 0
    assert desk.differences() == []


def test_rent_paid_ahead_for_days_that_are_not_owed_goes_back(desk, open_rental) -> None:
    ref = open_rental("tess")
    desk.take(ref, 120_000, FIRST)
    desk.change(ref, MoveOut(OUT), OUT)
    statement = desk.history(ref)[0].body["statement"]
    assert statement["credit_minor"] == 61_935
    assert desk.balances(ref)["bank"] == -61_935
    assert desk.owed(ref) == 0
    assert desk.agreement(ref).status == "closed"
    assert desk.differences() == []


def test_deductions_above_the_deposit_are_paid_by_rent_paid_ahead_first(desk, open_rental) -> None:
    ref = open_rental("tess")
    desk.take(ref, 120_000, FIRST)
    desk.change(ref, MoveOut(OUT, (CLEANING,)), OUT)
    statement = desk.history(ref)[0].body["statement"]
    assert (statement["credit_used_minor"], statement["credit_minor"]) == (15_000, 46_935)
    assert desk.owed(ref) == 0
    assert desk.differences() == []


def test_rent_that_the_days_run_has_not_posted_yet_is_in_the_statement(desk, open_rental) -> None:
    ref = open_rental("tess")
    out = date(2026, 4, 10)
    desk.change(ref, MoveOut(out), out)
    assert desk.owed(ref) == 120_000 + 40_000
    desk.bill(date(2026, 4, 11))
    assert desk.owed(ref) == 160_000
    assert desk.differences() == []


def test_what_the_preview_says_is_what_is_posted_and_nothing_before(desk, open_rental) -> None:
    ref = open_rental("tess", deposit_minor=150_000, rent_minor=62_000)
    desk.take(ref, 150_000, FIRST)
    before = (desk.balances(ref), desk.history(ref), desk.charges(ref))
    wanted = MoveOut(OUT, (CLEANING,))
    told = desk.preview(ref, wanted, OUT)
    assert (desk.balances(ref), desk.history(ref), desk.charges(ref)) == before
    desk.change(ref, wanted, OUT)
    assert desk.history(ref)[0].body["statement"] == told.statement
    assert desk.owed(ref) == told.effect.after.owed_minor
    moved = {}
    for entry in told.effect.entries:
        assert sum(amount for _, amount in entry.lines) == 0
        for account, amount in entry.lines:
            moved[account] = moved.get(account, 0) + amount
    after = desk.balances(ref)
    assert {name: after.get(name, 0) - before[0].get(name, 0) for name in moved} == moved


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (MoveOut(date(2026, 2, 27)), "last_on"),
        (MoveOut(date(2026, 3, 16)), "last_on"),
        (MoveOut(OUT, (Deduction("", 100),)), "deduction"),
        (MoveOut(OUT, (Deduction("Paint", 0),)), "deduction"),
        (MoveOut(OUT, (), 30, " "), "source"),
        (MoveOut(OUT, (), 5_000, "law"), "days"),
    ],
)
def test_a_move_out_that_makes_no_sense_is_refused_and_changes_nothing(
    desk, open_rental, wanted, field
) -> None:
    ref = open_rental("tess")
    before = desk.balances(ref)
    with pytest.raises(Refused) as refused:
        desk.change(ref, wanted, OUT)
    assert refused.value.field == field
    assert (desk.balances(ref), desk.agreement(ref).ended_on, desk.history(ref)) == (before, None, [])


def test_nobody_moves_out_twice(desk, open_rental) -> None:
    ref = open_rental("tess")
    desk.change(ref, MoveOut(OUT), OUT, form="once")
    assert desk.change(ref, MoveOut(OUT), OUT, form="once") == 1
    with pytest.raises(Refused, match="ended on"):
        desk.change(ref, MoveOut(OUT), OUT)
    assert len(desk.history(ref)) == 1


def test_a_stay_that_closed_by_itself_still_gets_its_deposit_settled(desk, open_rental) -> None:
    from domain.actions.rental_changes import Notice

    ref = open_rental("tess", deposit_minor=50_000)
    desk.take(ref, 170_000, FIRST)
    last = date(2026, 3, 31)
    desk.change(ref, Notice(last), date(2026, 3, 2))
    desk.bill(date(2026, 4, 2))
    assert desk.agreement(ref).status == "closed"
    desk.change(ref, MoveOut(last), date(2026, 4, 3))
    assert desk.history(ref)[1].body["statement"]["refund_minor"] == 50_000
    assert desk.agreement(ref).status == "closed"
    assert desk.differences() == []


def test_rent_that_goes_back_after_the_move_out_is_owed_again_and_the_books_agree(
    desk, till, open_rental, save_method
) -> None:
    ref = open_rental("tess", deposit_minor=50_000)
    desk.take(ref, 50_000, FIRST)
    paid = till.pay(ref, 120_000, save_method("tess", "bank"), name="tess", today=FIRST)
    till.days(4, FIRST)
    assert desk.owed(ref) == 0
    desk.change(ref, MoveOut(OUT, (CLEANING,)), OUT)
    assert desk.agreement(ref).status == "closed"
    refunded = -desk.balances(ref)["bank"]
    assert refunded == 50_000 - 15_000 + 61_935
    assert till.settle(paid, "returned", code="R10", on=date(2026, 3, 20))
    assert desk.agreement(ref).status == "active"
    # The days lived in, the cleaning, and what was given back of money that never came.
    assert desk.owed(ref) == 120_000
    assert [one for one in desk.differences() if "sandbox says" not in one] == []
    desk.bill(date(2026, 5, 2))
    assert desk.owed(ref) == 120_000


def test_goods_that_come_back_are_owed_up_to_that_day(desk, open_lease) -> None:
    """88.00 billed in advance for March; back on the 15th, 15 of 31 days: 38.71 + 3.87 tax are owed."""
    ref = open_lease("bo")
    desk.change(ref, GoodsReturn(OUT), OUT)
    assert desk.owed(ref) == 3_871 + 387
    held = desk.balances(ref)
    assert held["lease_income"] == -3_871
    assert held["sales_tax_payable"] == -387
    desk.bill(date(2026, 5, 2))
    assert desk.owed(ref) == 4_258
    desk.take(ref, 4_258, date(2026, 5, 2))
    assert desk.agreement(ref).status == "closed"
    assert desk.agreement(ref).ended_on == OUT
    assert desk.differences() == []


def test_days_used_and_not_billed_yet_are_asked_for_when_goods_come_back(desk, open_lease) -> None:
    ref = open_lease("bo")
    terms = desk.terms(ref).terms
    assert replace(terms).first_due_on == FIRST
    out = date(2026, 4, 15)
    desk.change(ref, GoodsReturn(out), out)
    # April was not billed by the day's run: 15 of 30 days of it are owed beside March.
    assert desk.owed(ref) == 8_800 + 4_400
    assert desk.differences() == []


def test_what_one_kind_offers_is_not_there_for_another(desk, open_lease, open_rental) -> None:
    with pytest.raises(Gone):
        desk.change(open_lease("bo"), MoveOut(OUT), OUT)
    with pytest.raises(Gone):
        desk.change(open_rental("tess"), GoodsReturn(OUT), OUT)
