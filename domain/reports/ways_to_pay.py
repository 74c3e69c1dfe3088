"""The ways in which somebody can pay an agreement: saved methods, and the pages of processors for a card nobody saves.

`ways` lists them, `fee_of` says what one costs on top, `times` on which day it leaves and when it should have arrived.
What `domain.actions.payment_intents` would refuse is told here before it is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import or_

from domain.access import Scope
from domain.records.method_rules import fee_caps, method_rules
from domain.reports.my_methods import Method
from domain.rules import method_fees
from domain.words import N_, Sentence
from gateways import registry
from gateways.base import MethodKind
from gateways.files import FileGateway
from models import PaymentMethod, db

HOSTED = "hosted:"
"""How the ref of a way begins that is a processor's own page; the name of the gateway follows."""
_WAITS = N_("It waits to be confirmed: see “Ways to pay”.")
_STOPPED = N_("It cannot be used after its last payment came back: see “Ways to pay”.")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay. `ref` is the saved method's, or HOSTED and a gateway; `problem` is why it cannot be used now."""

    ref: str
    gateway: str
    instrument: MethodKind
    funding: str
    label: str | Sentence
    expires: str = ""
    kept: bool = True
    problem: Sentence | None = None

    @property
    def hosted(self) -> str:
        """The gateway on whose page the payer chooses; "" for a saved method."""
        return self.gateway if self.ref.startswith(HOSTED) else ""

    @property
    def in_sentence(self) -> str | Sentence:
        """Its name where a sentence goes on after it."""
        return (
            Sentence(N_("a card that I write on the page of the payment processor,"))
            if self.hosted
            else self.label
        )

    @property
    def by_file(self) -> bool:
        return "file" in registry.gateway(self.gateway).abilities

    def state(self, on: date) -> str:
        """ "expired", "soon" (within two months) or "" as of a day."""
        return Method(self.ref, "", self.instrument, "", self.expires, self.kept).state(on)


@dataclass(frozen=True, slots=True)
class Times:
    """The days of a payment: for which it counts, on which it leaves, by which it should have settled.

    `planned`: it waits for a day or a file, and can be changed or cancelled until then. `returnable_until` is the last
    day on which it can come back by itself when it settles as expected.
    """

    counts_on: date
    leaves_on: date
    settles_on: date
    planned: bool
    returnable_until: date | None

    @property
    def shifted(self) -> bool:
        """Whether it leaves later than on the day that was asked for."""
        return self.leaves_on != self.counts_on


def ways(scope: Scope, agreement: Any, on: date, *, also: str = "", hosted: bool = True) -> list[Way]:
    """How the person can pay the agreement on a day; `also` names a method that serves once and is not kept.

    Ways that are not taken for the agreement say so. `hosted`: with the pages of processors.
    """
    rules = method_rules(db.session)
    found = [*_saved(scope, agreement.currency, also), *(_pages() if hosted else ())]
    told = []
    for way in found:
        instruments = method_fees.instruments_of(way.instrument, way.funding)
        refusal = method_fees.refusal(rules, agreement.kind, instruments, on)
        if refusal is None:
            told.append(way)
        elif not way.hosted:
            told.append(_with_problem(way, refusal))
    return told


def saved(scope: Scope, *, also: str = "") -> list[Way]:
    """The methods with which the person can pay, whatever for; `objection` says where one does not serve."""
    return _saved(scope, "", also)


def objection(way: Way, agreement: Any, on: date) -> Sentence | None:
    """Why a saved method cannot pay this agreement on a day; None when it can."""
    if way.problem is not None:
        return way.problem
    currency = getattr(registry.gateway(way.gateway), "currency", agreement.currency)
    if currency != agreement.currency:
        words = N_("From this account only payments in %(currency)s can be made.")
        return Sentence(words, {"currency": currency})
    instruments = method_fees.instruments_of(way.instrument, way.funding)
    return method_fees.refusal(method_rules(db.session), agreement.kind, instruments, on)


def _with_problem(way: Way, problem: Sentence) -> Way:
    return Way(way.ref, way.gateway, way.instrument, way.funding, way.label, way.expires, way.kept, problem)


def _pages() -> list[Way]:
    """The page of the processor in use: the first one, since another stands behind it for what it took before."""
    label = Sentence(N_("Card, on the page of the payment processor"))
    return [
        Way(HOSTED + one.name, one.name, "card", "", label)
        for one in registry.able_to("hosted_page")[:1]
        if "card" in one.takes
    ]


def _saved(scope: Scope, currency: str, also: str) -> list[Way]:
    method = PaymentMethod
    wanted = (
        method.ref, method.gateway, method.kind, method.funding, method.label, method.nickname, method.expires,
        method.kept, method.verification, method.stopped_code,
    )  # fmt: skip
    rows = db.session.execute(
        scope.select(method, *wanted)
        .where(method.person_id == scope.person_id, method.removed_at.is_(None))
        .where(or_(method.kept, method.ref == also))
        .order_by(method.rank == "other", method.rank != "primary", method.id)
    )
    here = {gateway.name: gateway for gateway in registry.all_gateways()}
    return [
        _way(row)
        for row in rows
        if (one := here.get(row.gateway)) is not None
        # A scheme of bank files knows one currency.
        and (not currency or getattr(one, "currency", currency) == currency)
    ]


def _way(row: Any) -> Way:
    problem = _STOPPED if row.stopped_code else _WAITS if row.verification in ("sent", "failed") else ""
    named = f"{row.nickname} ({row.label})" if row.nickname else row.label
    return Way(
        row.ref, row.gateway, row.kind, row.funding, named, row.expires, row.kept,
        Sentence(problem) if problem else None,
    )  # fmt: skip


def fees(agreement: Any, found: Sequence[Way], amount_minor: int, on: date) -> dict[str, int]:
    """Way's ref -> the fee for paying the amount that way, in minor units, for a payment confirmed on a day."""
    rules = method_rules(db.session)
    if not any(rule.has_fee for rule in rules):
        return {way.ref: 0 for way in found}
    caps = fee_caps(db.session, agreement.unit_id)
    return {
        way.ref: method_fees.fee_of(
            rules, caps, agreement.kind, method_fees.instruments_of(way.instrument, way.funding), amount_minor, on
        ).amount_minor
        for way in found
    }  # fmt: skip


def fees_of_pages(agreement: Any, amount_minor: int, on: date) -> dict[str, int]:
    """Gateway on whose page a card can pay the agreement -> the fee for it; none where cards are not taken."""
    taken = [way for way in _pages() if objection(way, agreement, on) is None]
    of_way = fees(agreement, taken, amount_minor, on)
    return {way.gateway: of_way[way.ref] for way in taken}


def times(way: Way, on: date | None, today: date, now: datetime) -> Times:
    """The days of a payment that is confirmed now for the day `on` (None: today)."""
    gateway = registry.gateway(way.gateway)
    later = on if on is not None and on > today else None
    leaves = later or today
    if way.by_file:
        files = cast(FileGateway, gateway)
        leaves = files.leaves_on(later) if later else files.leaves_on(today, now)
    settles = gateway.expected_on(way.instrument, leaves)
    return Times(
        later or today, leaves, settles, way.by_file or later is not None,
        gateway.returnable_until(way.instrument, settles),
    )  # fmt: skip


def creditor_id(gateway: str) -> str:
    """The number by which the payer's bank knows the business, where the scheme has one."""
    return str(getattr(registry.gateway(gateway), "creditor_id", ""))
