"""One person's agreements as they stand on a day. `views` for all of them, `view` for one that was looked up.

A `View` puts the stored row and the answers of its kind side by side, so that pages ask nobody which kind it is.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Select, bindparam, case, exists, literal, select
from sqlalchemy.orm import contains_eager, joinedload

from domain.access import Scope, any_of
from domain.kinds import kind_of
from domain.kinds.base import Due, Figure, Installment, Position, Progress, Quote
from domain.kinds.charged import seen_by
from domain.kinds.kind import Kind
from domain.kinds.offers import Offers, offers_of
from domain.records.charging import payer_key
from domain.records.parties import pays_alone
from domain.reports.positions import on_its_way, positions
from domain.rules.money import parse_amount
from domain.rules.payment_states import ON_ITS_WAY
from domain.words import Money, Refused, Sentence
from models import Agreement, AgreementParty, Hold, Person, db

WITH_TERMS = (joinedload(Agreement.loan), joinedload(Agreement.standing))
"""What a look-up of one agreement loads with it for `view`."""


@dataclass(frozen=True)
class View:
    """An agreement on the day `on`. `pending_minor` is money on its way that no posting knows of yet.

    `payer` is the key of the customer who looks, "" for staff: what is another payer's alone is not in it. `held` says
    to a customer that nothing can be paid in the portal for now; staff take money all the same. `alone`: the payer is
    on it for a share of their own (an agency), and sees that share only.
    """

    agreement: Agreement
    position: Position
    on: date
    pending_minor: int = 0
    payer: str = ""
    held: bool = False
    alone: bool = False

    @cached_property
    def kind(self) -> Kind:
        return kind_of(self.agreement.kind)

    @property
    def offers(self) -> Offers:
        """What it offers to somebody who is about to pay."""
        return offers_of(self.agreement.kind)

    @cached_property
    def terms(self) -> Any:
        return self.kind.of_payer(self.kind.read(self.agreement), self.payer, self.alone)

    @cached_property
    def due(self) -> Due:
        return self.kind.due(self.terms, self.position, self.on)

    @cached_property
    def quote(self) -> Quote:
        """What ends it today."""
        return self.kind.close(self.terms, self.position, self.on)

    @cached_property
    def plan(self) -> Sequence[Installment]:
        return self.kind.schedule(self.terms, self.position, self.on)

    @cached_property
    def facts(self) -> Sequence[tuple[str | Sentence, Any]]:
        """What was agreed on; nothing for somebody who pays a share alone: the terms are between others."""
        return () if self.alone else self.kind.facts(self.terms)

    @cached_property
    def details(self) -> Sequence[tuple[str, Any]]:
        """What it is for, as (name, value) pairs of text and numbers; a price that reads as an amount is Money."""
        stored = (self.agreement.details or {}).items()
        return [(name, self._detail(name, value)) for name, value in stored if isinstance(value, str | int)]

    def _detail(self, name: str, value: str | int) -> str | int | Money:
        if name.casefold() != "price":
            return value
        try:
            return Money(parse_amount(str(value), self.currency), self.currency)
        except Refused:
            return value

    @cached_property
    def figures(self) -> Sequence[Figure]:
        """What the kind shows beside what is due, what is owed and what ends it; nothing once it was charged off."""
        return () if self.charged_off else self.kind.figures(self.terms, self.position, self.on)

    @cached_property
    def progress(self) -> Progress:
        return Progress(0, 0) if self.charged_off else self.kind.progress(self.terms, self.position, self.on)

    def words(self, name: str) -> Sentence:
        """What the kind calls a thing on its pages, by the names of `domain.kinds.base.WORDS`."""
        return Sentence(self.kind.WORDS[name])

    @property
    def headline(self) -> Sentence:
        """What the one figure is called that a payer comes for."""
        return self.words("due" if self.due.now_minor else "next")

    @property
    def to_go(self) -> Sentence | None:
        """What ends it today, in one line; None where that says nothing more."""
        words, amount = self.kind.WORDS["to_go"], Money(self.quote.total_minor, self.currency)
        return Sentence(words, {"amount": amount}) if words and amount.minor else None

    @property
    def progress_words(self) -> Sentence:
        """How far it has come, for the bar."""
        return Sentence(self.kind.WORDS["percent"], {"percent": self.progress.percent})

    @property
    def ends_apart(self) -> bool:
        """Whether a sum of its own ends it today: not what is owed by the books, or one that buys something."""
        quote, owed = self.quote, max(self.balance_minor, 0)
        apart = quote.buys or quote.per_diem_minor > 0 or quote.total_minor != owed
        return apart and bool(self.kind.WORDS["close"])

    @property
    def columns(self) -> Sequence[str]:
        """Which figures of an installment the plan shows."""
        return self.kind.PLAN_COLUMNS

    @property
    def closes_cycles(self) -> bool:
        """Whether there are statements."""
        return self.kind.STATEMENTS

    @property
    def ref(self) -> str:
        return self.agreement.ref

    @property
    def number(self) -> str:
        return self.agreement.number

    @property
    def name(self) -> str:
        """What for, in plain words; the number where nobody said."""
        return self.agreement.title or self.agreement.number

    @property
    def whole_name(self) -> str:
        """The name and the number, the number alone where nobody said what it is for."""
        return f"{self.agreement.title} · {self.number}" if self.agreement.title else self.number

    @property
    def currency(self) -> str:
        return self.agreement.currency

    @property
    def open(self) -> bool:
        return self.agreement.status == "active"

    @property
    def charged_off(self) -> bool:
        """Whether the business gave up what was owed: no limit, no plan and no minimum mean anything any more."""
        return self.agreement.status == "charged_off"

    @property
    def payable_here(self) -> bool:
        """Whether the customer can pay something in the portal now."""
        return self.open and not self.held and bool(self.payable_minor)

    @property
    def balance_minor(self) -> int:
        """What the books say is owed: principal, interest posted and charges, less credit. A payoff adds days."""
        return self.position.owed_minor

    @property
    def payable_minor(self) -> int:
        """The most that can be paid now: what the kind lets be paid, less what is on its way."""
        return max(self.kind.payable(self.terms, self.position, self.on) - self.pending_minor, 0)

    @property
    def uncovered_minor(self) -> int:
        """What is due now and not on its way yet."""
        return max(self.due.now_minor - self.pending_minor, 0)

    @property
    def curing(self) -> bool:
        """Whether something is due now and all of it is on its way."""
        return self.due.now_minor > 0 and self.uncovered_minor == 0

    @property
    def since(self) -> date | None:
        """The day from which what is due now is owed: of the oldest late installment, else of the oldest charge."""
        if self.due.days_late:
            return self.on - timedelta(days=self.due.days_late)
        return self.due.headline_on

    @property
    def paid_percent(self) -> int:
        """How much of the whole is met, in whole percent rounded down: 100 means nothing is left."""
        return self.progress.percent


def own(scope: Scope, on: date) -> list[View]:
    """The agreements the person may see as they stand on a day, those under way first, without what is on its way."""
    rows = db.session.execute(_rows(scope.role), scope.values)
    found = {row: (bool(hold), bool(alone)) for row, hold, alone in rows}
    payers = {row.id for row, (_hold, alone) in found.items() if alone}
    told = standing(list(found), on, payer_of(scope), payers)
    return [replace(one, held=found[one.agreement][0]) for one in told]


_HELD = exists().where(Hold.agreement_id == Agreement.id, Hold.lifted_at.is_(None))
_ALONE = exists().where(
    AgreementParty.agreement_id == Agreement.id, AgreementParty.person_id == bindparam("scope_person"),
    AgreementParty.role == literal("payer"), AgreementParty.until_on.is_(None),
)  # fmt: skip


@cache
def _rows(role: str) -> Select[Any]:
    return (
        any_of(role)
        .select(Agreement)
        .add_columns(_HELD, _ALONE)
        .outerjoin(Agreement.loan)
        .join(Agreement.standing)
        .options(contains_eager(Agreement.loan), contains_eager(Agreement.standing))
        .order_by(case((Agreement.status == "active", 0), else_=1), Agreement.id)
    )


def views(scope: Scope, on: date) -> list[View]:
    """All agreements of a customer, as they stand on a day."""
    return _with_pending(own(scope, on))


def payer_of(scope: Scope) -> str:
    """The key of the payer whose shares a customer sees: their own; "" for the business and landlords, who see all."""
    return payer_key(scope.person_id) if scope.role == "customer" else ""


def standing(
    agreements: Sequence[Agreement], on: date, payer: str = "", alone: Container[int] = ()
) -> list[View]:
    """The given agreements as they stand for a payer, without asking what is on its way.

    `alone`: ids of those on which the payer owes a share of their own and nothing else.
    """
    at = positions(agreements)
    return [
        View(row, seen_by(at[row.id], payer, row.id in alone), on, payer=payer, alone=row.id in alone)
        for row in agreements
    ]


def view(agreement: Agreement, on: date, payer: str = "") -> View:
    """One agreement as it stands on a day for a payer, with what is on its way."""
    alone = (agreement.id,) if pays_alone(db.session, agreement.id, payer) else ()
    found = _with_pending(standing([agreement], on, payer, alone))[0]
    held = payer and db.session.scalar(select(_HELD).where(Agreement.id == agreement.id))
    return replace(found, held=bool(held)) if payer else found


def _with_pending(found: list[View]) -> list[View]:
    if not found:
        return []
    pending = on_its_way([one.agreement.id for one in found], ON_ITS_WAY, found[0].payer)
    return [replace(one, pending_minor=pending.get(one.agreement.id, 0)) for one in found]


def people_on(scope: Scope, agreement: Agreement) -> list[tuple[str, str]]:
    """(name, role) of who stands on an agreement that the person may see, first signed first."""
    query = (
        scope.select(Agreement, Person.name, AgreementParty.role)
        .join(AgreementParty, AgreementParty.agreement_id == Agreement.id)
        .join(Person, Person.id == AgreementParty.person_id)
        .where(Agreement.id == agreement.id, AgreementParty.until_on.is_(None))
        .order_by(AgreementParty.id)
    )
    return [(name, role) for name, role in db.session.execute(query)]


def names(scope: Scope) -> list[tuple[str, str]]:
    """(ref, name) of the person's agreements, for a filter to choose from."""
    query = scope.select(Agreement, Agreement.ref, Agreement.title, Agreement.number).order_by(Agreement.id)
    return [
        (ref, f"{title} · {number}" if title else number) for ref, title, number in db.session.execute(query)
    ]
