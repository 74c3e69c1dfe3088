"""A UK debit from the saved account to the bank's no. The reports are doubles of ours: no independent one exists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from domain.actions import bank_files, batch_ends, batch_files, batch_settling, batches
from domain.actions.payment_limits import Wanted
from domain.rules.business_days import next_business_day
from domain.rules.instruction_names import instruction_name
from domain.words import Refused
from models import BatchLine, Mandate, Payment, PaymentMethod, PaymentReturn, Task, db
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY, Till
from tests.fixtures.direct_debits import BACS, UK_ACCOUNT, permission, save_debit_account
from tests.gateways.bacs_file.test_reader import advices, arudd, item

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **BACS)
PROVED = next_business_day(TODAY, 5, "GB")


class Collecting:
    """Bo's UK account, the files for the bank and its reports."""

    def __init__(self, house, open_agreement, folder: Path) -> None:
        self.till, self.open_agreement, self.folder = Till(house), open_agreement, folder
        self.account = save_debit_account(house, "bo", UK_ACCOUNT, verification="sent")
        self.instruction = instruction_name(self.account)

    def file(self, day: date) -> list[str]:
        """The records of the one file of a day, handed over."""
        [ref] = batches.build("bacs_file", day, today=day, now=NOW, by="test", folder=self.folder)
        batch_ends.hand_over(ref, today=day, now=NOW, by="test")
        return batch_files.content(ref, folder=self.folder)[1].decode().split("\r\n")

    def pay(self, day: date, amount: int = INSTALLMENT) -> str:
        agreement = self.open_agreement("bo", currency="GBP")
        return self.till.pay(
            agreement, amount, self.account, wanted=Wanted(permission=permission("bacs")), today=day
        )

    def prove(self) -> None:
        """Send the instruction and let the days pass in which the bank could refuse it."""
        assert [record[15:17] for record in self.file(TODAY)[4:5]] == ["0N"]
        batch_settling.prove(today=PROVED)

    def take(self, content: bytes, day: date) -> dict:
        folder = self.folder.with_name("bank")
        taken = bank_files.take(content, "report.xml", folder=folder, today=day, now=NOW, by="test")
        with self.till.house.app.app_context():
            from models import BankFile

            return db.session.scalars(select(BankFile.outcome).where(BankFile.ref == taken.ref)).one()[
                "counts"
            ]

    def method(self) -> PaymentMethod:
        with self.till.house.app.app_context():
            return db.session.scalars(select(PaymentMethod).where(PaymentMethod.ref == self.account)).one()


@pytest.fixture
def collecting(house, open_agreement, tmp_path: Path) -> Collecting:
    return Collecting(house, open_agreement, tmp_path / "outgoing")


def test_the_instruction_goes_ahead_and_no_debit_can_be_made_before_its_days_are_over(
    collecting: Collecting,
) -> None:
    with pytest.raises(Refused):
        collecting.pay(TODAY)
    record = collecting.file(TODAY)[4]
    assert (record[15:17], record[35:46], record[64:82].strip()) == ("0N", "0" * 11, collecting.instruction)
    assert batch_settling.prove(today=PROVED - DAY) == 0
    assert batch_settling.prove(today=PROVED) == 1
    assert (collecting.method().verification, collecting.method().rank) == ("passed", "primary")


def test_all_debits_of_an_account_rest_on_its_one_instruction_and_the_first_says_that_it_is(
    collecting: Collecting,
) -> None:
    collecting.prove()
    first = collecting.pay(PROVED)
    record = collecting.file(PROVED)[4]
    assert (record[15:17], record[64:82].strip()) == ("01", collecting.instruction)
    collecting.till.change(update(Payment).where(Payment.ref == first).values(expected_on=PROVED))
    assert batch_settling.settle_due(today=PROVED, now=NOW).settled == 1
    collecting.pay(PROVED + DAY, 20_000)
    record = collecting.file(PROVED + DAY)[4]
    assert (record[15:17], record[64:82].strip()) == ("17", collecting.instruction)


def test_a_debit_that_the_bank_does_not_pay_comes_back_by_its_report(collecting: Collecting) -> None:
    collecting.prove()
    payment = collecting.pay(PROVED)
    collecting.file(PROVED)
    with collecting.till.house.app.app_context():
        trace = db.session.scalars(
            select(BatchLine.trace)
            .join(Payment, Payment.id == BatchLine.payment_id)
            .where(Payment.ref == payment)
        ).one()
    ref, processed, pence = trace.split("/")
    assert (ref, int(pence)) == (collecting.instruction, INSTALLMENT)
    day = date(2000 + int(processed[:2]), 1, 1) + (int(processed[2:]) - 1) * DAY
    report = arudd(item(ref, "155.97", "0"), total="155.97").replace(b"2026-11-24", str(day).encode())
    report = report.replace(b"2026-11-26", str(day + 2 * DAY).encode())
    assert collecting.take(report, day + 5 * DAY) == {"done": 1}
    assert collecting.till.row(payment).state in ("failed", "settled")
    assert collecting.till.row(payment).failure_code == "ARUDD-0" or collecting.till.count(PaymentReturn) == 1
    assert collecting.till.differences() == []


def test_an_instruction_that_was_not_taken_stops_the_account(collecting: Collecting) -> None:
    collecting.file(TODAY)
    assert collecting.take(advices("N", "5", collecting.instruction), TODAY) == {"done": 1}
    assert (collecting.method().verification, collecting.method().stopped_code) == ("failed", "AUDDIS-5")
    assert batch_settling.prove(today=PROVED) == 0


def test_an_instruction_that_its_bank_ended_stops_the_account_and_ends_what_was_allowed(
    collecting: Collecting,
) -> None:
    collecting.prove()
    collecting.pay(PROVED)
    report = advices("A", "1", collecting.instruction)
    assert collecting.take(report, PROVED) == {"done": 1}
    assert collecting.method().stopped_code == "ADDACS-1"
    assert collecting.till.count(Mandate, Mandate.ended_at.is_(None)) == 0
    assert collecting.till.count(Task, Task.kind == "bank_file") == 1
    with pytest.raises(Refused):
        collecting.pay(PROVED, 20_000)


def test_an_account_that_moved_is_debited_where_it_is_now(collecting: Collecting) -> None:
    collecting.prove()
    more = 'payer-new-sort-code="40-00-00" payer-new-account-number="87654321"'
    assert collecting.take(advices("A", "3", collecting.instruction, more=more), PROVED) == {"done": 1}
    assert collecting.method().last4 == "4321"
    collecting.pay(PROVED)
    assert collecting.file(PROVED)[4][:14] == "40000087654321"
