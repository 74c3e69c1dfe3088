"""What a customer is told of paying late: dates and amounts from the policy in force, as the rules count them."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
import sqlalchemy as sa

from tests.fixtures.agreements import scope_of
from tests.fixtures.late_fees import keep_cap, keep_policy
from tests.fixtures.rentals import let_flat

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-11-20")


def told(house, ref: str, on: date = date(2026, 11, 20)) -> list[str]:
    from domain.reports import agreements, late_terms
    from models import Agreement, db

    with house.app.app_context():
        row = db.session.scalar(sa.select(Agreement).where(Agreement.ref == ref))
        scope = scope_of(house, "tess")
        view = agreements.view(row, on, agreements.payer_of(scope))
        return [str(sentence) for sentence in late_terms.late_terms(view)]


def test_without_a_policy_nothing_is_said(house):
    assert told(house, let_flat(house, "tess").agreement) == []
    keep_policy(house, kind="loan")


def test_the_date_and_the_amount_of_the_next_payment_are_told(house):
    flat = let_flat(house, "tess")
    keep_policy(house)
    assert told(house, flat.agreement) == [
        "Due on 2026-12-01. From 2026-12-05 a late fee of 50.00 USD is added."
    ]


def test_within_the_days_of_grace_the_payment_that_is_due_already_is_told(house):
    flat = let_flat(house, "tess")
    keep_policy(house)
    assert told(house, flat.agreement, date(2026, 11, 4))[0].startswith("Due on 2026-11-01. From 2026-11-05")
    assert told(house, flat.agreement, date(2026, 11, 6))[0].startswith("Due on 2026-12-01.")


def test_a_cut_off_and_a_proposed_fee_are_told_as_they_are(house):
    from domain.rules.late_fees import FeeBase

    flat = let_flat(house, "tess")
    keep_policy(house, cut_off=time(17), bases=(FeeBase("of_standard", percent=Decimal(5)),))
    assert told(house, flat.agreement) == [
        "Due on 2026-12-01. From 17:00 on 2026-12-05 a late fee of 60.00 USD is added."
    ]
    keep_policy(house, name="Own", posting="propose", agreement_number="RENT-10001")
    assert told(house, flat.agreement) == [
        "Due on 2026-12-01. From 2026-12-05 a late fee of 50.00 USD may be added."
    ]


def test_further_fees_and_the_limit_are_told(house):
    from domain.rules.late_fees import Cap, FeeBase, Recurring

    flat = let_flat(house, "tess")
    keep_policy(house, recurring=Recurring(FeeBase("flat", 1_000)), caps=(Cap("charge", 7_500),))
    assert told(house, flat.agreement) == [
        "Due on 2026-12-01. From 2026-12-05 a late fee of 50.00 USD is added.",
        "If it stays unpaid, 10.00 USD more is added on 2026-12-06, and further fees follow.",
        "Late fees for this payment end at 75.00 USD.",
    ]


def test_the_law_of_the_place_holds_the_fee_and_its_first_day(house):
    flat = let_flat(house, "tess")
    keep_policy(house)
    keep_cap(house, percent=Decimal(4), earliest_days=15)
    assert told(house, flat.agreement) == [
        "Due on 2026-12-01. From 2026-12-16 a late fee of 48.00 USD is added."
    ]


def test_a_version_to_come_counts_for_what_falls_due_from_its_day(house):
    from domain.actions import policies
    from domain.rules.late_fees import FeeBase, LateFeePolicy

    flat = let_flat(house, "tess")
    ref = keep_policy(house)
    later = LateFeePolicy(
        "House rule", 2, date(2027, 1, 1), first_fee_offset=9, bases=(FeeBase("flat", 7_000),)
    )
    policies.change_policy(ref, later, who=scope_of(house, "adam"), today=date(2026, 11, 20), now=house.now)
    assert "From 2026-12-05 a late fee of 50.00" in told(house, flat.agreement)[0]
    assert (
        "Due on 2027-01-01. From 2027-01-10 a late fee of 70.00"
        in told(house, flat.agreement, date(2026, 12, 20))[0]
    )
