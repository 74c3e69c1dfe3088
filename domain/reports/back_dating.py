"""What a payment with an earlier day would do, to itself and to everything posted since. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy.orm import Session

from domain.kinds import recovery
from domain.kinds.base import Application, Position
from domain.kinds.replay import Paid, Told, WentBack
from domain.records.books import Head
from domain.records.charge_offs import not_recovered
from domain.records.replaying import Later, retell
from domain.reports.agreements import View
from domain.reports.previews import with_closing
from domain.words import N_, Money, Sentence
from models import Standing, db


@dataclass(frozen=True, slots=True)
class LaterLine:
    """A later payment or return: its day and amount, and its interest, principal and rest, before and after.

    All amounts in minor units.
    """

    what: Sentence
    on: date
    amount_minor: int
    before: tuple[int, int, int]
    after: tuple[int, int, int]
    changes: bool


@dataclass(frozen=True, slots=True)
class BackDated:
    """A payment put into the past: what it pays, where the agreement ends, and every later line.

    `told_again` is False where the history cannot be told again: the payment then counts from the day through which
    interest stands.
    """

    applied: Application
    after: Position
    later: Sequence[LaterLine]
    told_again: bool


def back_dated(view: View, amount_minor: int, on: date, extra: str = "shorter", payer: str = "") -> BackDated:
    """The effect of a payment of `amount_minor` that counts from `on`, on the agreement as it stands.

    `extra`: what the payer wants of money above what is due; `payer`: the key of who pays, "" for whoever.
    """
    session = cast(Session, db.session)
    if view.agreement.status == "charged_off":
        lost = not_recovered(session, view.agreement.id)
        recovered = recovery.apply(view.position, lost, amount_minor)
        return BackDated(recovered, recovered.after, (), True)
    standing = cast(Head, session.get_one(Standing, view.agreement.id))
    retold = None
    if view.position.interest_from > on:
        retold = retell(session, standing, view.agreement, Paid("", on, amount_minor, extra, payer))
    if retold is None or retold.new.applied is None:
        start = with_closing(view, amount_minor, on, extra)
        applied = view.kind.apply(view.terms, start, amount_minor, on, extra=extra, payer=payer)
        return BackDated(applied, applied.after, (), view.position.interest_from <= on)
    lines = [_line(later, view.currency) for later in retold.later]
    return BackDated(retold.new.applied, retold.after, [line for line in lines if line is not None], True)


def _line(later: Later, currency: str) -> LaterLine | None:
    fact = later.before.fact
    if isinstance(fact, Paid):
        what = Sentence(N_("Payment of %(amount)s"), {"amount": Money(fact.amount_minor, currency)})
        amount = fact.amount_minor
    elif isinstance(fact, WentBack):
        what, amount = (
            Sentence(N_("Payment that went back")),
            sum(part.amount_minor for part in later.before.parts),
        )
    else:
        return None
    return LaterLine(what, fact.on, amount, _split(later.before), _split(later.after), later.changes)


def _split(told: Told) -> tuple[int, int, int]:
    interest = sum(part.amount_minor for part in told.parts if part.bucket == "interest")
    principal = sum(part.amount_minor for part in told.parts if part.bucket == "principal")
    return interest, principal, sum(part.amount_minor for part in told.parts) - interest - principal
