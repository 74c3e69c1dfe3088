"""Dana changes Bo's loan: shown first, made once, with a reason, told in the history, and the books stay right."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.actions.loan_changes import LoanChange
from domain.actions.rental_changes import Notice
from domain.kinds.loan_rest import Deferral, DueDayMove, ReAge, ReAmortise
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import AuditEvent, Standing, db

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
TODAY = date(2026, 3, 2)
INSTALLMENT = 15_597
DEFERRAL = LoanChange(Deferral(2))


def to_the_end(desk, ref: str) -> None:
    """Pay every installment on its day, and say that this ended it."""
    while (rows := desk.plan(ref, day := TODAY)) and desk.agreement(ref).status == "active":
        day = max(rows[0][0], desk.position(ref).interest_from, day)
        desk.take(ref, desk.plan(ref, day)[0][1], day)
    assert desk.owed(ref) == 0
    assert desk.agreement(ref).status == "closed"


@pytest.fixture
def short(open_agreement) -> str:
    """1,000.00 at 12 % in four monthly payments, begun today."""
    return open_agreement(
        "bo",
        principal_minor=100_000,
        annual_rate_percent=Decimal(12),
        count=4,
        frequency="monthly",
        age_days=0,
    )


@pytest.mark.parametrize(
    "change",
    [
        Deferral(2),
        Deferral(1, False),
        DueDayMove(date(2026, 3, 25)),
        ReAmortise(count=8),
        ReAmortise(payment_minor=9_000),
    ],
)
def test_a_changed_loan_is_paid_to_the_end_and_the_books_agree(desk, short, change) -> None:
    before = desk.plan(short, TODAY)
    assert desk.change(short, LoanChange(change), TODAY) == 1
    assert desk.plan(short, TODAY) != before
    assert desk.differences() == []
    to_the_end(desk, short)
    assert desk.differences() == []


def test_four_payments_of_which_one_is_put_off(desk, open_agreement) -> None:
    """4 x 250 every 15 days from 1 October with one deferred: 31 Oct, 15 Nov, 30 Nov (a published schedule)."""
    ref = open_agreement(
        "bo", principal_minor=100_000, annual_rate_percent=Decimal(0), count=4, frequency="every-15-days",
        start_on=date(2026, 2, 14), first_due_on=date(2026, 3, 1), interest="period", day_count="30/360",
    )  # fmt: skip
    desk.take(ref, 25_000, TODAY)
    desk.change(ref, LoanChange(Deferral(1)), TODAY)
    dues = [due for due, _ in desk.plan(ref, TODAY)]
    assert dues == [date(2026, 3, 1) + timedelta(days=15 * n) for n in (2, 3, 4)]


def test_the_preview_says_what_will_be_and_changes_nothing(desk, short) -> None:
    before = desk.plan(short, TODAY)
    told = desk.preview(short, DEFERRAL, TODAY)
    assert (desk.plan(short, TODAY), desk.history(short)) == (before, [])
    assert told.before.ends_on == before[-1][0]
    assert told.after.interest_minor > told.before.interest_minor
    assert [row.before_minor for row in told.rows][:2] == [before[0][1], before[1][1]]
    assert told.effect.entries == []
    desk.change(short, DEFERRAL, TODAY)
    after = desk.plan(short, TODAY)
    assert (told.after.ends_on, told.after.next_on) == (after[-1][0], after[0][0])
    assert desk.history(short)[0].body["why"]["steps"][-1]["amount_minor"] == (
        told.after.interest_minor - told.before.interest_minor
    )


def test_what_is_late_is_spread_over_the_coming_payments(desk, open_agreement) -> None:
    ref = open_agreement("bo")
    with_late = desk.plan(ref, TODAY)
    assert with_late[0][0] < TODAY
    desk.change(ref, LoanChange(ReAge()), TODAY)
    after = desk.plan(ref, TODAY)
    assert after[0][0] > TODAY
    assert after[0][1] > INSTALLMENT
    assert desk.differences() == []
    with pytest.raises(Refused, match="Nothing is late"):
        desk.change(ref, LoanChange(ReAge()), TODAY)


def test_a_rate_above_a_ceiling_of_law_is_refused_at_its_field(desk, short, house) -> None:
    from domain.transaction import transaction
    from models import LegalCap

    with transaction() as session:
        session.add(
            LegalCap(
                ref="cap", jurisdiction="", kind="loan", what="rate", effective_from=date(2020, 1, 1),
                percent=Decimal(30), source="a statute", verified_on=TODAY, recorded_at=house.now,
                recorded_by="setup",
            )
        )  # fmt: skip
    with pytest.raises(Refused) as refused:
        desk.change(short, LoanChange(ReAmortise(annual_rate_percent=Decimal(31))), TODAY)
    assert refused.value.field == "rate"
    desk.change(short, LoanChange(ReAmortise(annual_rate_percent=Decimal(30))), TODAY)
    assert desk.plan(short, TODAY)[0][1] > 25_000


def test_the_same_form_changes_once_and_is_no_good_for_another_change(desk, short) -> None:
    assert desk.change(short, DEFERRAL, TODAY, form="one") == 1
    assert desk.change(short, DEFERRAL, TODAY, form="one") == 1
    assert len(desk.history(short)) == 1
    with pytest.raises(Conflict):
        desk.change(short, LoanChange(ReAmortise(count=9)), TODAY, form="one")
    assert desk.change(short, LoanChange(ReAmortise(count=9)), TODAY, form="two") == 2


def test_figures_that_moved_since_they_were_seen_stop_the_change(desk, short) -> None:
    seen = (1, 0)
    desk.take(short, 1_000, TODAY)
    with pytest.raises(Conflict, match="since you looked"):
        desk.change(short, DEFERRAL, TODAY, seen=seen)
    assert desk.history(short) == []


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_a_change_needs_a_reason(desk, short, reason) -> None:
    with pytest.raises(Refused) as refused:
        desk.change(short, DEFERRAL, TODAY, reason=reason)
    assert refused.value.field == "reason"
    assert desk.history(short) == []


def test_a_change_is_written_down_and_the_days_billing_looks_again(app, desk, short) -> None:
    desk.change(short, DEFERRAL, TODAY, reason="lost his job")
    [change] = desk.history(short)
    assert (change.type, change.reason) == ("deferral", "lost his job")
    assert change.recorded_by.startswith("user:")
    with app.app_context():
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "agreement.changed")).one()
        assert event.detail["reason"] == "lost his job"
        assert db.session.get(Standing, desk.agreement(short).id).next_bill_on == TODAY


@pytest.mark.parametrize("who", ["bo", "stan", "lena"])
def test_only_staff_change_agreements(desk, short, who) -> None:
    with pytest.raises((NotAllowed, Gone)):
        desk.change(short, DEFERRAL, TODAY, who=who)
    assert desk.history(short) == []


def test_a_loan_has_no_last_day_of_a_stay_and_a_closed_one_cannot_be_changed(desk, short) -> None:
    with pytest.raises(Gone):
        desk.change(short, Notice(TODAY), TODAY)
    desk.take(short, 200_000, TODAY)
    with pytest.raises(Refused, match="closed"):
        desk.change(short, DEFERRAL, TODAY)
    assert desk.history(short) == []


@pytest.mark.parametrize(
    "change",
    [
        Deferral(0),
        Deferral(-1),
        DueDayMove(date(2026, 3, 1)),
        ReAmortise(),
        ReAmortise(count=0),
        ReAmortise(payment_minor=1),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(desk, short, change) -> None:
    before = desk.plan(short, TODAY)
    with pytest.raises(Refused):
        desk.change(short, LoanChange(change), TODAY)
    assert (desk.plan(short, TODAY), desk.history(short)) == (before, [])
