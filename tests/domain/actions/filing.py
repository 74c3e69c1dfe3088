"""What tests of files for the bank share: `Works`, a business that debits Bo's account by file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from domain.actions import bank_files, batch_ends, batch_files, batch_settling, batches
from gateways.ach_file.parser import parse
from models import BankFile, Batch, BatchLine, PaymentMethod, db
from tests.domain.actions.paying import INSTALLMENT, NOW, TODAY, Till


class Works:
    """A business with debits by file: plan some, build, and look at what stands."""

    def __init__(self, till: Till, account: str, open_agreement, folder: Path) -> None:
        self.till, self.account, self.open_agreement, self.folder = till, account, open_agreement, folder

    def plan(self, count: int = 1, amount: int = INSTALLMENT) -> list[str]:
        """Payments of Bo's, each on an agreement of its own; their refs."""
        return [self.till.pay(self.open_agreement("bo"), amount + at, self.account) for at in range(count)]

    def build(self, day: date = TODAY, **more) -> list[str]:
        return batches.build("ach_file", day, today=day, now=NOW, by="test", folder=self.folder, **more)

    def rows(self) -> list[Batch]:
        with self.till.house.app.app_context():
            return list(db.session.scalars(select(Batch).order_by(Batch.id)))

    def lines(self, *conditions) -> list[BatchLine]:
        with self.till.house.app.app_context():
            return list(db.session.scalars(select(BatchLine).where(*conditions).order_by(BatchLine.id)))

    def content(self, ref: str) -> bytes:
        return batch_files.content(ref, folder=self.folder)[1]

    def traces(self) -> list[str]:
        """The traces in all files that stand, as the bank reads them."""
        return [
            entry.fields["trace"]
            for row in self.rows()
            if row.state in ("written", "handed_over", "accepted")
            for batch in parse(self.content(row.ref)).batches
            for entry in batch.entries
        ]

    def hand_over(self, day: date = TODAY) -> None:
        for row in self.rows():
            if row.state == "written":
                batch_ends.hand_over(row.ref, today=day, now=NOW, by="test")

    def settle(self, day: date) -> int:
        return batch_settling.settle_due(today=day, now=NOW).settled

    def method(self, ref: str = "") -> PaymentMethod:
        with self.till.house.app.app_context():
            wanted = PaymentMethod.ref == (ref or self.account)
            return db.session.scalars(select(PaymentMethod).where(wanted)).one()

    def take(self, content: bytes, day: date = TODAY, name: str = "from-the-bank.ach") -> bank_files.Taken:
        return bank_files.take(
            content, name, folder=self.folder.with_name("bank"), today=day, now=NOW, by="test",
            base_url="http://localhost:8000",
        )  # fmt: skip

    def taken(self, ref: str) -> BankFile:
        with self.till.house.app.app_context():
            return db.session.scalars(select(BankFile).where(BankFile.ref == ref)).one()
