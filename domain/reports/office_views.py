"""An agreement as staff see it: its view, who is on it, and what a payment at the counter would do to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from domain.kinds.base import part_sentence
from domain.kinds.owed import owed_on
from domain.records.accounts import CUSTOMER_CREDIT, RECEIVABLES
from domain.records.charging import payer_key
from domain.reports.agreements import View, standing
from domain.reports.back_dating import LaterLine, back_dated
from domain.words import Sentence
from models import Agreement, AgreementParty, Person, db

OWED = (*RECEIVABLES, CUSTOMER_CREDIT)
"""Accounts whose sum is what a customer owes by the books; credit counts against it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody on an agreement; `payer` is the key under which their share of charges stands."""

    ref: str
    name: str
    number: str
    email: str
    role: str
    payer: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One agreement's view and the people on it, first come first."""

    view: View
    holders: Sequence[Holder]


def held(agreements: Sequence[Agreement], on: date) -> list[Held]:
    """The agreements as they stand, with their people: three statements for any number of them."""
    people = holders_of([agreement.id for agreement in agreements])
    return [Held(view, people.get(view.agreement.id, ())) for view in standing(agreements, on)]


def holders_of(ids: Sequence[int]) -> Mapping[int, Sequence[Holder]]:
    """Agreement id -> the people on it today; nothing for one that nobody is on."""
    found: dict[int, list[Holder]] = defaultdict(list)
    rows = db.session.execute(
        select(
            AgreementParty.agreement_id,
            Person.ref,
            Person.name,
            Person.number,
            Person.email,
            AgreementParty.role,
            Person.id,
        )
        .join(Person, Person.id == AgreementParty.person_id)
        .where(AgreementParty.agreement_id.in_(ids), AgreementParty.until_on.is_(None))
        .order_by(AgreementParty.id)
    )
    for row in rows:
        holder = Holder(row.ref, row.name, row.number, row.email, row.role, payer_key(row.id))
        found[row.agreement_id].append(holder)
    return found


@dataclass(frozen=True, slots=True)
class Effect:
    """What a payment of `amount_minor` would do, before anybody takes it. Amounts in minor units.

    `rows` are what it pays and sum to the amount; `above_minor` is kept as the customer's credit. `left_before` and
    `left_after` count the payments left, None where their number says nothing. `payoff_minor` is what would end the
    agreement today, `owed_after_minor` the books' balance. `ends_it`: the agreement is closed by it, which a rental or
    a credit line with nothing owed is not.
    """

    amount_minor: int
    rows: Sequence[tuple[Sentence, int]]
    above_minor: int
    payoff_minor: int
    owed_before_minor: int
    owed_after_minor: int
    due_before_minor: int
    due_after_minor: int
    left_before: int | None
    left_after: int | None
    later: Sequence[LaterLine] = ()
    told_again: bool = True
    ends_it: bool = False


def effect(
    view: View, amount_minor: int, on: date | None = None, extra: str = "shorter", payer: str = ""
) -> Effect:
    """The effect of a payment that counts from `on` (the day of the view where nothing is said); nothing is written.

    `extra`: what the payer wants of money above what is due; `payer`: the key of who pays, "" for whoever brought it.
    """
    made = back_dated(view, amount_minor, on or view.on, extra, payer)
    applied, after = made.applied, made.after
    due_after = view.kind.due(view.terms, after, view.on)
    counted = view.progress.left is not None
    owed_after = owed_on(view.kind, view.terms, after, view.on)
    return Effect(
        amount_minor=amount_minor,
        rows=[(part_sentence(part), part.amount_minor) for part in applied.parts],
        above_minor=sum(part.amount_minor for part in applied.parts if part.bucket == "credit"),
        payoff_minor=view.quote.total_minor,
        owed_before_minor=owed_on(view.kind, view.terms, view.position, view.on),
        owed_after_minor=owed_after,
        due_before_minor=view.due.now_minor,
        due_after_minor=due_after.now_minor,
        left_before=view.due.left if counted else None,
        left_after=due_after.left if counted else None,
        later=made.later,
        told_again=made.told_again,
        ends_it=view.kind.finished(view.terms, after),
    )
