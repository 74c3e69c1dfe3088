"""The fee for a way of paying: shown before, taken with the payment, earned apart, given up when money goes back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import insert, update

from domain.actions import counter, scheduled
from domain.actions.payment_limits import Wanted
from domain.records.mandates import Accepted
from domain.words import Refused
from models import JournalEntry, LegalCap, Mandate, MethodRule, PaymentMethod
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
FEE = 544  # 155.97 at 3.49 % = 5.443353, rounded
GIVEN = Accepted(
    scheme="ach", text="I allow Harbor Motors to take 155.97 once.", version="2026-11", class_code="WEB"
)


def rule(till: Till, instrument: str, percent: str = "3.49", **more) -> None:
    row = {
        "instrument": instrument, "agreement_kind": "", "accepted": True, "fee_percent": Decimal(percent),
        "fee_fixed_minor": 0, "from_on": TODAY, "made_at": NOW, "made_by": "test",
    }  # fmt: skip
    till.change(insert(MethodRule.__table__).values(row | more))


def card_kind(till: Till, ref: str, funding: str) -> None:
    till.change(update(PaymentMethod).where(PaymentMethod.ref == ref).values(funding=funding))


def test_the_gateway_takes_the_sum_and_the_agreement_gets_the_amount(till, loan, bank) -> None:
    rule(till, "bank")
    before = till.owes(loan)
    ref = till.pay(loan, INSTALLMENT, bank, wanted=Wanted(fee_minor=FEE))
    assert till.charges(ref) == [(ref, INSTALLMENT + FEE, "accepted")]
    till.days(3)
    assert till.state(ref) == "settled"
    assert till.total("clearing_sandbox") == INSTALLMENT + FEE
    assert till.total("method_fee_income") == -FEE
    assert sum(before.values()) - sum(till.owes(loan).values()) <= INSTALLMENT
    assert till.count(JournalEntry, JournalEntry.cause == "payment.fee") == 1
    assert till.differences() == []


def test_money_that_went_back_takes_its_fee_along_once(till, loan, bank) -> None:
    rule(till, "bank")
    ref = till.pay(loan, INSTALLMENT, bank, wanted=Wanted(fee_minor=FEE))
    till.days(3)
    assert till.settle(ref, "returned", code="R10", on=TODAY + 5 * DAY)
    assert not till.settle(ref, "returned", code="R10", on=TODAY + 6 * DAY)
    assert till.total("method_fee_income") == 0
    assert till.total("clearing_sandbox") == 0
    assert till.count(JournalEntry, JournalEntry.cause == "payment.fee_returned") == 1


@pytest.mark.parametrize("shown", [0, FEE - 1, FEE + 1])
def test_a_fee_that_is_not_the_one_of_today_begins_nothing(till, loan, bank, shown) -> None:
    rule(till, "bank")
    with pytest.raises(Refused, match=r"5\.44 USD now"):
        till.pay(loan, INSTALLMENT, bank, wanted=Wanted(fee_minor=shown))
    assert till.charges() == []


def test_a_payer_cannot_add_a_fee_that_nobody_asks(till, loan, bank) -> None:
    with pytest.raises(Refused, match=r"0\.00 USD now"):
        till.pay(loan, INSTALLMENT, bank, wanted=Wanted(fee_minor=1))


def test_the_law_holds_the_fee_at_zero(till, loan, bank) -> None:
    rule(till, "bank")
    till.change(insert(LegalCap.__table__).values(
        ref="no-fee", jurisdiction="", kind="", what="bank_fee", effective_from=date(2020, 1, 1), amount_minor=0,
        combine="lesser", source="a statute", verified_on=TODAY, recorded_at=NOW, recorded_by="test",
    ))  # fmt: skip
    assert till.charges(till.pay(loan, INSTALLMENT, bank))[0][1] == INSTALLMENT


def test_a_method_that_is_not_taken_for_this_kind_is_refused(till, loan, bank, save_method) -> None:
    rule(till, "credit", "0", accepted=False, agreement_kind="loan")
    card = save_method("bo", "card")
    card_kind(till, card, "credit")
    with pytest.raises(Refused, match="Credit cards are not taken"):
        till.pay(loan, INSTALLMENT, card)
    card_kind(till, card, "")
    with pytest.raises(Refused, match="Nobody told us whether"):
        till.pay(loan, INSTALLMENT, card)
    card_kind(till, card, "debit")
    till.pay(loan, INSTALLMENT, card)
    till.pay(loan, INSTALLMENT, bank)


def test_the_rule_of_another_kind_or_of_a_later_day_does_not_count(till, loan, bank) -> None:
    rule(till, "bank", agreement_kind="rental")
    rule(till, "bank", from_on=TODAY + DAY)
    till.pay(loan, INSTALLMENT, bank)


def test_the_permission_is_kept_with_the_payment_in_one_go(till, loan, bank) -> None:
    ref = till.pay(loan, INSTALLMENT, bank, wanted=Wanted(permission=GIVEN))
    row = till.row(ref)
    with till.house.app.app_context():
        mandate = Mandate.query.one()
    assert (row.mandate_id, mandate.text) == (mandate.id, GIVEN.text)
    assert (mandate.method_id, mandate.person_id, mandate.agreement_id) == (
        row.method_id, row.person_id, row.agreement_id,
    )  # fmt: skip
    assert till.differences() == []


def test_a_payment_that_is_refused_keeps_no_permission(till, loan, bank) -> None:
    with pytest.raises(Refused):
        till.pay(loan, 10**9, bank, wanted=Wanted(permission=GIVEN))
    assert till.count(Mandate) == 0


def test_a_planned_payment_that_shrinks_costs_its_share_of_the_fee(till, open_agreement, bank) -> None:
    rule(till, "bank", "3")
    small = open_agreement(
        "bo", principal_minor=20_000, annual_rate_percent=Decimal(0), interest="period", count=2
    )  # fmt: skip
    ref = till.pay(small, 20_000, bank, wanted=Wanted(fee_minor=600, on=TODAY + 3 * DAY))
    counter.take(small, 15_000, "cash", "cash-in-hand-1", who=till.who("dana"), today=TODAY, now=NOW)
    scheduled.send_due(today=TODAY + 3 * DAY, now=NOW + 3 * DAY)
    assert till.charges() == [(ref, 5_150, "accepted")]
    assert (till.row(ref).amount_minor, till.row(ref).fee_minor) == (5_000, 150)
