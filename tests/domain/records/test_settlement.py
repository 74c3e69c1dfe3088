"""What a settled payment, its return and its fee do to the books, by their real actions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from domain.records.settlement import charge_fee
from domain.reports.book_check import check
from domain.rules.legal_caps import returned_payment_fee
from domain.transaction import transaction
from domain.words import trace_from
from models import Agreement, Allocation, Balance, Charge, JournalEntry, Payment, Receipt, Standing, db
from tests.fixtures.agreements import clock_today
from tests.fixtures.books import FEE_MINOR, fill_books

pytestmark = pytest.mark.database("sqlite")  # test_book_check.py holds the same sums on both


@pytest.fixture
def filled(house):
    books = fill_books(house)
    with house.app.app_context():
        yield books


def entry(key: str) -> JournalEntry:
    return db.session.scalars(sa.select(JournalEntry).where(JournalEntry.key == key)).one()


def lines(key: str) -> dict[str, int]:
    return {line.account: line.amount_minor for line in entry(key).lines}


def balances(number: str) -> dict[str, int]:
    query = sa.select(Balance.account, Balance.amount_minor).join(
        Agreement, Agreement.id == Balance.agreement_id
    )
    return dict(db.session.execute(query.where(Agreement.number == number)).all())


def test_a_settled_payment_posts_its_interest_and_then_what_it_paid(filled) -> None:
    accrual, settled = lines("payment:card-1:accrual"), lines("payment:card-1:settled")
    assert accrual == {
        "loan_interest": -accrual["interest_income"],
        "interest_income": accrual["interest_income"],
    }
    assert settled["clearing_sandbox"] == 31_194 == -settled["loan_interest"] - settled["loan_principal"]
    assert sum(settled.values()) == 0
    kept = balances("L-2")
    assert kept["loan_principal"] == 900_000 + settled["loan_principal"]
    assert kept["loan_interest"] == 0


def test_counter_money_stands_as_not_yet_deposited(filled) -> None:
    assert lines("payment:cash-1:settled")["undeposited"] == 15_597
    assert balances("L-1")["undeposited"] == 15_597


def test_the_reason_of_a_payment_is_kept_with_it_and_sums_to_it(filled) -> None:
    for key, amount in (("payment:card-1:settled", 31_194), ("payment:cash-1:settled", 15_597)):
        assert sum(step.amount_minor for step in trace_from(entry(key).note).steps) == amount
    accrued = trace_from(entry("payment:card-1:accrual").note)
    assert (
        sum(step.amount_minor for step in accrued.steps) == lines("payment:card-1:accrual")["loan_interest"]
    )


@pytest.mark.safety("M3")
def test_a_returned_payment_is_taken_back_by_an_entry_that_mirrors_it(filled) -> None:
    settled, returned = lines("payment:bank-1:settled"), lines("payment:bank-1:returned")
    assert returned == {account: -amount for account, amount in settled.items()}
    assert entry("payment:bank-1:returned").reverses_id == entry("payment:bank-1:settled").id
    assert balances("L-1")["clearing_sandbox"] == 0
    assert balances("L-1")["fees_receivable"] == FEE_MINOR
    assert balances("L-1")["loan_principal"] == 900_000 + lines("payment:cash-1:settled")["loan_principal"]


def test_what_a_returned_payment_had_met_is_open_again(filled) -> None:
    agreement = db.session.scalars(sa.select(Agreement).where(Agreement.number == "L-1")).one()
    of_cash = sa.select(sa.func.sum(Allocation.amount_minor)).join(Payment).where(
        Payment.ref == "cash-1", Allocation.installment_number.is_not(None)
    )  # fmt: skip
    assert db.session.get(Standing, agreement.id).installments_met_minor == db.session.scalar(of_cash)
    of_bank = sa.select(sa.func.sum(Allocation.amount_minor)).join(Payment).where(Payment.ref == "bank-1")
    assert db.session.scalar(of_bank) == 0


def test_the_receipt_of_a_payment_stays_as_it_was_issued_after_its_return(filled) -> None:
    bodies = sa.select(Payment.ref, Receipt.body).join(Payment, Payment.id == Receipt.payment_id)
    receipts = dict(db.session.execute(bodies).all())
    assert set(receipts) == {"cash-1", "bank-1", "card-1"}
    for ref, amount in (("cash-1", 15_597), ("bank-1", 20_000), ("card-1", 31_194)):
        assert sum(row["amount_minor"] for row in receipts[ref]["rows"]) == amount
    assert receipts["card-1"]["balance_after_minor"] == balances("L-2")["loan_principal"]


def test_a_fee_is_charged_once_for_its_cause(house, filled) -> None:
    def charge(period: str) -> int:
        with transaction() as session:
            agreement_id = session.scalars(sa.select(Agreement.id).where(Agreement.number == "L-1")).one()
            fee = returned_payment_fee(700, (), "loan", 10_000, filled.today)
            return charge_fee(
                session, agreement_id, fee, currency="USD", period=period, on=filled.today, now=house.now, by="test"
            )  # fmt: skip

    first = charge("payment-1")
    with pytest.raises(sa.exc.IntegrityError):
        charge("payment-1")
    assert charge("payment-2") != first
    db.session.rollback()
    fees = sa.select(sa.func.count()).select_from(Charge).where(Charge.period.startswith("payment-"))
    assert db.session.scalar(fees) == 2
    assert check(db.session).differences == []


def test_a_loan_paid_off_is_closed_and_open_again_when_the_money_goes_back(
    house, open_agreement, pay, days_pass
) -> None:
    ref = open_agreement("bo", principal_minor=40_000, annual_rate_percent=Decimal(0), count=2)
    pay("bo", ref, 40_000, method="bank_r01")

    def status() -> str:
        with house.app.app_context():
            return db.session.scalars(sa.select(Agreement.status).where(Agreement.ref == ref)).one()

    seen = {status()}
    from domain.actions import payment_watch
    from gateways import registry

    for day in range(1, 10):
        on = clock_today(house) + timedelta(days=day)
        registry.default().advance(on=on, now=house.now)
        payment_watch.read_events(today=on, now=house.now)
        seen.add(status())
        with house.app.app_context():
            assert check(db.session).differences == []
    assert seen == {"active", "closed"}
    assert status() == "active"
