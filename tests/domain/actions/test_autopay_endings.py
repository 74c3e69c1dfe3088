"""Autopay of an agreement that is over ends by itself, but not while one of its payments can still come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.actions.autopay_endings import end_over
from domain.transaction import transaction
from models import Agreement, Payment
from tests.domain.actions.autopays import Autopays
from tests.domain.actions.paying import NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
DAY = timedelta(days=1)


@pytest.fixture
def auto(till: Till) -> Autopays:
    return Autopays(till)


def close(ref: str) -> None:
    with transaction() as session:
        session.execute(update(Agreement).where(Agreement.ref == ref).values(status="closed"))


def test_it_ends_with_its_agreement_and_so_does_the_permission(auto, loan, bank) -> None:
    ref = auto.set_up(loan, bank)
    assert end_over(today=TODAY, now=NOW) == 0
    close(loan)
    assert end_over(today=TODAY, now=NOW) == 1
    assert end_over(today=TODAY, now=NOW) == 0
    assert (auto.row(ref).state, auto.row(ref).stopped_code) == ("ended", "agreement_over")
    assert auto.mandates()[0].ended_at is not None


def test_it_stands_while_a_payment_is_on_its_way_or_can_come_back(auto, till, loan, bank) -> None:
    ref = auto.set_up(loan, bank)
    payment = till.pay(loan, 5_000, bank)
    close(loan)
    assert end_over(today=TODAY, now=NOW) == 0
    until = {"state": "settled", "settled_on": TODAY, "returnable_until": TODAY + 60 * DAY}
    with transaction() as session:
        session.execute(update(Payment).where(Payment.ref == payment).values(**until))
    assert end_over(today=TODAY + 60 * DAY, now=NOW) == 0
    assert end_over(today=TODAY + 61 * DAY, now=NOW) == 1
    assert auto.row(ref).state == "ended"
