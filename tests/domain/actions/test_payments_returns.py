"""Money that goes back: the debt is open again to the cent, the fee is charged once, every code has its words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from domain.actions import payment_watch
from domain.records.mandates import Accepted, keep_mandate
from domain.rules.business_days import next_business_day
from domain.transaction import transaction
from domain.words import Refused, trace_from
from gateways import registry
from models import Allocation, Charge, JournalEntry, LegalCap, Mandate, PaymentMethod, PaymentReturn
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
FEE = 2_500


def bank_day(days: int, after: date = TODAY) -> date:
    return next_business_day(after, days, "XFED")


def returned_on(till: Till) -> dict[str, date]:
    """Return code -> the day it counts for."""
    with till.house.app.app_context():
        return {row.code: row.returned_on for row in PaymentReturn.query.all()}


def interest_free(open_agreement) -> str:
    return open_agreement(
        "bo", principal_minor=90_000, annual_rate_percent=Decimal(0), interest="period", count=9
    )


@pytest.mark.safety("M19")
@pytest.mark.parametrize("fee", [0, FEE])
def test_every_return_code_opens_the_debt_again_and_costs_the_fee_once(
    till, open_agreement, bank, fee
) -> None:
    till.charge_for_returns(fee)
    loan = interest_free(open_agreement)
    before = till.owes(loan)
    refs = {code: till.pay(loan, 100 + code, bank) for code in range(1, 30)}
    till.days(3)
    assert till.owes(loan)["loan_principal"] == before["loan_principal"] - paid(till, refs)
    till.days(3, TODAY + 3 * DAY)
    assert till.owes(loan) == before | ({"fees_receivable": 29 * fee} if fee else {})
    settled = bank_day(2)
    expected = {f"R{code:02d}": bank_day(2 if code % 2 else 1, settled) for code in refs}
    assert returned_on(till) == expected
    assert {till.state(ref) for ref in refs.values()} == {"settled"}
    assert till.count(Charge) == (29 if fee else 0)
    assert till.mails("payment_returned") == 29
    assert till.total("clearing_sandbox") == 0
    assert till.differences() == []


def paid(till: Till, refs: dict[int, str]) -> int:
    """What settled and has not come back yet."""
    back = till.count(PaymentReturn)
    returned = sum(100 + code for code in refs if code % 2 == 0) if back else 0
    return sum(100 + code for code in refs) - returned


@pytest.mark.safety("M19", "M21")
def test_a_return_restores_each_bucket_and_the_installments_it_had_met(till, loan, bank) -> None:
    before, position = till.owes(loan), standing(till, loan)
    ref = till.pay(loan, 101, bank)
    full = till.pay(loan, INSTALLMENT, bank)
    till.days(2)
    assert till.settle(full, "returned", code="R10", on=TODAY + 2 * DAY)
    till.days(4, TODAY + 2 * DAY)
    with till.house.app.app_context():
        parts = Allocation.query.all()
    for payment in (till.row(ref), till.row(full)):
        mine = [part for part in parts if part.payment_id == payment.id]
        assert sum(part.amount_minor for part in mine) == 0
        assert sum(abs(part.amount_minor) for part in mine) == 2 * payment.amount_minor
    assert standing(till, loan) == position
    assert till.owes(loan)["loan_principal"] == before["loan_principal"]
    complaints = [found for found in till.differences() if full not in found]
    assert complaints == []


def standing(till: Till, loan: str) -> int:
    from models import Standing

    with till.house.app.app_context():
        return Standing.query.filter_by(agreement_id=till.agreement(loan).id).one().installments_met_minor


def law(till: Till, amount_minor: int, place: str = "", since: date = date(2026, 1, 1)) -> None:
    """The operator's row on what a payment that comes back may cost."""
    row = {"ref": f"cap-{place}-{since}", "what": "returned_payment_fee", "jurisdiction": place,
           "effective_from": since, "amount_minor": amount_minor, "source": "Statute 12-3", "verified_on": since,
           "recorded_at": NOW, "recorded_by": "setup"}  # fmt: skip
    till.change(insert(LegalCap).values(**row))


@pytest.mark.parametrize(
    ("cap", "place", "since", "fee"),
    [
        (2_000, "", date(2026, 1, 1), 2_000),
        (3_000, "", date(2026, 1, 1), FEE),
        (0, "", date(2026, 1, 1), 0),
        (2_000, "US-CA", date(2026, 1, 1), FEE),  # the law of another place
        (2_000, "", date(2026, 6, 1), FEE),  # not in force yet
    ],
)
def test_the_fee_for_a_return_is_at_most_what_the_law_allows(
    till, loan, bank, cap, place, since, fee
) -> None:
    till.charge_for_returns(FEE)
    law(till, cap, place, since)
    ref = till.pay(loan, 10_000, bank)
    till.days(3)
    assert till.settle(ref, "returned", code="R01", on=TODAY + 3 * DAY)
    assert till.owes(loan).get("fees_receivable", 0) == fee


def test_the_reason_of_a_fee_that_was_lowered_to_the_law_names_both_numbers(till, loan, bank) -> None:
    till.charge_for_returns(FEE)
    law(till, 2_000)
    ref = till.pay(loan, 10_000, bank)
    till.days(3)
    till.settle(ref, "returned", code="R01", on=TODAY + 3 * DAY)
    with till.house.app.app_context():
        note = JournalEntry.query.filter_by(cause="charge.returned_payment_fee").one().note
    assert [step.amount_minor for step in trace_from(note).steps] == [FEE, 2_000]
    assert "Statute 12-3" in str(trace_from(note).steps[1].sentence)


def test_a_return_opens_an_agreement_that_the_payment_had_closed(till, open_agreement, bank) -> None:
    loan = interest_free(open_agreement)
    ref = till.pay(loan, 90_000, bank)
    till.days(2)
    assert (till.agreement(loan).status, till.owes(loan)) == ("closed", {})
    assert till.settle(ref, "returned", code="R01", on=TODAY + 3 * DAY)
    assert (till.agreement(loan).status, till.owes(loan)) == ("active", {"loan_principal": 90_000})
    till.pay(loan, 90_000, bank)


@pytest.mark.safety("M19")
def test_a_debit_that_comes_back_after_weeks_counts_on_the_day_it_came(
    till, open_agreement, save_method
) -> None:
    till.charge_for_returns(FEE)
    loan = interest_free(open_agreement)
    ref = till.pay(loan, 10_000, save_method("bo", "bank_r10_late"))
    last = bank_day(41, bank_day(2))
    registry.default().advance(on=last - DAY, now=NOW)
    payment_watch.read_events(today=last - DAY, now=NOW)
    assert till.owes(loan) == {"loan_principal": 80_000}
    registry.default().advance(on=last + 30 * DAY, now=NOW)
    payment_watch.read_events(today=last + 30 * DAY, now=NOW)
    assert returned_on(till) == {"R10": last}
    assert till.owes(loan) == {"loan_principal": 90_000, "fees_receivable": FEE}
    assert till.timeline(ref) == ["begun", "accepted", "settled", "returned"]
    assert till.differences() == []


@pytest.mark.safety("M19")
@pytest.mark.parametrize("after_days", [2, 59, 400])
def test_a_return_after_later_payments_leaves_the_books_in_agreement(
    till, loan, bank, card, after_days
) -> None:
    till.charge_for_returns(FEE)
    first = till.pay(loan, INSTALLMENT, bank)
    till.days(2)
    till.pay(loan, INSTALLMENT, card, today=TODAY + 2 * DAY, now=NOW + 2 * DAY)
    on = TODAY + 2 * DAY + timedelta(days=after_days)
    assert till.settle(first, "returned", code="R10", on=on)
    assert till.total("clearing_sandbox") == INSTALLMENT
    assert till.count(Charge) == 1
    assert [found for found in till.differences() if first not in found] == []


@pytest.mark.safety("M19")
@pytest.mark.parametrize(("slug", "owed"), [("card_disputed", 90_000), ("card_dispute_won", 80_000)])
def test_a_disputed_card_payment_is_taken_back_once_and_comes_again_only_when_won(
    till, open_agreement, save_method, slug, owed
) -> None:
    till.charge_for_returns(FEE)
    loan = interest_free(open_agreement)
    ref = till.pay(loan, 10_000, save_method("bo", slug))
    till.days(4)
    assert till.owes(loan) == {"loan_principal": 90_000}
    till.days(10, TODAY + 4 * DAY)
    assert till.owes(loan) == {"loan_principal": owed}
    end = "dispute_lost" if owed == 90_000 else "dispute_won"
    assert till.timeline(ref) == ["begun", "settled", "disputed", end]
    assert list(returned_on(till).values()) == [TODAY + 3 * DAY]
    assert till.count(Charge) == 0
    assert till.differences() == []


@pytest.mark.parametrize(
    ("code", "stopped", "ended"), [("R01", "", False), ("R03", "R03", False), ("R10", "R10", True)]
)
def test_a_code_that_says_so_stops_the_way_to_pay_and_ends_its_permission(
    till, loan, bank, code, stopped, ended
) -> None:
    with transaction() as session:
        method = session.scalars(select(PaymentMethod).where(PaymentMethod.ref == bank)).one()
        keep_mandate(
            session, Accepted("ach", "I allow it.", "1"), method_id=method.id, person_id=method.person_id,
            agreement_id=None, by="test", today=TODAY, now=NOW,
        )  # fmt: skip
    ref = till.pay(loan, 10_000, bank)
    till.days(2)
    assert till.settle(ref, "returned", code=code, on=TODAY + 3 * DAY)
    with till.house.app.app_context():
        row = PaymentMethod.query.filter_by(ref=bank).one()
        assert (row.stopped_code, Mandate.query.one().ended_at is not None) == (stopped, ended)
    if stopped:
        with pytest.raises(Refused):
            till.pay(loan, 10_000, bank)


def test_a_payment_that_comes_back_before_it_settled_has_failed(till, open_agreement, bank) -> None:
    till.charge_for_returns(FEE)
    loan = interest_free(open_agreement)
    ref = till.pay(loan, 10_000, bank)
    assert till.settle(ref, "returned", code="R01", on=TODAY + DAY)
    assert (till.state(ref), till.row(ref).failure_code) == ("failed", "R01")
    assert till.timeline(ref) == ["begun", "accepted", "returned_unsettled"]
    assert till.owes(loan) == {"loan_principal": 90_000}
    assert till.count(PaymentReturn) == till.count(Charge) == till.mails("payment_returned") == 0
    assert till.mails("payment_failed") == 1
    till.pay(loan, 90_000, bank)


def test_weekends_and_bank_holidays_are_no_settlement_days(till, loan, bank) -> None:
    friday_before_memorial_day = date(2026, 5, 22)
    ref = till.pay(loan, INSTALLMENT, bank, today=friday_before_memorial_day)
    assert till.row(ref).expected_on == date(2026, 5, 27)
    till.days(4, friday_before_memorial_day)
    assert till.state(ref) == "pending"
    till.days(1, friday_before_memorial_day + 4 * DAY)
    assert till.row(ref).settled_on == date(2026, 5, 27)
