"""`flask quote` and `flask explain`: rows that stay as they are, one line for what cannot be told, nothing written."""

from __future__ import annotations

import csv
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from domain.rules.calendar import add_months
from tests.access.world import fingerprint
from tests.fixtures.agreements import clock_today, open_agreement_for
from tests.fixtures.four_kinds import open_credit_for, open_lease_for, open_rental_for

HEADER = "as_of,principal,interest,fees,credit,total,per_diem"


def number_of(house, ref: str) -> str:
    from models import Agreement, db

    with house.app.app_context():
        return db.session.scalar(sa.select(Agreement.number).where(Agreement.ref == ref))


def quoted(runner, house, ref: str, *options: str) -> dict[str, str]:
    done = runner.invoke(args=["quote", number_of(house, ref), *options])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[0] == HEADER
    [row] = csv.DictReader(done.output.splitlines())
    return row


def test_a_loan_is_quoted_with_its_days_of_interest_and_one_more(runner, house) -> None:
    # 9,000.00 at 21 %, 28 days by actual/365: 144.99; one more day is 5.18.
    ref = open_agreement_for(house, "bo")
    row = quoted(runner, house, ref)
    assert row == {
        "as_of": str(clock_today(house)), "principal": "9000.00", "interest": "144.99", "fees": "0.00",
        "credit": "0.00", "total": "9144.99", "per_diem": "5.18",
    }  # fmt: skip
    later = quoted(runner, house, ref, "--on", str(clock_today(house) + timedelta(days=10)))
    assert later["interest"] == "196.77"  # 38 days


@pytest.mark.parametrize(
    ("opened", "principal", "fees", "total"),
    [
        (open_lease_for, "637.50", "212.50", "850.00"),  # 60 % of 1,000 with 6.25 % tax, two payments open
        (open_credit_for, "620.00", "0.00", None),
    ],
)
def test_every_kind_is_quoted_and_its_figures_make_the_total(
    runner, house, opened, principal, fees, total
) -> None:
    row = quoted(runner, house, opened(house, "tess"))
    assert (row["principal"], row["fees"]) == (principal, fees)
    assert total in (None, row["total"])
    minor = {name: int(text.replace(".", "")) for name, text in row.items() if name != "as_of"}
    assert minor["principal"] + minor["interest"] + minor["fees"] - minor["credit"] == minor["total"]


def test_a_stay_is_quoted_with_its_days_through_the_last_one(runner, house) -> None:
    # Deposit 600 and three months at 1,200 + 50; a stay that ends before the month does owes its days only.
    ref, today = open_rental_for(house, "tess"), clock_today(house)
    last = add_months(today.replace(day=1), 1) - timedelta(days=1)
    whole = quoted(runner, house, ref, "--on", str(last))
    assert (whole["fees"], whole["total"]) == ("4350.00", "4350.00")
    if today < last:
        early = quoted(runner, house, ref)
        days = Decimal(today.day) / last.day
        owed = 3_100 + round(1_200 * days, 2) + round(50 * days, 2)
        assert abs(Decimal(early["total"]) - owed) <= Decimal("0.01")


@pytest.mark.parametrize(
    "opened", [open_agreement_for, open_rental_for, open_lease_for, open_credit_for], ids=lambda f: f.__name__
)
def test_every_open_amount_is_explained_by_rule_and_steps(runner, house, opened) -> None:
    done = runner.invoke(args=["explain", number_of(house, opened(house, "tess"))])
    assert done.exit_code == 0
    head, *blocks = done.output.split("\n\n")
    assert f"as of {clock_today(house)}" in head
    assert [block.split()[0] for block in blocks][:2] == ["due", "next"] or opened is open_credit_for
    for block in blocks:
        lines = block.splitlines()
        assert lines[1].startswith("  rule   ")
        assert any(line.startswith("  step   ") for line in lines)
        assert f"  input  As of: {clock_today(house)}" in lines


def test_a_charge_is_explained_with_the_entry_that_posted_it(runner, house) -> None:
    done = runner.invoke(args=["explain", number_of(house, open_rental_for(house, "tess"))])
    block = next(part for part in done.output.split("\n\n") if part.startswith("charge-2  "))
    assert "1200.00 USD  Rent, due " in block
    assert "rule   rent.rent version" in block
    assert "  entry  2  " in block
    assert "  line   2  Rent you owe  1200.00 USD" in block


def test_the_same_question_has_the_same_answer_and_writes_nothing(runner, house) -> None:
    number = number_of(house, open_lease_for(house, "bo"))
    before = fingerprint(house.app)
    first = runner.invoke(args=["explain", number]).output
    assert runner.invoke(args=["explain", number]).output == first
    assert fingerprint(house.app) == before


@pytest.mark.parametrize("command", ["quote", "explain"])
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("L-0",), "There is no agreement L-0."),
        (("NUMBER", "--on", "soon"), "soon is not a date. Write it like 2026-01-15."),
        (("NUMBER", "--on", "2001-01-01"), "Give that day or a later one."),
    ],
)
def test_what_cannot_be_told_is_said_in_one_line(runner, house, command, given, says) -> None:
    number = number_of(house, open_agreement_for(house, "bo"))
    done = runner.invoke(args=[command, *(number if part == "NUMBER" else part for part in given)])
    assert done.exit_code == 1
    assert says in done.output
    assert done.output.count("\n") == 1


@pytest.mark.parametrize("command", ["quote", "explain"])
def test_wrong_usage_is_two(runner, command) -> None:
    assert runner.invoke(args=[command]).exit_code == 2
    assert runner.invoke(args=[command, "L-1", "--onn", "x"]).exit_code == 2
