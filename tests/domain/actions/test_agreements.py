"""What was agreed on a loan is what its rules read back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.actions.agreements import open_loan
from domain.kinds import loan
from domain.rules.terms import LoanTerms
from domain.transaction import transaction
from domain.words import Refused
from models import Agreement, AgreementParty, LegalCap, db

PLAIN: dict[str, Any] = {
    "principal_minor": 1_850_000, "annual_rate_percent": Decimal("9.9"), "count": 60, "frequency": "monthly",
    "start_on": date(2026, 1, 15), "first_due_on": date(2026, 2, 15),
}  # fmt: skip
WISHES = [
    {},
    {"skip_months": (6, 7, 8), "interest_only": 2},
    {"steps": ((1, 30_000), (13, 50_000)), "rounding": "ceiling", "payment_rounding": "floor"},
    {"frequency": "semimonthly", "anchor_days": (15, 31), "first_due_on": date(2026, 1, 31)},
    {"interest": "daily", "day_count": "actual/360", "payment_minor": 40_000, "last": "equal"},
    {"interest": "flat", "rebate": "actuarial"},
    {"balloon_minor": 500_000, "payment_unit_minor": 100, "last": "interest"},
]


def opened(house: Any, **wishes: Any) -> str:
    outside = {
        name: wishes.pop(name)
        for name in list(wishes)
        if name in ("waterfall", "roles", "person_refs", "ref")
    }
    terms = LoanTerms(**(PLAIN | wishes))
    return open_loan(title="Car", terms=terms, by=house.by, today=date(2026, 1, 15), now=house.now, **outside)


def contract(app: Any, ref: str) -> loan.Contract:
    with app.app_context():
        return loan.read(db.session.scalars(sa.select(Agreement).where(Agreement.ref == ref)).one())


def agreements(app: Any) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Agreement))


@pytest.mark.parametrize("wishes", WISHES, ids=lambda wishes: ",".join(wishes) or "plain")
def test_what_was_entered_is_what_is_read(app, house, wishes) -> None:
    assert contract(app, opened(house, **wishes)).terms == LoanTerms(**(PLAIN | wishes))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    months=st.sets(st.integers(1, 12), max_size=11),
    alone=st.integers(0, 10),
    steps=st.dictionaries(st.integers(1, 60), st.integers(40_000, 90_000), max_size=4),
)
def test_any_pauses_and_steps_come_back_as_they_were(app, house, months, alone, steps) -> None:
    wishes = {
        "skip_months": tuple(sorted(months)),
        "interest_only": alone,
        "steps": tuple(sorted(steps.items())),
    }
    try:
        ref = opened(house, **wishes)
    except Refused:
        return
    assert contract(app, ref).terms == LoanTerms(**(PLAIN | wishes))


def test_the_order_of_payment_is_kept_in_its_shortest_form(app, house) -> None:
    ref = opened(house, waterfall="fees, interest, principal")
    assert contract(app, ref).waterfall == ("fees",)
    assert contract(app, opened(house)).waterfall == ("interest",)


def test_an_order_of_payment_that_cannot_be_is_refused_and_nothing_is_kept(app, house) -> None:
    with pytest.raises(Refused) as refused:
        opened(house, waterfall="fees,fees")
    assert refused.value.field == "waterfall"
    assert agreements(app) == 0


def test_the_rule_of_78_is_refused_while_no_law_that_allows_it_is_on_file(app, house) -> None:
    with pytest.raises(Refused, match="No rule of law is on file") as refused:
        opened(house, interest="flat", rebate="rule_of_78")
    assert refused.value.field == "rebate"
    assert agreements(app) == 0


def test_joint_holders_are_put_on_as_such(app, house) -> None:
    opened(
        house, person_refs=[house.person("bo"), house.person("tess")], roles={house.person("tess"): "joint"}
    )
    with app.app_context():
        rows = db.session.scalars(sa.select(AgreementParty.role).order_by(AgreementParty.id)).all()
    assert rows == ["customer", "joint"]


@pytest.mark.parametrize(
    ("kind", "place", "refused"),
    [("", "", True), ("loan", "", True), ("credit_line", "", False), ("loan", "US-XX", False)],
)
def test_a_rate_above_a_ceiling_of_law_for_loans_is_refused(app, house, kind, place, refused) -> None:
    """A ceiling of 9 % is an invented figure of the operator's; its shape is that of a usury law.

    One that names a place is the law of what lies there; a loan is made where the business is.
    """
    with transaction() as session:
        session.add(
            LegalCap(
                ref="cap", jurisdiction=place, kind=kind, what="rate", effective_from=date(2020, 1, 1),
                percent=Decimal(9), source="Invented Code 1", verified_on=date(2026, 1, 1), recorded_at=house.now,
                recorded_by=house.by,
            )
        )  # fmt: skip
    if not refused:
        assert opened(house)
        return
    with pytest.raises(Refused) as raised:
        opened(house)
    assert raised.value.field == "rate"
    assert "above the 9 % allowed in the business's own place" in str(raised.value)
    assert agreements(app) == 0
    assert opened(house, annual_rate_percent=Decimal(9))
