"""The debits that are ahead say what the run would do: amounts of the books, one after the other, for every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.actions import autopay as acts
from domain.reports import agreements
from domain.reports import autopay as report
from domain.reports.autopay_coming import upcoming
from domain.words import Refused
from models import Agreement, db
from tests.domain.actions.autopays import Autopays, at_noon, contract
from tests.domain.actions.paying import INSTALLMENT, NOW, TODAY, Till

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]
DAY = timedelta(days=1)


@pytest.fixture
def till(house) -> Till:
    return Till(house)


@pytest.fixture
def auto(till) -> Autopays:
    return Autopays(till)


@pytest.fixture
def bank(save_method) -> str:
    return save_method("bo", "bank")


@pytest.fixture
def view(house):
    def of(ref: str, on: date = TODAY):
        agreement = db.session.scalars(db.select(Agreement).where(Agreement.ref == ref)).one()
        return agreements.view(agreement, on)

    with house.app.app_context():
        yield of


def preview(till, view, ref, wanted, count=12):
    return report.preview(till.who("bo"), view(ref), wanted, (), count=count)


def test_the_first_debit_of_a_loan_is_what_is_due_then_and_the_others_its_installment(
    till, view, open_agreement
) -> None:
    ref = open_agreement("bo")
    whole = view(ref)
    found = preview(till, view, ref, contract())
    assert found[0].amount_minor == whole.kind.due(whole.terms, whole.position, found[0].through_on).now_minor
    assert {one.amount_minor for one in found[1:]} == {INSTALLMENT}


def test_extra_money_ends_a_loan_earlier_and_costs_less(till, view, open_agreement) -> None:
    ref = open_agreement("bo")
    found = preview(till, view, ref, contract("due_plus", amount_minor=200_000), count=30)
    taken = [one.amount_minor for one in found if one.amount_minor]
    assert len(taken) < 8
    assert taken[-1] < taken[1]
    owed = view(ref).position.principal_minor
    assert owed < sum(taken) < owed + 100_000


def test_the_rent_is_the_same_each_month_once_arrears_are_paid(till, view, kinds) -> None:
    found = preview(till, view, kinds("bo")["rental"], contract())
    assert len(found) == 12
    assert found[0].amount_minor > found[1].amount_minor == found[5].amount_minor == 125_000


def test_a_fixed_amount_never_piles_up_on_a_rental(till, view, kinds) -> None:
    found = preview(till, view, kinds("bo")["rental"], contract("fixed", amount_minor=500_000))
    assert found[3].amount_minor == 125_000


def test_a_line_with_statements_knows_only_the_one_it_has(till, view, kinds) -> None:
    line = kinds("bo")["credit_line"]
    found = preview(till, view, line, contract("minimum"))
    amounts = [one.amount_minor for one in found]
    assert None in amounts
    assert amounts.index(None) <= 1
    with pytest.raises(Refused):
        preview(till, view, line, replace(contract("fixed"), amount_minor=0))


def test_what_is_told_is_what_the_run_then_takes(till, auto, house, open_agreement, bank) -> None:
    ref = auto.set_up(open_agreement("bo"), bank)
    with house.app.app_context():
        told = report.told(till.who("bo"), ref, TODAY)
    row = auto.row(ref)
    auto.run(row.next_send_on)
    debit = auto.debit(ref)
    assert (debit.period, debit.amount_minor) == (told.next.period, told.next.amount_minor)
    assert till.row(f"autopay-{ref}-{debit.period}").amount_minor == told.next.amount_minor


def test_a_payment_under_way_shrinks_the_debit_that_waits(till, auto, house, open_agreement, bank) -> None:
    loan = open_agreement("bo")
    ref = auto.set_up(loan, bank)
    with house.app.app_context():
        before = report.told(till.who("bo"), ref, TODAY).next.amount_minor
    till.pay(loan, 5_000, bank)
    with house.app.app_context():
        assert report.told(till.who("bo"), ref, TODAY).next.amount_minor == before - 5_000


def test_a_skip_and_a_pause_stand_in_the_list_and_are_put_in_order(
    till, auto, house, open_agreement, bank
) -> None:
    ref = auto.set_up(open_agreement("bo"), bank)
    period = auto.row(ref).next_period
    by = {"who": till.who("bo"), "today": TODAY, "now": NOW}
    acts.skip(ref, period, **by)
    with house.app.app_context():
        told = report.told(till.who("bo"), ref, TODAY)
        assert told.debits[0].notes[-1] == "skipped"
        assert told.waits == {period: "skipped"}
        assert told.debits[1].amount_minor > told.debits[2].amount_minor


def test_upcoming_holds_debits_planned_payments_and_money_on_its_way_in_order(
    till, auto, house, open_agreement, bank
) -> None:
    from domain.actions.payment_limits import Wanted

    loan = open_agreement("bo")
    ref = auto.set_up(loan, bank)
    till.pay(loan, 1_000, bank, wanted=Wanted(on=TODAY + 3 * DAY))
    till.pay(loan, 1_100, bank)
    row = auto.row(ref)
    with house.app.app_context():
        found = upcoming(till.who("bo"), TODAY)
        assert [one.stage for one in found].count("autopay") == 3
        assert {"planned", "way"} <= {one.stage for one in found}
        assert [one.on for one in found] == sorted(one.on for one in found)
        assert upcoming(till.who("stan"), TODAY) == []
    auto.run(row.next_send_on)
    with house.app.app_context():
        begun = [
            one
            for one in upcoming(till.who("bo"), row.next_send_on)
            if one.payment_ref.startswith("autopay-")
        ]
        assert len(begun) == 1
        assert "until it is sent" in str(begun[0].told[0])


def test_somebody_elses_contract_is_not_told(till, auto, house, open_agreement, bank) -> None:
    ref = auto.set_up(open_agreement("bo"), bank)
    with house.app.app_context():
        assert report.told(till.who("stan"), ref, TODAY) is None
    assert at_noon(TODAY)


def test_a_share_is_the_same_each_month_when_the_others_pay_theirs(till, view, kinds) -> None:
    found = preview(till, view, kinds("bo")["rental"], contract("share", share_bp=5_000))
    assert {one.amount_minor for one in found[1:]} == {62_500}


def test_only_a_debit_that_is_less_says_so(till, view, kinds, bank) -> None:
    rent = kinds("bo")["rental"]
    assert not any("credit" in one.notes for one in preview(till, view, rent, contract()))
    arrears = view(rent).kind.due(view(rent).terms, view(rent).position, TODAY).now_minor
    till.pay(rent, arrears + 30_000, bank)
    db.session.rollback()
    found = preview(till, view, rent, contract())
    assert [one.amount_minor for one in found[:3]] == [0, 95_000, 125_000]
    assert ["credit" in one.notes for one in found] == [True, True] + [False] * 10
