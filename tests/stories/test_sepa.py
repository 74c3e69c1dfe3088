"""A SEPA debit from the payer's yes to the bank's no: our file, a bank of somebody else's making, and back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.actions import bank_files, batch_ends, batch_files, batch_settling, batches
from domain.actions.payment_limits import Wanted
from domain.rules.business_days import next_business_day
from domain.rules.refund_states import ways_of
from gateways import registry
from models import Batch, BatchLine, Mandate, Payment, PaymentMethod, PaymentReturn, Task, db
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY, Till
from tests.fixtures.bank import MockBank, StartBank
from tests.fixtures.direct_debits import SEPA, SEPA_ACCOUNT, permission, save_debit_account
from tests.gateways.sepa_file.test_reader import status

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **SEPA)
XML = "application/xml"


class Collecting:
    """Bo's payments by SEPA debit, the files for the bank and what it sends."""

    def __init__(self, till: Till, open_agreement, folder: Path, bank: MockBank | None = None) -> None:
        self.till, self.folder, self.bank = till, folder, bank
        self.open_agreement = open_agreement
        self.account = save_debit_account(till.house, "bo", SEPA_ACCOUNT)

    def pay(self, amount: int = INSTALLMENT, **more) -> tuple[str, str]:
        """(agreement, payment) of a debit that Bo allowed."""
        agreement = self.open_agreement("bo", currency="EUR")
        days = {name: more.pop(name) for name in ("today", "now") if name in more}
        wishes = {"permission": permission(ref=f"M{self.till.count(Mandate):015d}")} | more
        return agreement, self.till.pay(agreement, amount, self.account, wanted=Wanted(**wishes), **days)

    def file(self, day: date = TODAY) -> bytes:
        """The one file of the day, handed over to the bank."""
        [ref] = batches.build("sepa_file", day, today=day, now=NOW, by="test", folder=self.folder)
        batch_ends.hand_over(ref, today=day, now=NOW, by="test")
        return batch_files.content(ref, folder=self.folder)[1]

    def take(self, kind: str, day: date) -> None:
        assert self.bank is not None
        for text in self.bank.messages(kind):
            bank_files.take(
                text.encode(),
                f"{kind}.xml",
                folder=self.folder.with_name("bank"),
                today=day,
                now=NOW,
                by="test",
            )

    def trace(self, payment: str) -> str:
        with self.till.house.app.app_context():
            query = select(BatchLine.trace).join(Payment, Payment.id == BatchLine.payment_id)
            return db.session.scalars(query.where(Payment.ref == payment)).one()


@pytest.fixture
def till(house) -> Till:
    return Till(house)


@pytest.fixture
def collecting(till: Till, open_agreement, tmp_path: Path) -> Collecting:
    return Collecting(till, open_agreement, tmp_path / "outgoing")


@pytest.fixture
def with_bank(till: Till, open_agreement, tmp_path: Path, start_bank: StartBank) -> Collecting:
    return Collecting(till, open_agreement, tmp_path / "outgoing", start_bank(clock="2026-03-02T09:00"))


def test_a_debit_settles_two_days_after_it_and_its_return_reopens_the_debt(with_bank: Collecting) -> None:
    till, bank = with_bank.till, with_bank.bank
    till.charge_for_returns(500)
    agreement, payment = with_bank.pay()
    owed = till.owes(agreement)
    content = with_bank.file()
    assert bank.findings(content, XML) == []
    assert bank.pay(content, XML)["status"] == "ACCP"
    assert till.state(payment) == "pending"

    with_bank.take("pain.002.001.10", TODAY)
    assert till.count(Batch, Batch.state == "accepted") == 1

    settled_on = next_business_day(TODAY, 3, "XECB")
    assert batch_settling.settle_due(today=settled_on - DAY, now=NOW).settled == 0
    assert batch_settling.settle_due(today=settled_on, now=NOW).settled == 1
    assert till.state(payment) == "settled"
    assert till.row(payment).returnable_until == settled_on + timedelta(weeks=8)
    assert till.owes(agreement) != owed

    bank.advance("2026-03-09")
    bank.refuse(with_bank.trace(payment), "MD06")
    bank.advance("2026-03-11")
    for kind in ("camt.054.001.08", "pacs.004.001.09", "camt.053.001.08"):
        with_bank.take(kind, date(2026, 3, 11))
    assert (
        till.count(PaymentReturn, PaymentReturn.code == "MD06", PaymentReturn.fee_charge_id.is_not(None)) == 1
    )
    # The interest of the days since has come to it, and the fee of the business for what came back.
    assert sum(till.owes(agreement).values()) >= sum(owed.values()) + 500
    with till.house.app.app_context():
        method = db.session.scalars(select(PaymentMethod).where(PaymentMethod.ref == with_bank.account)).one()
    assert method.stopped_code == "MD06"
    assert till.count(Mandate, Mandate.ended_at.is_(None)) == 0
    assert till.differences() == []


def test_a_debit_that_the_bank_rejects_before_its_day_never_counts(with_bank: Collecting) -> None:
    till, bank = with_bank.till, with_bank.bank
    agreement, payment = with_bank.pay()
    owed = till.owes(agreement)
    bank.pay(with_bank.file(), XML)
    bank.refuse(with_bank.trace(payment), "AM04")
    with_bank.take("pain.002.001.10", TODAY)
    assert (till.state(payment), till.row(payment).failure_code) == ("failed", "AM04")
    assert till.owes(agreement) == owed
    assert batch_settling.settle_due(today=TODAY + 30 * DAY, now=NOW).settled == 0
    assert till.differences() == []


def test_the_first_debit_under_a_lasting_mandate_says_so_and_the_next_ones_do_not(
    collecting: Collecting,
) -> None:
    _, first = collecting.pay(permission=permission(ref="MLASTING1", recurring=True))
    assert b"<SeqTp>FRST</SeqTp>" in collecting.file()
    settled_on = next_business_day(TODAY, 3, "XECB")
    assert batch_settling.settle_due(today=settled_on, now=NOW).settled == 1
    with collecting.till.house.app.app_context():
        mandate_id = db.session.scalars(select(Payment.mandate_id).where(Payment.ref == first)).one()
    later = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    collecting.pay(permission=None, mandate_id=mandate_id, today=date(2026, 3, 6), now=later)
    content = collecting.file(date(2026, 3, 6))
    assert b"<SeqTp>RCUR</SeqTp>" in content
    assert content.count(b"<MndtId>MLASTING1</MndtId>") == 1


def test_a_permission_for_one_payment_is_a_one_off_mandate(collecting: Collecting) -> None:
    collecting.pay()
    assert b"<SeqTp>OOFF</SeqTp>" in collecting.file()


def test_a_debit_without_a_mandate_is_left_out_and_holds_up_no_other(collecting: Collecting) -> None:
    till = collecting.till
    _, without = collecting.pay(permission=None)
    _, right = collecting.pay()
    content = collecting.file()
    assert content.count(b"<DrctDbtTxInf>") == 1
    assert (till.state(without), till.state(right)) == ("failed", "pending")


def test_a_file_in_which_nothing_can_stand_is_no_file_and_somebody_is_told(collecting: Collecting) -> None:
    till = collecting.till
    _, without = collecting.pay(permission=None)
    batches.build("sepa_file", TODAY, today=TODAY, now=NOW, by="test", folder=collecting.folder)
    assert till.state(without) == "failed"
    assert till.count(Batch, Batch.state == "cancelled") == 1
    assert till.count(Task, Task.dedupe_key.like("batch-unmade:%")) == 1
    assert batches.build("sepa_file", TODAY, today=TODAY, now=NOW, by="test", folder=collecting.folder) == []


@pytest.mark.parametrize("block", ["", "-1"], ids=["whole", "block"])
def test_a_file_that_the_bank_rejects_as_a_whole_is_named_for_somebody_to_look_at(
    collecting: Collecting, block: str
) -> None:
    till = collecting.till
    _, payment = collecting.pay()
    message = re.search(rb"<MsgId>([^<]+)", collecting.file()).group(1).decode()
    told = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message}{block}</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>"
    told = f"{told}</OrgnlPmtInfAndSts>" if block else ""
    answer = status(told, original=message, group="PART" if block else "RJCT")
    bank_files.take(
        answer, "no.xml", folder=collecting.folder.with_name("bank"), today=TODAY, now=NOW, by="test"
    )
    with till.house.app.app_context():
        [detail] = db.session.scalars(select(Task.detail).where(Task.kind == "bank_file"))
    assert "sepa-20260303-1.xml" in str(detail)
    assert till.state(payment) == "pending"


def test_money_goes_back_by_other_ways_since_a_file_of_debits_carries_no_credits(
    collecting: Collecting,
) -> None:
    abilities = registry.gateway("sepa_file").abilities
    assert "file" not in ways_of(abilities, "bank", True)


def test_a_file_about_another_account_is_kept_for_a_look_and_does_nothing(with_bank: Collecting) -> None:
    from models import BankFile

    with_bank.bank.advance("2026-03-04")
    with_bank.take("camt.053.001.08", TODAY)
    till = with_bank.till
    assert till.count(BankFile, BankFile.state == "refused") > 0
    assert till.count(BankFile, BankFile.state == "read") > 0
    assert till.count(PaymentReturn) == 0
