"""What tests of autopay share: contracts, the text that goes with them, and looking at what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from domain.actions import autopay
from domain.records.mandates import Accepted
from domain.rules.authorisations import Facts
from domain.rules.autopay import Contract
from domain.rules.autopay_text import autopay_text
from models import Autopay, AutopayDebit, Mandate, PaymentMethod, db
from tests.domain.actions.paying import NOW, TODAY, Till


def contract(rule: str = "due", **wishes: Any) -> Contract:
    return Contract(wishes.pop("currency", "USD"), rule, wishes.pop("starts_on", TODAY), **wishes)


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 15, tzinfo=UTC)


@dataclass
class Autopays:
    """Contracts of Bo and others, through the actions themselves."""

    till: Till

    def method(self, ref: str) -> PaymentMethod:
        with self.till.house.app.app_context():
            return db.session.scalars(select(PaymentMethod).where(PaymentMethod.ref == ref)).one()

    def permission(self, wanted: Contract, method: str, **more: Any) -> Accepted:
        """The text of the contract as its person accepts it."""
        found = self.method(method)
        facts = Facts(
            business="Harbor", contact="(555) 0100", account=f"{found.label} {found.last4}", agreement="L-1",
            currency=wanted.currency,
        )  # fmt: skip
        asked = autopay_text("card" if found.kind == "card" else "ach", facts, wanted)
        values = {
            "scheme": asked.scheme, "text": asked.text(str), "version": asked.version, "class_code": asked.class_code,
            "recurring": True, "strength": "totp",
        }  # fmt: skip
        return Accepted(**(values | more))

    def set_up(self, agreement: str, *methods: str, wanted: Contract | None = None, **more: Any) -> str:
        wanted = wanted or contract()
        who = self.till.who(more.pop("name", "bo"))
        values = {"today": TODAY, "now": NOW, "permission": self.permission(wanted, methods[0])} | more
        return autopay.set_up(agreement, wanted, methods, who=who, **values)

    def row(self, ref: str) -> Autopay:
        with self.till.house.app.app_context():
            return db.session.scalars(select(Autopay).where(Autopay.ref == ref)).one()

    def debit(self, ref: str, period: str = "") -> AutopayDebit | None:
        with self.till.house.app.app_context():
            query = select(AutopayDebit).join(Autopay, Autopay.id == AutopayDebit.autopay_id)
            query = query.where(Autopay.ref == ref).order_by(AutopayDebit.id.desc())
            return db.session.scalars(query.where(AutopayDebit.period == period) if period else query).first()

    def mandates(self) -> list[Mandate]:
        with self.till.house.app.app_context():
            return list(db.session.scalars(select(Mandate).order_by(Mandate.id)))

    def run(self, day: date = TODAY) -> Any:
        """Tell of what comes the day before, and begin what is due on the day."""
        from domain.actions import autopay_announcing, autopay_run

        before = day - timedelta(days=1)
        autopay_announcing.announce(today=before, now=at_noon(before))
        return autopay_run.begin_due(today=day, now=at_noon(day))


WEEK = timedelta(days=7)
