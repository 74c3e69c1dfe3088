"""What a movement on the account was: said once, posted once, and undone by new entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.actions import bank_matching
from domain.actions.bank_matching import Part
from domain.records.accounts import BANK, DEPOSITS_IN_TRANSIT, PROCESSING_FEES, clearing
from domain.records.books import Draft
from domain.records.house_entries import post_house
from domain.transaction import transaction
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import (
    BankDeposit,
    BankLine,
    BankMatch,
    BankStatement,
    GatewayPayout,
    Payment,
    PaymentReturn,
    Receipt,
    db,
)
from tests.domain.actions.paying import INSTALLMENT, NOW, TODAY, Till, at_once

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
Movement = Callable[..., str]


@pytest.fixture
def movement(till: Till) -> Movement:
    """`movement(minor, text)` is the ref of a movement of today that nobody explained."""
    made: list[int] = []

    def make(minor: int, text: str = "", on: date = TODAY, currency: str = "USD") -> str:
        made.append(minor)
        number = len(made)
        with transaction() as session:
            statement = BankStatement(
                ref=f"s{number}", account="••0001", account_key="k", format="ofx", name="x", file_hash=str(number),
                currency=currency, from_on=on, to_on=on, imported_at=NOW, imported_by="test",
            )  # fmt: skip
            session.add(statement)
            session.flush()
            line = BankLine(
                ref=f"line-{number}", statement_id=statement.id, number=1, account_key="k", line_hash=str(number),
                booked_on=on, amount_minor=minor, currency=currency, name="BO BORROWER", text=text, state="open",
            )  # fmt: skip
            session.add(line)
            session.flush()
        return f"line-{number}"

    return make


@dataclass
class Desk:
    """Dana explains movements."""

    till: Till

    def match(self, line: str, kind: str, target: str, name: str = "dana") -> str:
        return bank_matching.match(line, kind, target, who=self.till.who(name), today=TODAY, now=NOW)

    def transfer(self, line: str, *parts: tuple[str, int]) -> list[str]:
        wanted = [Part(*part) for part in parts]
        return bank_matching.transfer(line, wanted, who=self.till.who("dana"), today=TODAY, now=NOW)

    def undo(self, match: str, today: date = TODAY) -> None:
        bank_matching.undo(match, who=self.till.who("dana"), today=today, now=NOW)

    def state(self, line: str) -> str:
        with self.till.house.app.app_context():
            return db.session.scalars(select(BankLine.state).where(BankLine.ref == line)).one()

    def matches(self, line: str) -> list[str]:
        with self.till.house.app.app_context():
            query = select(BankMatch.ref).join(BankLine).where(BankLine.ref == line).order_by(BankMatch.id)
            return list(db.session.scalars(query))


@pytest.fixture
def explain(till: Till) -> Desk:
    return Desk(till)


def announce(payout_id: str = "po_1", amount: int = 9_700, fees: int = 300) -> str:
    with transaction() as session:
        session.add(
            GatewayPayout(
                gateway="sandbox",
                payout_id=payout_id,
                amount_minor=amount,
                fees_minor=fees,
                currency="USD",
                arrives_on=TODAY,
                keys=[],
                heard_at=NOW,
            )  # fmt: skip
        )
        session.flush()
    return f"sandbox:{payout_id}"


def totals(till: Till) -> dict[str, int]:
    names = (BANK, PROCESSING_FEES, clearing("sandbox"))
    return {name: till.total(name) for name in names}


def test_a_payout_reaches_the_bank_net_of_the_fee(till: Till, explain: Desk, movement: Movement) -> None:
    line = movement(9_700)
    explain.match(line, "payout", announce())
    assert totals(till) == {"bank": 9_700, "processing_fees": 300, "clearing_sandbox": -10_000}
    assert explain.state(line) == "matched"
    assert till.differences() == []


def test_a_match_is_undone_by_the_opposite_and_can_be_made_again(
    till: Till, explain: Desk, movement: Movement
) -> None:
    line, payout = movement(9_700), announce()
    for _ in range(2):
        match = explain.match(line, "payout", payout)
        explain.undo(match)
        explain.undo(match)
        assert set(totals(till).values()) == {0}
        assert explain.state(line) == "open"
    explain.match(line, "payout", payout)
    assert totals(till)["bank"] == 9_700
    assert till.differences() == []


def test_one_payout_explains_one_movement(till: Till, explain: Desk, movement: Movement) -> None:
    first, second, payout = movement(9_700), movement(9_700), announce()
    explain.match(first, "payout", payout)
    with pytest.raises(Conflict, match="Another movement"):
        explain.match(second, "payout", payout)
    with pytest.raises(Conflict, match="explained this movement already"):
        explain.match(first, "payout", announce("po_2"))
    assert totals(till)["bank"] == 9_700


def test_ten_people_who_match_at_once_match_once(till: Till, explain: Desk, movement: Movement) -> None:
    line, payout = movement(9_700), announce()
    answers = at_once(10, lambda _number: explain.match(line, "payout", payout))
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert {type(answer) for answer in answers} == {str, Conflict}
    assert totals(till)["bank"] == 9_700


@pytest.mark.parametrize(("minor", "currency"), [(9_699, "USD"), (-9_700, "USD"), (9_700, "EUR")])
def test_what_is_not_exactly_the_payout_is_refused(
    till: Till, explain: Desk, movement: Movement, minor: int, currency: str
) -> None:
    line = movement(minor, currency=currency)
    with pytest.raises(Refused, match="The movement is"):
        explain.match(line, "payout", announce())
    assert (explain.state(line), totals(till)["bank"]) == ("open", 0)


def test_counter_money_on_its_way_arrives(till: Till, explain: Desk, movement: Movement) -> None:
    with transaction() as session:
        entry = post_house(
            session,
            Draft("d", "deposit.made", "USD", TODAY, ((DEPOSITS_IN_TRANSIT, 5_000), ("undeposited", -5_000))),
            now=NOW, by="test",
        )  # fmt: skip
        session.add(
            BankDeposit(ref="slip", day=TODAY, currency="USD", cash_minor=5_000, amount_minor=5_000, made_at=NOW,
                        made_by="test", entry_id=entry)
        )  # fmt: skip
        session.flush()
    explain.match(movement(5_000), "deposit", "slip")
    assert (till.total(BANK), till.total(DEPOSITS_IN_TRANSIT)) == (5_000, 0)


def test_a_fee_of_the_bank_is_an_expense(till: Till, explain: Desk, movement: Movement) -> None:
    explain.match(movement(-1_500, "ACCOUNT FEE"), "other", "fees")
    assert (till.total(BANK), till.total(PROCESSING_FEES)) == (-1_500, 1_500)


def test_what_left_the_bank_in_the_books_is_only_named(till: Till, explain: Desk, movement: Movement) -> None:
    with transaction() as session:
        post_house(session, Draft("out", "deposit.refunded", "USD", TODAY, ((BANK, -700), ("deposits_held", 700))),
                   now=NOW, by="test")  # fmt: skip
    first, second = movement(-700), movement(-700)
    match = explain.match(first, "other", "entry:out")
    with pytest.raises(Conflict):
        explain.match(second, "other", "entry:out")
    explain.undo(match)
    assert till.total(BANK) == -700


def test_a_transfer_pays_the_agreement_like_any_payment(
    till: Till, explain: Desk, movement: Movement, loan: str
) -> None:
    line = movement(INSTALLMENT)
    (ref,) = explain.transfer(line, (loan, INSTALLMENT))
    payment = till.row(ref)
    assert (payment.state, payment.gateway, payment.channel, payment.instrument) == (
        "settled", "bank_transfer", "transfer", "transfer",
    )  # fmt: skip
    assert (payment.settled_on, payment.returnable_until) == (TODAY, None)
    assert till.total(BANK) == INSTALLMENT
    assert till.count(Receipt) == 1
    assert till.differences() == []


def test_what_is_above_what_is_owed_is_the_customers_credit(
    till: Till, explain: Desk, movement: Movement, loan: str
) -> None:
    explain.transfer(movement(2_000_000), (loan, 2_000_000))
    assert till.balances(loan)["customer_credit"] < 0
    assert till.differences() == []


def test_one_movement_is_split_over_several_agreements_to_the_cent(
    till: Till, explain: Desk, movement: Movement, loan: str, open_agreement: Callable[..., str]
) -> None:
    other = open_agreement("stan", number="L-9")
    line = movement(30_000)
    with pytest.raises(Refused, match="The parts come to 299.99 USD, the movement is 300.00 USD"):
        explain.transfer(line, (loan, 10_000), (other, 19_999))
    with pytest.raises(Refused, match="stands here twice"):
        explain.transfer(line, (loan, 10_000), (loan, 20_000))
    with pytest.raises(Refused, match="above zero"):
        explain.transfer(line, (loan, 40_000), (other, -10_000))
    assert (till.count(Payment), explain.state(line)) == (0, "open")
    first, second = explain.transfer(line, (loan, 10_000), (other, 20_000))
    assert (till.row(first).amount_minor, till.row(second).amount_minor) == (10_000, 20_000)
    assert till.total(BANK) == 30_000


def test_undoing_a_transfer_leaves_the_agreement_as_if_it_had_not_been(
    till: Till, explain: Desk, movement: Movement, loan: str
) -> None:
    before = till.owes(loan)
    line = movement(INSTALLMENT, on=TODAY - timedelta(days=3))
    explain.transfer(line, (loan, INSTALLMENT))
    explain.undo(explain.matches(line)[0])
    accrued = till.owes(loan)
    assert accrued["loan_principal"] == before["loan_principal"]
    assert (till.total(BANK), till.count(PaymentReturn, PaymentReturn.code == "unmatched")) == (0, 1)
    assert till.differences() == []
    explain.transfer(line, (loan, INSTALLMENT))
    assert till.count(Payment) == 2
    assert till.total(BANK) == INSTALLMENT


def test_money_that_left_pays_nobody_and_the_future_counts_for_nothing(
    explain: Desk, movement: Movement, loan: str
) -> None:
    with pytest.raises(Refused, match="left our account"):
        explain.transfer(movement(-500), (loan, 500))
    with pytest.raises(Refused, match="has not come"):
        explain.transfer(movement(500, on=TODAY + timedelta(days=1)), (loan, 500))
    with pytest.raises(Refused, match="in USD, the movement in EUR"):
        explain.transfer(movement(500, currency="EUR"), (loan, 500))


def test_a_movement_is_ignored_for_a_reason_and_looked_at_again(
    till: Till, explain: Desk, movement: Movement
) -> None:
    line, dana = movement(500), till.who("dana")
    with pytest.raises(Refused, match="Say why"):
        bank_matching.ignore(line, " ", who=dana, now=NOW)
    bank_matching.ignore(line, "the owner's own money", who=dana, now=NOW)
    assert explain.state(line) == "ignored"
    with pytest.raises(Conflict):
        bank_matching.ignore(line, "again", who=dana, now=NOW)
    bank_matching.look_again(line, who=dana, now=NOW)
    assert explain.state(line) == "open"
    assert till.total(BANK) == 0


def test_who_may_not_and_what_is_not_there(till: Till, explain: Desk, movement: Movement, loan: str) -> None:
    line = movement(500)
    with pytest.raises(NotAllowed):
        explain.match(line, "other", "fees", name="bo")
    for kind, target in [("payout", "sandbox:none"), ("batch", "x"), ("deposit", "x"), ("payment", "x"),
                         ("refund", "x"), ("other", "entry:x"), ("other", "x")]:  # fmt: skip
        with pytest.raises(Gone):
            explain.match(line, kind, target)
    with pytest.raises(Refused):
        explain.match(line, "gift", "x")
    with pytest.raises(Gone):
        explain.match("no-such-line", "other", "fees")
    with pytest.raises(Gone):
        explain.transfer(line, ("no-such-agreement", 500))
    with pytest.raises(Gone):
        explain.undo("no-such-match")
    assert explain.state(line) == "open"
