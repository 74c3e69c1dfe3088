"""Leased goods bought early: what is paid is the quote exactly, and a payment that goes back takes all of it back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from domain.kinds import lease_to_own
from domain.rules.lease import BuyoutRule
from domain.rules.planned import PlannedCharge
from domain.words import Sentence, Step, Trace, sentence_from
from models import Agreement, Payment, Receipt

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-01-01")

FIRST = date(2026, 1, 1)
APRIL = date(2026, 4, 10)

FORMS = {
    "discount": {},
    "share": {"buyout": BuyoutRule("share", Decimal(55))},
    "statute, nearly nothing": {"buyout": BuyoutRule("share", Decimal(2))},
    "same as cash": {"same_as_cash_days": 120, "same_as_cash_fee_minor": 1_000},
    "cheap for cash": {"same_as_cash_days": 120, "cash_price_minor": 25_000},
    "deposit": {"deposit_minor": 20_000},
}


def quote(ledger, ref: str, on: date = APRIL) -> int:
    return lease_to_own.close(ledger.contract(ref), ledger.position(ref), on).total_minor


def ended(ledger, ref: str) -> tuple[str, date | None]:
    row = ledger.rows(sa.select(Agreement.status, Agreement.ended_on).where(Agreement.ref == ref))[0]
    return tuple(row)


@pytest.mark.parametrize("paid", [0, 10_625, 15_000, 31_000])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.database("sqlite")
def test_the_quote_paid_is_all_that_was_paid_and_ends_the_lease(ledger, form: str, paid: int) -> None:
    ref = ledger.open_lease("bo", on=FIRST, **FORMS[form])
    if paid:
        ledger.take(ref, paid, date(2026, 1, 2))
    ledger.bill_days(date(2026, 2, 1), APRIL)
    total = quote(ledger, ref)
    if (form, paid) == ("cheap for cash", 31_000):
        assert total == 0, (
            "more was paid than the goods cost: there is nothing to pay, and nobody is let pay nothing"
        )
        return
    debit = ledger.debit("bo", ref, total, APRIL, extra="close")
    ledger.settle(debit, date(2026, 4, 14))
    kept = ledger.balances(ref)
    assert ended(ledger, ref) == ("closed", APRIL)
    assert ledger.open_of(ref) == []
    assert kept["undeposited" if paid else "clearing_sandbox"] == (paid or total)
    assert "customer_credit" not in kept
    assert "deposits_held" not in kept
    assert -kept.get("lease_income", 0) - kept.get("sales_tax_payable", 0) == paid + total
    assert ledger.differences() == []


@pytest.mark.parametrize("form", ["discount", "cheap for cash", "deposit"])
def test_a_purchase_whose_money_goes_back_is_undone_and_the_lease_runs_on(ledger, form: str) -> None:
    ref = ledger.open_lease("bo", on=FIRST, **FORMS[form])
    ledger.take(ref, 20_000, date(2026, 1, 2))
    ledger.bill_days(date(2026, 2, 1), APRIL)
    before, owed = ledger.balances(ref), ledger.open_of(ref)
    total = quote(ledger, ref)
    debit = ledger.debit("bo", ref, total, APRIL, extra="close")
    ledger.settle(debit, date(2026, 4, 14))
    ledger.bill(date(2026, 5, 2))
    assert ended(ledger, ref) == ("closed", APRIL)
    ledger.settle(debit, date(2026, 5, 6), "returned", code="R10")
    assert ended(ledger, ref) == ("active", None)
    assert ledger.balances(ref) == before
    assert sorted(ledger.open_of(ref)) == sorted(owed)
    ledger.bill(date(2026, 5, 7))
    assert [day for day, _ in ledger.charges(ref, "lease") if day.month == 5 and day.day == 1] == [
        date(2026, 5, 1)
    ]
    assert quote(ledger, ref, date(2026, 5, 7)) > 0
    assert ledger.differences() == []


@pytest.mark.parametrize("form", ["discount", "cheap for cash", "deposit"])
def test_a_charge_added_while_the_money_is_on_its_way_does_not_stop_the_purchase(ledger, form: str) -> None:
    ref = ledger.open_lease("bo", on=FIRST, **FORMS[form])
    ledger.take(ref, 20_000, date(2026, 1, 2))
    ledger.bill_days(date(2026, 2, 1), APRIL)
    debit = ledger.debit("bo", ref, quote(ledger, ref), APRIL, extra="close")
    ledger.charge(ref, repair(date(2026, 4, 12)), date(2026, 4, 12))
    ledger.settle(debit, date(2026, 4, 14))
    assert ended(ledger, ref) == ("active", APRIL)
    assert [left for _, _, left in ledger.open_of(ref)] == [3_500]
    assert "customer_credit" not in ledger.balances(ref)
    ledger.bill_days(date(2026, 4, 30), date(2026, 5, 2))
    assert [left for _, _, left in ledger.open_of(ref)] == [3_500], "it is theirs: nothing more falls due"
    ledger.take(ref, 3_500, date(2026, 5, 3))
    assert ended(ledger, ref) == ("closed", APRIL)
    assert ledger.differences() == []


def test_a_purchase_beside_a_later_charge_is_undone_when_its_money_goes_back(ledger) -> None:
    ref = ledger.open_lease("bo", on=FIRST)
    ledger.take(ref, 20_000, date(2026, 1, 2))
    ledger.bill_days(date(2026, 2, 1), APRIL)
    before = ledger.balances(ref)
    debit = ledger.debit("bo", ref, quote(ledger, ref), APRIL, extra="close")
    ledger.charge(ref, repair(date(2026, 4, 12)), date(2026, 4, 12))
    owed = ledger.balances(ref)
    ledger.settle(debit, date(2026, 4, 14))
    ledger.settle(debit, date(2026, 5, 6), "returned", code="R10")
    assert before != owed == ledger.balances(ref)
    assert ended(ledger, ref) == ("active", None)
    assert ledger.contract(ref).bought is None
    assert ledger.differences() == []


def repair(on: date) -> PlannedCharge:
    why = Trace("charge.added", 1, (Step(Sentence("A new door."), 3_500),))
    return PlannedCharge(1, "one_off", "added", f"repair-{on}", on, on, on, 3_500, why, name="Repair")


def test_the_receipt_of_a_purchase_says_that_it_bought_the_goods(ledger) -> None:
    ref = ledger.open_lease("bo", on=FIRST)
    ledger.take(ref, 42_500, date(2026, 1, 2))
    ledger.bill_days(date(2026, 2, 1), APRIL)
    debit = ledger.debit("bo", ref, quote(ledger, ref), APRIL, extra="close")
    ledger.settle(debit, date(2026, 4, 14))
    [body] = ledger.rows(
        sa.select(Receipt.body).join(Payment, Payment.id == Receipt.payment_id).where(Payment.ref == debit)
    )[0]
    [row] = body["rows"]
    assert str(sentence_from(row)) == "Bought early on 2026-04-10: this is yours now."
    # 425.00 in payments; eight of 100.00 less 40 % and 6.25 % tax = 510.00.
    bought = ledger.contract(ref).bought
    assert (bought.paid_minor, bought.price_minor) == (42_500, 51_000)


def test_less_than_the_quote_is_a_payment_like_any_other(ledger) -> None:
    ref = ledger.open_lease("bo", on=FIRST)
    debit = ledger.debit("bo", ref, quote(ledger, ref, FIRST) - 1, FIRST, extra="close")
    ledger.settle(debit, date(2026, 1, 3))
    assert ended(ledger, ref) == ("active", None)


@pytest.mark.parametrize("form", ["discount", "cheap for cash", "deposit"])
def test_what_a_page_shows_of_a_purchase_is_what_is_posted(ledger, form: str) -> None:
    from domain.reports import agreements, previews
    from models import db
    from tests.fixtures.agreements import scope_of

    ref = ledger.open_lease("bo", on=FIRST, **FORMS[form])
    ledger.take(ref, 20_000, date(2026, 1, 2))
    ledger.bill_days(date(2026, 2, 1), APRIL)
    total = quote(ledger, ref)
    with ledger.house.app.app_context():
        view = agreements.views(scope_of(ledger.house, "bo"), APRIL)[0]
        position = previews.with_closing(view, total, APRIL, "close")
        db.session.rollback()
    assert position.fees_minor == total
    assert position.credit_minor == 0
