"""Figures as of a day: what is late, what is to come, what was paid ahead, and that these are the books."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.fixtures.agreements import scope_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-10")
TODAY = date(2026, 3, 10)


def as_of(ledger, on, **wishes):
    from domain.reports.as_of import figures

    with ledger.house.app.app_context():
        return figures(scope_of(ledger.house, "dana"), on, today=TODAY, **wishes)


def test_a_rent_is_not_late_on_its_due_day_and_ages_from_it_afterwards(ledger):
    home = ledger.open_rental("tess", on=date(2026, 1, 1))
    ledger.bill_days(date(2026, 1, 1), date(2026, 3, 1))
    of = ledger.id_of(home)
    assert as_of(ledger, date(2025, 12, 31)) == {}
    first = as_of(ledger, date(2026, 1, 1))[of]
    assert (first.past_due_minor, first.not_yet_due_minor, first.days_late) == (0, 120_000, 0)
    assert first.today_minor == 120_000
    next_day = as_of(ledger, date(2026, 1, 2))[of]
    assert (next_day.past_due_minor, next_day.aging, next_day.days_late) == (120_000, (120_000, 0, 0, 0), 1)
    now = as_of(ledger, TODAY)[of]
    assert (now.past_due_minor, now.rent_minor, now.days_late) == (360_000, 360_000, 68)
    assert now.aging == (120_000, 120_000, 120_000, 0)


def test_money_paid_ahead_is_prepaid_and_never_netted_into_what_is_late(ledger):
    home = ledger.open_rental("tess", on=date(2026, 1, 1))
    ledger.bill_days(date(2026, 1, 1), date(2026, 1, 2))
    ledger.take(home, 150_000, on=date(2026, 1, 20))
    ledger.bill_days(date(2026, 2, 1), date(2026, 2, 2))
    of = ledger.id_of(home)
    ahead = as_of(ledger, date(2026, 1, 20))[of]
    assert (ahead.balance_minor, ahead.past_due_minor, ahead.prepaid_minor) == (-30_000, 0, 30_000)
    later = as_of(ledger, date(2026, 2, 2))[of]
    assert (later.balance_minor, later.past_due_minor, later.prepaid_minor) == (90_000, 90_000, 0)


def test_a_debit_that_came_back_is_late_from_the_old_due_day_but_not_as_of_the_days_between(ledger):
    home = ledger.open_rental("tess", on=date(2026, 1, 1))
    ledger.bill_days(date(2026, 1, 1), date(2026, 1, 2))
    paid = ledger.debit("tess", home, 120_000, on=date(2026, 1, 5))
    ledger.settle(paid, date(2026, 1, 8))
    ledger.settle(paid, date(2026, 1, 15), "returned", code="R01")
    of = ledger.id_of(home)
    assert of not in as_of(ledger, date(2026, 1, 10))
    back = as_of(ledger, date(2026, 1, 15))[of]
    assert (back.past_due_minor, back.oldest_on) == (120_000, date(2026, 1, 1))


def test_what_was_charged_and_falls_due_later_is_not_yet_due(ledger):
    from domain.actions import charges
    from domain.actions.charges import Wanted
    from tests.fixtures.billed import local

    home = ledger.open_rental("tess", on=date(2026, 3, 1))
    ledger.bill_days(date(2026, 3, 1), date(2026, 3, 2))
    who = scope_of(ledger.house, "dana")
    charges.add(
        home,
        Wanted("one_off", "Key", 4_500, TODAY + timedelta(days=9)),
        "f-1",
        who=who,
        today=TODAY,
        now=local(TODAY),
    )
    now = as_of(ledger, TODAY)[ledger.id_of(home)]
    assert (now.balance_minor, now.past_due_minor, now.not_yet_due_minor) == (124_500, 120_000, 4_500)
    assert [line.type for line in now.open] == ["rent", "one_off"]


def test_an_installment_is_past_due_and_the_rest_of_the_loan_is_not_yet_due(ledger, open_agreement):
    loan = open_agreement("bo")
    (one,) = as_of(ledger, TODAY, slow=True).values()
    assert one.agreement_id == ledger.id_of(loan)
    assert one.balance_minor == one.past_due_minor + one.not_yet_due_minor - one.prepaid_minor
    assert as_of(ledger, TODAY) == {one.agreement_id: one}
