"""What was changed: for staff with who and why, for a customer without, for roommates without each other's money."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from domain.actions import changes as acts
from domain.actions.loan_changes import Deferral, LoanChange
from domain.actions.rental_changes import NewRent
from domain.reports import changes
from models import Agreement, db
from tests.fixtures.agreements import scope_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-15")
TODAY = date(2026, 3, 15)


@pytest.fixture
def change(house):
    def make(ref: str, what, reason: str = "lost his job") -> None:
        now = datetime(2026, 3, 15, 15, tzinfo=UTC)
        acts.make(ref, what, reason, f"{ref}:{what.name}", who=scope_of(house, "dana"), today=TODAY, now=now)

    return make


def told(house, name: str, ref: str):
    with house.app.app_context():
        agreement = db.session.scalars(select(Agreement).where(Agreement.ref == ref)).one()
        return changes.changes(scope_of(house, name), agreement)


def test_staff_read_who_changed_it_and_why(house, open_agreement, change):
    ref = open_agreement("bo")
    assert told(house, "dana", ref) == ()
    change(ref, LoanChange(Deferral(2)))
    [line] = told(house, "dana", ref)
    assert (str(line.title), line.by, line.reason) == ("Payments put off", "Dana Ortiz", "lost his job")
    assert line.effective_on == TODAY
    assert line.why.steps
    assert not line.letter


def test_the_customer_reads_what_was_changed_and_neither_name_nor_reason(house, open_agreement, change):
    ref = open_agreement("bo")
    change(ref, LoanChange(Deferral(2)))
    [line] = told(house, "bo", ref)
    assert (line.by, line.reason) == ("", "")
    assert len(line.why.steps) > 1
    page = house.client("bo").get(f"/agreements/{ref}").text
    assert "What was changed" in page
    assert "Payments put off" in page
    assert "lost his job" not in page
    assert "Dana Ortiz" not in page


def test_smaller_payments_that_the_payer_chose_are_told_as_theirs(house, open_agreement, pay):
    ref = open_agreement("bo")
    pay("bo", ref, 300_000, method="card", extra="smaller")
    [line] = told(house, "dana", ref)
    assert (str(line.title), line.by) == ("Payments set anew", "Bo Rivera")
    [line] = told(house, "bo", ref)
    assert line.by == ""


def test_payments_set_anew_because_the_bank_took_money_back_are_nobodys_choice(
    house, open_agreement, pay, days_pass
):
    ref = open_agreement("bo")
    pay("bo", ref, 300_000, method="bank_r01", extra="smaller")
    days_pass(12)
    assert [str(line.by) for line in told(house, "dana", ref)] == ["Payment processor", "Bo Rivera"]


def test_a_page_of_an_agreement_that_was_never_changed_says_nothing_of_it(house, open_agreement):
    assert "What was changed" not in house.client("bo").get(f"/agreements/{open_agreement('bo')}").text


def test_somebody_elses_changes_are_not_there(house, open_agreement, change):
    ref = open_agreement("bo")
    change(ref, LoanChange(Deferral(2)))
    assert told(house, "stan", ref) == ()
    assert told(house, "lena", ref) == ()


def test_a_roommate_does_not_read_what_the_others_share_became(house, open_rental, change):
    ref = open_rental(("tess", "bo"), shares={"tess": 40, "bo": 60})
    change(ref, NewRent("Rent", 150_000, date(2026, 3, 1)))
    [for_staff], [for_tess] = told(house, "dana", ref), told(house, "tess", ref)
    assert len(for_staff.why.steps) == 3
    assert len(for_tess.why.steps) == 1
