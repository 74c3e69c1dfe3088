"""The customer's first page: each agreement's figure, what needs them, in a number of statements that never grows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, literal, or_

from domain.access import Scope, any_of
from domain.reports import my_methods
from domain.reports.agreements import View, own
from domain.reports.payment_story import fee_words
from domain.reports.payments import NEWEST_FIRST, Line, lines
from domain.rules.payment_states import ON_ITS_WAY
from domain.words import N_, Money, Sentence
from gateways.codes import reason
from models import Payment, PaymentReturn, db

ALERT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that needs the person: what happened, what it cost, what to do. Leads to a payment, or to methods."""

    title: Sentence
    text: Sequence[Sentence]
    variant: str
    payment_ref: str = ""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`tiles` are the agreements, those under way first; `alerts` the newest first."""

    tiles: Sequence[View]
    alerts: Sequence[Alert]

    @property
    def late(self) -> Sequence[View]:
        """Those that are late and whose payment is not on its way yet."""
        return [tile for tile in self.tiles if tile.open and tile.due.days_late and not tile.curing]

    @property
    def curing(self) -> Sequence[View]:
        """Those whose payment of all that is due is on its way."""
        return [tile for tile in self.tiles if tile.open and tile.curing]

    @property
    def due(self) -> Sequence[View]:
        """Those with something to pay now that is neither late nor on its way."""
        return [tile for tile in self.tiles if tile.open and not tile.due.days_late and tile.uncovered_minor]

    @property
    def payable(self) -> Sequence[View]:
        """Those on which something can be paid now."""
        return [tile for tile in self.tiles if tile.payable_here]


def dashboard(scope: Scope, on: date) -> Dashboard:
    """What the first page shows on a day: at most five statements."""
    tiles = own(scope, on)
    since = on - timedelta(days=ALERT_DAYS)
    lately = [Line(*row) for row in db.session.execute(_lately(scope.role), {**scope.values, "since": since})]
    pending: dict[int, int] = defaultdict(int)
    for line in lately:
        if line.on_its_way:
            pending[line.agreement_id] += line.amount_minor
    tiles = [replace(tile, pending_minor=pending[tile.agreement.id]) for tile in tiles]
    return Dashboard(tiles, [*_of_payments(lately), *_of_methods(scope, on)])


@cache
def _lately(role: str) -> Select[Any]:
    """Payments on their way, and those that ended or came back since a day."""
    on_the_way, ended = (
        Payment.state.in_([literal(state) for state in states])
        for states in (ON_ITS_WAY, ("failed", "settled"))
    )
    since: Any = bindparam("since")
    return (
        lines(any_of(role))
        .where(or_(on_the_way, and_(ended, Payment.begun_on >= since), PaymentReturn.returned_on >= since))
        .order_by(*NEWEST_FIRST)
    )


def _of_payments(lately: Sequence[Line]) -> list[Alert]:
    found = []
    for line in lately:
        if line.state == "awaiting":
            found.append(_confirm(line))
        elif line.state == "unknown":
            found.append(_silent(line))
        elif line.shown in ("returned", "disputed", "lost") and not _made_good(line, lately):
            found.append(_came_back(line, lately))
        elif line.shown == "failed" and not _made_good(line, lately):
            found.append(_failed(line, lately))
    return found


def _made_good(line: Line, lately: Sequence[Line]) -> bool:
    """Whether a later payment on the same agreement settled and stayed."""
    return any(later.shown == "settled" for later in _later(line, lately))


def _later(line: Line, lately: Sequence[Line]) -> list[Line]:
    return [
        other
        for other in lately
        if other.agreement_id == line.agreement_id
        and (other.begun_at, other.id) > (line.begun_at, line.id)
        and (line.returned_on is None or other.begun_on >= line.returned_on)
    ]


def _what_now(line: Line, lately: Sequence[Line], advice: Sentence) -> Sentence:
    if any(later.on_its_way for later in _later(line, lately)):
        return Sentence(N_("A new payment is on its way: there is nothing to do now."))
    return advice


def _named(line: Line) -> dict[str, object]:
    return {"amount": Money(line.amount_minor, line.currency), "day": line.begun_on}


def _came_back(line: Line, lately: Sequence[Line]) -> Alert:
    why = reason(line.return_code or "")
    title = Sentence(N_("Your payment of %(amount)s from %(day)s came back."), _named(line))
    return Alert(title, (why.title, fee_words(line), _what_now(line, lately, why.advice)), "danger", line.ref)


def _failed(line: Line, lately: Sequence[Line]) -> Alert:
    why = reason(line.failure_code)
    title = Sentence(N_("Your payment of %(amount)s from %(day)s did not go through."), _named(line))
    cost = Sentence(N_("It cost you nothing."))
    return Alert(title, (why.title, cost, _what_now(line, lately, why.advice)), "danger", line.ref)


def _confirm(line: Line) -> Alert:
    title = Sentence(N_("Your payment of %(amount)s waits for your yes."), _named(line))
    return Alert(
        title, (Sentence(N_("Nothing has moved yet. Confirm it, or it is cancelled.")),), "warning", line.ref
    )


def _silent(line: Line) -> Alert:
    title = Sentence(N_("We are asking the bank about your payment of %(amount)s."), _named(line))
    return Alert(
        title, (Sentence(N_("Please do not pay again until it has answered.")),), "warning", line.ref
    )


def _of_methods(scope: Scope, on: date) -> list[Alert]:
    found = []
    for method in my_methods.methods(scope):
        state = method.state(on)
        if state == "expired":
            title = Sentence(N_("%(method)s has expired."), {"method": method.label})
            found.append(
                Alert(title, (Sentence(N_("Add another way to pay before your next payment.")),), "warning")
            )
        elif state == "soon":
            title = Sentence(
                N_("%(method)s expires on %(day)s."), {"method": method.label, "day": method.expires_on()}
            )
            found.append(
                Alert(title, (Sentence(N_("Add its successor, so that your next payment works.")),), "info")
            )
    return found
