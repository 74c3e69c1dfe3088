"""What tests of payments share: fixed days, and a `Till` at which Bo pays and the other side's record is read."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from domain.access import Scope
from domain.actions import payment_watch, payments
from domain.actions.payments import Event
from domain.records.accounts import CUSTOMER_CREDIT, RECEIVABLES
from domain.records.position import balances_of
from domain.reports.book_check import check
from domain.transaction import transaction
from gateways import registry
from gateways.base import GatewaySilent
from models import Agreement, AuditEvent, Business, JournalLine, Outbox, Payment, PaymentEvent, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.people import House

TODAY = date(2026, 3, 2)
"""A Monday. Tests that use it are marked `settings(DUEBOOK_TODAY="2026-03-02")`."""
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
INSTALLMENT = 15_597


@dataclass
class Till:
    """Payments begun by people of the house, and what both sides say of them."""

    house: House

    def who(self, name: str) -> Scope:
        return scope_of(self.house, name)

    def pay(self, agreement: str, amount: int, method: str, ref: str = "", **more: Any) -> str:
        """Begin a payment through the action; by Bo, today, and twice if asked twice unless said otherwise."""
        who = self.who(more.pop("name", "bo"))
        wishes = {"today": TODAY, "now": NOW, "again": True} | more
        return payments.start(agreement, amount, method, ref or secrets.token_urlsafe(16), who=who, **wishes)

    def row(self, ref: str) -> Payment:
        with self.house.app.app_context():
            return db.session.scalars(select(Payment).where(Payment.ref == ref)).one()

    def state(self, ref: str) -> str:
        return self.row(ref).state

    def count(self, model: type[Any], *conditions: Any) -> int:
        with self.house.app.app_context():
            return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0

    def timeline(self, ref: str) -> list[str]:
        with self.house.app.app_context():
            query = select(PaymentEvent.event).join(Payment, Payment.id == PaymentEvent.payment_id)
            return list(db.session.scalars(query.where(Payment.ref == ref).order_by(PaymentEvent.id)))

    def audits(self, action: str) -> int:
        return self.count(AuditEvent, AuditEvent.action == action)

    def mails(self, template: str) -> int:
        return self.count(Outbox, Outbox.template == template)

    def mailed_to(self, template: str) -> list[str]:
        with self.house.app.app_context():
            query = select(Outbox.to_address).where(Outbox.template == template).order_by(Outbox.id)
            return list(db.session.scalars(query))

    def detail(self, action: str) -> dict[str, Any]:
        """What the last line of the audit trail with this action says."""
        with self.house.app.app_context():
            query = (
                select(AuditEvent.detail).where(AuditEvent.action == action).order_by(AuditEvent.id.desc())
            )
            return db.session.scalars(query).first() or {}

    def charges(self, ref: str = "") -> list[tuple[str, int, str]]:
        """(ref, amount, state) in the processor's own record."""
        records = registry.default().charges()
        return [(found.ref, found.amount_minor, found.state) for found in records if ref in ("", found.ref)]

    def agreement(self, ref: str) -> Agreement:
        with self.house.app.app_context():
            return db.session.scalars(select(Agreement).where(Agreement.ref == ref)).one()

    def balances(self, agreement: str) -> dict[str, int]:
        """Account -> balance of the agreement, without those that are zero."""
        with self.house.app.app_context():
            found = balances_of(db.session, self.agreement(agreement).id)
        return {account: amount for account, amount in sorted(found.items()) if amount}

    def owes(self, agreement: str) -> dict[str, int]:
        """The same, of what the borrower owes (and of their credit, which is negative)."""
        theirs = {*RECEIVABLES, CUSTOMER_CREDIT}
        return {account: amount for account, amount in self.balances(agreement).items() if account in theirs}

    def total(self, account: str) -> int:
        with self.house.app.app_context():
            query = select(func.coalesce(func.sum(JournalLine.amount_minor), 0))
            return db.session.scalar(query.where(JournalLine.account == account)) or 0

    def differences(self) -> list[str]:
        """What `flask books verify` would complain about."""
        with self.house.app.app_context():
            return check(db.session).differences

    def settle(self, ref: str, event: str, **more: Any) -> bool:
        on = more.pop("on", TODAY)
        return payments.settle(ref, Event(event, on, **more), by="test", today=on, now=NOW)

    def days(self, count: int, first: date = TODAY, *, read: bool = True) -> date:
        """Let the processor live `count` days after `first`; read what it says happened unless told not to."""
        day = first
        for _ in range(count):
            day += DAY
            registry.default().advance(on=day, now=NOW)
            if read:
                payment_watch.read_events(today=day, now=NOW)
        return day

    def change(self, statement: Any) -> None:
        """Bring a row into a state that people cannot bring it into."""
        with transaction() as session:
            session.execute(statement)

    def charge_for_returns(self, fee_minor: int) -> None:
        """Let the business charge a fee for each payment that comes back."""
        self.change(update(Business).values(returned_payment_fee_minor=fee_minor))


@contextmanager
def not_answering(*verbs: str) -> Iterator[None]:
    """The processor answers nothing to these verbs meanwhile."""

    def hang_up(*_given: Any, **_named: Any) -> None:
        raise GatewaySilent("the line is dead")

    with pytest.MonkeyPatch.context() as patch:
        for verb in verbs:
            patch.setattr(registry.default(), verb, hang_up)
        yield


def at_once(count: int, work: Any) -> list[Any]:
    """`work(number)` in `count` threads at the same time; what each returned, or the exception it raised."""

    def one(number: int) -> Any:
        try:
            return work(number)
        except Exception as raised:
            return raised

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))
