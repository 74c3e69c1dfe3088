"""What tests of autopay share: `Contracts` writes contracts as their acceptance keeps them, and runs their days."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from domain.actions import autopay_announcing, autopay_run
from domain.records.mandates import Accepted, keep_mandate
from domain.transaction import transaction
from models import (
    Agreement,
    Autopay,
    AutopayDebit,
    AutopayMethod,
    Business,
    Payment,
    PaymentMethod,
    Person,
    RunDecision,
    Task,
    db,
)
from tests.domain.actions.paying import DAY, NOW, TODAY, Till

DUE = date(2026, 3, 16)
"""The third installment of the loan that `open_agreement` makes; the second is due `TODAY`."""


class Contracts:
    """Autopay of people of the house, in front of the till."""

    def __init__(self, till: Till) -> None:
        self.till = till

    def write(
        self,
        agreement: str,
        *methods: str,
        name: str = "bo",
        due_on: date = DUE,
        debit_on: date | None = None,
        send_on: date | None = None,
        accepted_on: date = TODAY - 30 * DAY,
        last_minor: int | None = None,
        **terms: Any,
    ) -> str:
        """A contract that was accepted, with its next debit on `debit_on` for what is due on `due_on`; its ref."""
        ref = secrets.token_urlsafe(12)
        debit_on = debit_on or due_on
        with transaction() as session:
            row = session.scalars(select(Agreement).where(Agreement.ref == agreement)).one()
            person = session.scalars(
                select(Person.id).where(Person.ref == self.till.house.person(name))
            ).one()
            ids = [
                session.scalars(select(PaymentMethod.id).where(PaymentMethod.ref == one)).one()
                for one in methods
            ]
            accepted = Accepted("ach", "I allow it.", "test", class_code="WEB", recurring=True)
            mandate = keep_mandate(
                session, accepted, method_id=ids[0], person_id=person, agreement_id=row.id, by="user:1",
                today=accepted_on, now=NOW,
            )  # fmt: skip
            values = {
                "ref": ref, "agreement_id": row.id, "person_id": person, "state": "active", "amount_rule": "due",
                "starts_on": accepted_on, "mandate_id": mandate, "next_period": due_on.isoformat(),
                "next_due_on": due_on, "next_debit_on": debit_on, "next_send_on": send_on or debit_on,
                "last_minor": last_minor, "created_at": NOW, "created_by": "user:1",
            } | terms  # fmt: skip
            key = session.execute(insert(Autopay).values(**values).returning(Autopay.id)).scalar_one()
            for position, method in enumerate(ids):
                session.execute(
                    insert(AutopayMethod).values(autopay_id=key, position=position, method_id=method)
                )
        return ref

    def change(self, ref: str, **values: Any) -> None:
        self.till.change(update(Autopay).where(Autopay.ref == ref).values(**values))

    def house(self, **values: Any) -> None:
        self.till.change(update(Business).values(**values))

    def row(self, ref: str) -> Autopay:
        with self.till.house.app.app_context():
            return db.session.scalars(select(Autopay).where(Autopay.ref == ref)).one()

    def debits(self, ref: str) -> list[AutopayDebit]:
        with self.till.house.app.app_context():
            query = select(AutopayDebit).join(Autopay, Autopay.id == AutopayDebit.autopay_id)
            return list(db.session.scalars(query.where(Autopay.ref == ref).order_by(AutopayDebit.period)))

    def payments(self, ref: str) -> list[Payment]:
        with self.till.house.app.app_context():
            query = select(Payment).where(Payment.ref.startswith(f"autopay-{ref}-", autoescape=True))
            return list(db.session.scalars(query.order_by(Payment.id)))

    def taken(self, ref: str) -> list[tuple[int, str]]:
        """(amount, state) of every payment of the contract."""
        return [(one.amount_minor, one.state) for one in self.payments(ref)]

    def tasks(self, key: str) -> int:
        return self.till.count(
            Task, Task.dedupe_key.startswith(key, autoescape=True), Task.closed_at.is_(None)
        )

    def decide(self, ref: str, period: str, decision: str, until_on: date | None = None) -> None:
        """What staff decide of a debit of tonight's run."""
        row = self.row(ref)
        self.till.change(
            insert(RunDecision).values(
                ref=secrets.token_urlsafe(12), key=f"debit:{ref}:{period}", agreement_id=row.agreement_id,
                decision=decision, reason="test", until_on=until_on, decided_at=NOW, decided_by="user:2",
            )
        )  # fmt: skip

    def tell(self, on: date) -> autopay_announcing.Announced:
        return autopay_announcing.announce(today=on, now=NOW)

    def run(self, on: date, **more: Any) -> autopay_run.Begun:
        return autopay_run.begin_due(today=on, now=NOW, **more)
