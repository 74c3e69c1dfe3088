"""What tests of changes share: the ledger of one agreement, and Dana making a change on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from domain.actions import billing, changes, charges
from domain.kinds import kind_of
from domain.records.position import balances_of, position_of
from domain.reports.book_check import check
from models import Agreement, AgreementChange, Charge, Standing, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.people import House

UTC_ZONE = ZoneInfo("UTC")


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 15, tzinfo=UTC)


class Office:
    """Dana at her desk."""

    def __init__(self, house: House):
        self.house, self.made = house, 0

    def change(self, ref: str, what: Any, on: date, *, who: str = "dana", **more: Any) -> int:
        self.made += 1
        reason, form = more.pop("reason", "agreed by phone"), more.pop("form", f"form-{self.made}")
        clock = {"who": scope_of(self.house, who), "today": on, "now": moment(on)}
        return changes.make(ref, what, reason, form, **clock, **more)

    def preview(self, ref: str, what: Any, on: date, who: str = "dana") -> changes.Preview:
        return changes.preview(ref, what, who=scope_of(self.house, who), today=on, now=moment(on))

    def bill(self, on: date) -> billing.Billed:
        at = moment(on).replace(tzinfo=None)
        return billing.bill(today=on, at=at, zone=UTC_ZONE, now=moment(on))

    def take(self, ref: str, amount_minor: int, on: date) -> str:
        """Cash at the counter."""
        from domain.actions import counter

        self.made += 1
        who = scope_of(self.house, "dana")
        return counter.take(ref, amount_minor, "cash", f"cash-{self.made}", who=who, today=on, now=moment(on))

    def charge(self, ref: str, amount_minor: int, on: date) -> int:
        """Something else that is owed."""
        self.made += 1
        who = scope_of(self.house, "dana")
        wanted = charges.Wanted("one_off", "Keys", amount_minor, on)
        return charges.add(ref, wanted, f"charge-{self.made}", who=who, today=on, now=moment(on))

    def agreement(self, ref: str) -> Agreement:
        with self.house.app.app_context():
            return db.session.scalars(select(Agreement).where(Agreement.ref == ref)).one()

    def position(self, ref: str) -> Any:
        with self.house.app.app_context():
            agreement = db.session.scalars(select(Agreement).where(Agreement.ref == ref)).one()
            head = db.session.get(Standing, agreement.id)
            return position_of(db.session, agreement.id, agreement.kind, head)

    def terms(self, ref: str) -> Any:
        with self.house.app.app_context():
            agreement = db.session.scalars(select(Agreement).where(Agreement.ref == ref)).one()
            return kind_of(agreement.kind).read(agreement)

    def plan(self, ref: str, on: date) -> list[tuple[date, int]]:
        """(due day, minor units) of what is still to be paid."""
        kind = kind_of(self.agreement(ref).kind)
        rows = kind.schedule(self.terms(ref), self.position(ref), on)
        return [(row.due_on, row.open_minor) for row in rows if row.open_minor]

    def owed(self, ref: str) -> int:
        return self.position(ref).owed_minor

    def balances(self, ref: str) -> dict[str, int]:
        with self.house.app.app_context():
            kept = balances_of(db.session, self.agreement(ref).id)
        return {account: amount for account, amount in sorted(kept.items()) if amount}

    def charges(self, ref: str) -> list[tuple[str, str, int]]:
        """(rule, name, minor units) of every row, in the order in which they were posted."""
        with self.house.app.app_context():
            query = select(Charge).where(Charge.agreement_id == self.agreement(ref).id).order_by(Charge.id)
            return [(row.rule, row.name, row.amount_minor) for row in db.session.scalars(query)]

    def history(self, ref: str) -> list[AgreementChange]:
        with self.house.app.app_context():
            query = select(AgreementChange).where(AgreementChange.agreement_id == self.agreement(ref).id)
            return list(db.session.scalars(query.order_by(AgreementChange.number)))

    def differences(self) -> list[str]:
        """What `flask books verify` would complain about."""
        with self.house.app.app_context():
            return check(db.session).differences
