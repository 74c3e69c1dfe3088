"""The ways to pay that a person saved, which of them need attention, and how another one can be added.

Verbs: `methods`, `method`, `additions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from domain.access import Scope, any_of
from domain.rules.account_entry import FIELDS
from domain.rules.calendar import add_months
from domain.rules.method_notices import last_day, warns
from domain.words import N_, Sentence
from gateways import registry
from gateways.codes import Reason, reason
from models import Agreement, Business, PaymentMethod, db

_COLUMNS = (
    PaymentMethod.ref, PaymentMethod.label, PaymentMethod.kind, PaymentMethod.bank_name, PaymentMethod.expires,
    PaymentMethod.kept, PaymentMethod.nickname, PaymentMethod.rank, PaymentMethod.funding, PaymentMethod.account_type,
    PaymentMethod.verification, PaymentMethod.verify_sent_on, PaymentMethod.verify_amounts_sealed.is_not(None),
    PaymentMethod.stopped_code,
)  # fmt: skip
FUNDING = {"credit": N_("Credit card"), "debit": N_("Debit card"), "prepaid": N_("Prepaid card")}


@dataclass(frozen=True, slots=True)
class Method:
    """A saved way to pay. `expires` is the last month of a card ("2030-12"), empty for a bank account.

    `rank` is "primary", "backup" or "other"; `verification` says whether it is proved ("sent": it waits for that, since
    `sent_on` where the bank has it; `by_amounts`: the owner types two amounts); `stopped_code` why it cannot be used.
    """

    ref: str
    label: str
    instrument: str
    bank_name: str
    expires: str
    kept: bool
    nickname: str = ""
    rank: str = "other"
    funding: str = ""
    account_type: str = ""
    verification: str = "none"
    sent_on: date | None = None
    by_amounts: bool = False
    stopped_code: str = ""

    @property
    def name(self) -> str:
        """What its owner calls it, else what it is called."""
        return self.nickname or self.label

    @property
    def what(self) -> Sentence:
        """What it is, in a word or two."""
        if self.instrument == "bank":
            types = {"checking": N_("Checking account"), "savings": N_("Savings account")}
            return Sentence(types.get(self.account_type, N_("Bank account")))
        return Sentence(FUNDING.get(self.funding, N_("Card")))

    @property
    def stopped(self) -> Reason | None:
        """Why it cannot be used and what to do; None while it can."""
        return reason(self.stopped_code) if self.stopped_code else None

    @property
    def waits(self) -> Sentence | None:
        """What it waits for before it can be used; None when for nothing."""
        if self.verification == "failed":
            return Sentence(N_("It could not be confirmed and cannot be used. Remove it and add it again."))
        if self.verification != "sent":
            return None
        if self.by_amounts and self.sent_on is None:
            return Sentence(N_("We send two small amounts to it with the next file for the bank."))
        if self.by_amounts:
            words = N_("Two small amounts were sent on %(day)s. Type them here when they are there.")
            return Sentence(words, {"day": self.sent_on})
        if self.sent_on is None:
            return Sentence(N_("We ask the bank whether this account is there, with the next file for it."))
        words = N_("We asked the bank on %(day)s. It can be used when three banking days have passed.")
        return Sentence(words, {"day": self.sent_on})

    @property
    def ready(self) -> bool:
        return not self.stopped_code and self.verification in ("none", "passed")

    def expires_on(self) -> date | None:
        """The last day of the month printed on the card."""
        return last_day(self.expires)

    def warns(self, on: date) -> bool:
        """Whether its owner is warned of its end: this month or the next."""
        return warns(self.expires, on)

    def state(self, on: date) -> str:
        """ "expired", "soon" (within two months) or "" as of a day."""
        last = self.expires_on()
        if last is None:
            return ""
        return "expired" if last < on else "soon" if last <= add_months(on, 2) else ""


def methods(scope: Scope, also: str = "") -> list[Method]:
    """What the person can pay with; `also` names one that is to serve once and is not kept."""
    values = {**scope.values, "person": scope.person_id, "also": also}
    return [Method(*row) for row in db.session.execute(_saved(scope.role), values)]


def method(scope: Scope, ref: str) -> Method | None:
    """One way to pay of the person that is in use; None where there is none such."""
    return next((one for one in methods(scope, also=ref) if one.ref == ref), None)


@dataclass(frozen=True, slots=True)
class Addition:
    """A way to add another one: typed here (`typed`), or chosen on the page of the processor `gateway`."""

    gateway: str
    typed: bool
    bank: bool
    card: bool


def additions(scope: Scope) -> list[Addition]:
    """How a way to pay can be added: accounts of the currencies the person needs, and the pages of processors."""
    wanted = set(db.session.scalars(scope.select(Agreement, Agreement.currency).distinct()))
    wanted.add(db.session.scalar(select(Business.currency)) or "USD")
    typed = [
        Addition(one.name, True, True, False)
        for one in registry.all_gateways()
        if one.name in FIELDS and "file" in one.abilities and registry.by_file(one.name).currency in wanted
    ]
    pages = [
        Addition(one.name, False, "bank" in one.takes, "card" in one.takes)
        for one in registry.able_to("charge")[:1]  # another stands behind it for what it took before
        if "hosted_page" in one.abilities
    ]
    return [*typed, *pages]


@cache
def _saved(role: str) -> Select[Any]:
    return (
        any_of(role)
        .select(PaymentMethod, *_COLUMNS)
        .where(PaymentMethod.person_id == bindparam("person"), PaymentMethod.removed_at.is_(None))
        .where(or_(PaymentMethod.kept, PaymentMethod.ref == bindparam("also")))
        .order_by(PaymentMethod.rank == "other", PaymentMethod.rank != "primary", PaymentMethod.id)
    )
