"""Bo pays extra and chooses smaller payments: the plan follows once the money settled, and again when it goes back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from domain.kinds import loan as kind
from domain.records.position import position_of
from models import Agreement, AgreementChange, Payment, Standing, db
from tests.domain.actions.paying import DAY, INSTALLMENT, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
EXTRA = 300_000


def standing(till: Till, ref: str):
    """(contract, position) as the books say."""
    with till.house.app.app_context():
        agreement = db.session.get(Agreement, till.agreement(ref).id)
        head = db.session.get(Standing, agreement.id)
        return kind.read(agreement), position_of(db.session, agreement.id, agreement.kind, head)


def coming(till: Till, ref: str, on=TODAY):
    contract, position = standing(till, ref)
    return [row for row in kind.schedule(contract, position, on) if row.open_minor]


def pay_extra(till: Till, ref: str, amount: int, method: str, extra: str, days: int = 4, on=TODAY) -> str:
    """A bank debit whose payer chose what its extra money does; settled `days` later."""
    paid = till.pay(ref, amount, method, today=on)
    till.change(update(Payment).where(Payment.ref == paid).values(extra=extra))
    till.days(days, on)
    return paid


def changes(till: Till, ref: str) -> list[AgreementChange]:
    with till.house.app.app_context():
        mine = AgreementChange.agreement_id == till.agreement(ref).id
        return list(db.session.query(AgreementChange).filter(mine).order_by(AgreementChange.number))


def test_after_a_smaller_payment_extra_the_next_installments_are_smaller_and_the_last_row_ends_at_zero(
    till, loan, bank
) -> None:
    before = coming(till, loan)
    pay_extra(till, loan, 2 * INSTALLMENT + EXTRA, bank, "smaller")
    after = coming(till, loan)
    assert after[0].open_minor < before[-2].open_minor
    assert {row.open_minor for row in after[:-1]} == {after[0].open_minor}
    assert after[-1].due_on == before[-1].due_on
    assert after[-1].balance_minor == 0
    assert sum(row.principal_minor for row in after) == till.owes(loan)["loan_principal"]
    [change] = changes(till, loan)
    assert (change.type, change.effective_on) == ("re_amortise", TODAY)
    assert till.differences() == []


def test_smaller_payments_paid_to_the_end_leave_nothing_and_close_the_loan(
    till, open_agreement, bank, card
) -> None:
    ref = open_agreement(
        "bo", principal_minor=90_000, annual_rate_percent=Decimal(12), interest="period", day_count="30/360",
        frequency="monthly", count=6, age_days=0,
    )  # fmt: skip
    pay_extra(till, ref, 30_000, bank, "smaller")
    day = TODAY + 4 * DAY
    for row in coming(till, ref):
        day = max(day, row.due_on)
        due = next(one for one in coming(till, ref, day) if one.open_minor)
        till.pay(ref, due.open_minor, card, today=day)
    assert till.agreement(ref).status == "closed"
    assert till.owes(ref) == {}
    assert till.differences() == []


@pytest.mark.parametrize("extra", ["shorter", "ahead"])
def test_other_choices_and_ordinary_payments_leave_the_plan_alone(till, loan, bank, extra) -> None:
    pay_extra(till, loan, 100, bank, "smaller")
    pay_extra(till, loan, 2 * INSTALLMENT + EXTRA, bank, extra, on=TODAY + 4 * DAY)
    assert changes(till, loan) == []
    contract, _ = standing(till, loan)
    assert contract.revisions == ()


def test_a_bank_debit_sets_the_payments_anew_when_it_settles_and_not_before(till, loan, bank) -> None:
    pay_extra(till, loan, 2 * INSTALLMENT + EXTRA, bank, "smaller", days=0)
    assert changes(till, loan) == []
    till.days(4)
    [change] = changes(till, loan)
    assert change.effective_on == TODAY
    assert till.differences() == []


def test_an_extra_payment_that_goes_back_sets_the_payments_anew_for_what_is_owed_again(
    till, loan, bank
) -> None:
    before = coming(till, loan)
    regular = before[-2].open_minor
    ref = pay_extra(till, loan, 2 * INSTALLMENT + EXTRA, bank, "smaller")
    smaller = coming(till, loan)[0].open_minor
    back = TODAY + 10 * DAY
    assert till.settle(ref, "returned", code="R10", on=back)
    first, second = changes(till, loan)
    assert (first.type, second.type) == ("re_amortise", "re_amortise")
    assert "went back" in second.body["why"]["steps"][0]["msgid"]
    after = coming(till, loan, back)
    anew = after[-2].open_minor
    assert smaller < anew
    assert abs(anew - regular) < regular // 20
    assert after[-1].balance_minor == 0
    # The installment it had paid is open again with its old due day.
    assert after[0].due_on < back
    contract, position = standing(till, loan)
    assert sum(row.principal_minor for row in after) == position.principal_minor
    assert len(contract.revisions) == 2
    # The sandbox was not told of this return; everything that our own books prove holds.
    assert [one for one in till.differences() if "sandbox says" not in one] == []


def test_a_return_told_twice_sets_the_payments_anew_once(till, loan, bank) -> None:
    ref = pay_extra(till, loan, 2 * INSTALLMENT + EXTRA, bank, "smaller")
    back = TODAY + timedelta(days=10)
    assert till.settle(ref, "returned", code="R10", on=back)
    assert not till.settle(ref, "returned", code="R10", on=back)
    assert len(changes(till, loan)) == 2
