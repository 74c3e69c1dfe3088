"""A debit that came back is presented again: under its first obligation, by the scheme's rules, never twice at once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select, update

from domain.actions import representment, scheduled
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import Attempt, Payment, PaymentMethod, db
from tests.domain.actions.paying import DAY, NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
BACK = TODAY + 4 * DAY


@pytest.fixture
def plain(open_agreement) -> str:
    return open_agreement(
        "bo", principal_minor=90_000, annual_rate_percent=Decimal(0), interest="period", count=9
    )


def came_back(till: Till, plain: str, method: str, code: str = "R01", on=BACK) -> str:
    ref = till.pay(plain, 10_000, method)
    till.days(2)
    assert till.settle(ref, "returned", code=code, on=on)
    return ref


def again(till: Till, payment: str, ref: str, on=BACK + DAY, name: str = "dana") -> str:
    return representment.again(payment, ref, who=till.who(name), today=on, now=NOW)


def attempts(till: Till) -> list[tuple[str, int]]:
    with till.house.app.app_context():
        rows = db.session.execute(select(Attempt.obligation, Attempt.number).order_by(Attempt.id))
        return [(row.obligation, row.number) for row in rows]


def test_it_comes_twice_more_under_the_first_obligation_and_no_third_time(till, plain, bank) -> None:
    first = last = came_back(till, plain, bank)
    day = BACK
    for number in (1, 2):
        day += DAY
        last = again(till, last, f"again-{number}", day)
        assert (till.state(last), till.row(last).represents_id is not None) == ("scheduled", True)
        assert scheduled.send_due(today=day, now=NOW).sent == 1
        day = till.days(4, day)
        assert till.state(last) == "settled"
        assert till.settle(last, "returned", code="R01", on=day)
    with pytest.raises(Refused, match="most the rules allow"):
        again(till, last, "again-3", day + DAY)
    obligation = f"{plain}:{first}"
    assert attempts(till) == [(obligation, 1), (obligation, 2), (obligation, 3)]
    assert till.owes(plain) == {"loan_principal": 90_000}
    assert [found for found in till.differences() if "says settled" not in found] == []


def test_the_same_form_presents_it_once_and_a_second_one_is_refused(till, plain, bank) -> None:
    payment = came_back(till, plain, bank)
    assert again(till, payment, "again-1") == again(till, payment, "again-1") == "again-1"
    with pytest.raises(Conflict):
        again(till, payment, "again-2")
    assert till.count(Payment) == 2


def test_never_on_the_day_it_came_back_nor_after_half_a_year(till, plain, bank) -> None:
    payment = came_back(till, plain, bank)
    for on in (BACK, TODAY + 200 * DAY):
        with pytest.raises(Refused):
            again(till, payment, "again-1", on)


@pytest.mark.parametrize("code", ["R07", "R10", "R29"])
def test_what_was_not_allowed_waits_for_a_new_permission(till, plain, bank, code) -> None:
    with pytest.raises(Refused, match="permission"):
        again(till, came_back(till, plain, bank, code), "again-1")


def test_a_wrong_account_comes_again_once_it_was_corrected(till, plain, bank) -> None:
    payment = came_back(till, plain, bank, "R03")
    with pytest.raises(Refused, match="corrected"):
        again(till, payment, "again-1")
    till.change(update(PaymentMethod).values(stopped_code="", stopped_at=None))
    assert again(till, payment, "again-1") == "again-1"


def test_a_debit_that_failed_before_it_settled_comes_again_too(till, plain, bank) -> None:
    ref = till.pay(plain, 10_000, bank)
    assert till.settle(ref, "returned", code="R01", on=TODAY + DAY)
    assert till.state(ref) == "failed"
    assert again(till, ref, "again-1") == "again-1"


def test_not_more_than_is_still_owed(till, plain, bank, card) -> None:
    payment = came_back(till, plain, bank)
    till.pay(plain, 85_000, card, today=BACK, now=NOW)
    with pytest.raises(Refused, match=r"50\.00|still owed"):
        again(till, payment, "again-1")


def test_a_payment_that_did_not_come_back_and_a_stranger(till, plain, bank) -> None:
    paid = till.pay(plain, 10_000, bank)
    with pytest.raises(Refused):
        again(till, paid, "again-1")
    with pytest.raises(NotAllowed):
        again(till, paid, "again-1", name="bo")
    with pytest.raises(Gone):
        again(till, "nobody", "again-1")
