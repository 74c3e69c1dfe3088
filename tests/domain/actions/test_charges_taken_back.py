"""Taking a charge back: its income, its tax and its late fees go with it, what was paid of it stays the customer's."""

from __future__ import annotations

import pytest

from domain.actions import charges
from domain.words import Refused
from tests.domain.actions.paying import DAY, NOW, TODAY, Till
from tests.domain.actions.test_charges import RENT, cash, parking

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


def test_a_charge_taken_back_gives_its_income_back_and_what_was_paid_pays_what_else_is_due(
    till, open_rental, clock, charges_of
) -> None:
    home = open_rental()
    key = charges.add(home, parking(), "form-1", **clock())
    cash(till, home, RENT + 4_500)
    assert till.owes(home) == {}
    charges.add(home, parking(name="Paint", amount_minor=3_000), "form-2", **clock())
    charges.correct(home, key, 0, "the key was found", "form-3", **clock())
    lost, paint = charges_of(home)[-2:]
    assert (lost.paid_minor, lost.stands_minor, lost.open_minor) == (0, 0, 0)
    assert paint.open_minor == 0
    assert till.owes(home) == {"customer_credit": -1_500}
    assert till.total("other_income") == -3_000
    assert till.differences() == []


def test_a_charge_set_lower_keeps_the_rest_and_frees_what_was_paid_too_much(
    till, open_rental, clock, charges_of
) -> None:
    home = open_rental()
    (rent,) = charges_of(home)
    cash(till, home, 110_000)
    charges.correct(home, rent.id, 100_000, "no water for five days", "form-1", **clock())
    charges.correct(home, rent.id, 100_000, "no water for five days", "form-1", **clock())
    (line,) = charges_of(home)
    assert (line.stands_minor, line.paid_minor, line.open_minor) == (100_000, 100_000, 0)
    assert till.owes(home) == {"customer_credit": -10_000}
    assert till.total("rent_income") == -100_000
    assert till.differences() == []


def test_late_fees_of_a_charge_taken_back_go_with_it(till, house, open_rental, clock, charges_of) -> None:
    home = open_rental()
    (rent,) = charges_of(home)
    fee = late_fee(till, home, f"{rent.id}:first", 6_000)
    other = late_fee(till, home, f"{rent.id}9:first", 100)
    cash(till, home, 2_000)
    charges.correct(home, rent.id, 0, "charged twice", "form-1", **clock())
    lines = {line.id: line for line in charges_of(home)}
    assert lines[fee].stands_minor == lines[rent.id].stands_minor == 0
    assert lines[other].stands_minor == 100
    assert till.owes(home) == {"customer_credit": -1_900}
    assert till.total("fee_income") == -100
    assert till.differences() == []


def test_late_fees_of_a_loan_are_about_installments_and_stay(till, loan, clock, charges_of) -> None:
    fee = charges.add(loan, parking(type="fee"), "form-1", **clock())
    late_fee(till, loan, f"{fee}:first", 2_000)
    charges.correct(loan, fee, 0, "by mistake", "form-2", **clock())
    assert till.owes(loan)["fees_receivable"] == 2_000
    assert till.differences() == []


def late_fee(till: Till, ref: str, key: str, amount: int) -> int:
    """A late fee as the day's billing posts it."""
    from domain.records.books import lock, save
    from domain.records.charging import post_charges
    from domain.rules.planned import PlannedCharge
    from domain.transaction import transaction
    from domain.words import Trace

    fee = PlannedCharge(1, "late_fee", "late_fee", key, TODAY, TODAY, TODAY, amount, Trace("late_fee", 1))
    with transaction() as session:
        head = lock(session, till.agreement(ref).id)
        (made,) = post_charges(session, [(head, "USD", fee)], today=TODAY, now=NOW, by="billing")
        save(session, head)
    return made


def test_tax_goes_back_with_the_charge(till, open_line, open_lease, clock, charges_of) -> None:
    lease = open_lease(payment_minor=8_000)
    (first,) = charges_of(lease)
    assert (first.amount_minor, first.tax_minor) == (8_800, 800)
    with pytest.raises(Refused):  # a payment of the lease is part of its price
        charges.correct(lease, first.id, 0, "why", "form-1", **clock())
    charges.waive(lease, first.id, 8_800, "goodwill", "form-2", **clock())
    assert till.owes(lease) == {}
    assert till.total("sales_tax_payable") == -800
    assert till.differences() == []


def test_a_payment_that_goes_back_after_its_charge_was_taken_back_opens_no_dead_charge(
    till, open_rental, clock, charges_of, save_method, house, days_pass
) -> None:
    home = open_rental()
    key = charges.add(home, parking(), "form-1", **clock())
    till.pay(home, RENT + 4_500, save_method("tess", "bank_r01"), name="tess")
    for line in charges_of(home):
        assert line.open_minor > 0
    from domain.actions import payment_watch
    from gateways import registry

    day = TODAY
    for number in range(1, 9):
        day = TODAY + number * DAY
        registry.default().advance(on=day, now=NOW + number * DAY)
        payment_watch.read_events(today=day, now=NOW + number * DAY)
        if till.owes(home) == {}:
            charges.correct(home, key, 0, "found", "form-2", **clock(days=number))
            assert till.owes(home) == {"customer_credit": -4_500}
    lost = next(line for line in charges_of(home) if line.id == key)
    assert lost.open_minor == 0
    assert till.owes(home) == {"rent_receivable": RENT}
    assert till.differences() == []


def test_freed_money_is_again_the_credit_of_the_one_who_paid(
    till, open_rental, clock, charges_of, save_method
) -> None:
    from domain.records.position import position_of
    from domain.transaction import transaction
    from models import Standing

    home = open_rental(("tess", "bo"), shares={"tess": 60, "bo": 40})
    bo = str(till.who("bo").person_id)
    share = next(line for line in charges_of(home) if line.amount_minor == 48_000)
    till.pay(home, 48_000, save_method("bo", "card"), name="bo")
    charges.correct(home, share.id, 0, "he moved out in February", "form-1", **clock())
    with transaction() as session:
        agreement = till.agreement(home)
        position = position_of(session, agreement.id, agreement.kind, session.get(Standing, agreement.id))
    assert dict(position.own_credit) == {bo: 48_000}
    assert till.owes(home) == {"rent_receivable": 72_000, "customer_credit": -48_000}
    assert till.differences() == []
