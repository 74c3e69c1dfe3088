"""What may be paid on an agreement now, and the wishes a payment can come with.

Nothing above what is owed and not on its way already, nothing twice by mistake, nothing while payments are paused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Integer, bindparam, literal, select

from domain.access import Scope, known_to
from domain.records.mandates import Accepted
from domain.records.ready_made import ReadyMade
from domain.rules.payment_states import ON_ITS_WAY
from domain.words import N_, Conflict, Money, Refused, Sentence
from gateways import registry
from gateways.files import FileGateway
from models import Payment

TWIN_WINDOW = timedelta(minutes=10)
FURTHEST = timedelta(days=366)
"""How far ahead a payment can be planned."""

_LATELY = ReadyMade(
    select(Payment.ref, Payment.amount_minor, Payment.state, Payment.begun_at)
    .where(Payment.agreement_id == bindparam("of"), known_to(bindparam("payer", type_=Integer)))
    .where(
        Payment.state.in_([literal(state) for state in ON_ITS_WAY]) | (Payment.begun_at > bindparam("since"))
    )
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What else is wanted of a payment.

    * `extra`: what money above what is due shall do, as `Payment.extra` has it;
    * `on`: a later day on which it is to be sent (None: now, or with the next file for the bank);
    * `choice`: which amount was chosen ("full", "minimum", ...), for the pages;
    * `channel`: where it was begun; `checkout_ref`: what was confirmed together with it;
    * `fee_minor`: the fee for the way of paying, on top, as the payer was shown it: another one of today is refused;
    * `permission`: the permission as the payer just gave it, kept with the payment; `mandate_id`: one given before;
    * `pay_link_id`: the link it came by;
    * `hosted`: the name of a gateway on whose own page the payer chooses how to pay; there is then no method.
    """

    extra: str = "shorter"
    on: date | None = None
    choice: str = ""
    channel: str = "portal"
    checkout_ref: str | None = None
    fee_minor: int = 0
    mandate_id: int | None = None
    permission: Accepted | None = None
    pay_link_id: int | None = None
    hosted: str = ""


PLAIN = Wanted()


class TwinPayment(Conflict):
    """A payment of the same amount was begun minutes ago; `ref` names it. `again=True` begins another all the same."""

    def __init__(self, ref: str, begun_at: datetime):
        super().__init__(Sentence(N_("You began a payment of the same amount a few minutes ago.")))
        self.ref = ref
        self.begun_at = begun_at


def check_amount(
    door: Connection, agreement: Any, paused: bool, amount_minor: int, owed: int, who: Scope, now: datetime,
    again: bool, but: str = "",
) -> None:  # fmt: skip
    """Refuse what may not be paid: nothing, more than is owed and not yet on its way, or the same again by mistake.

    `but` is the ref of a payment that does not count: the one that is being changed.
    """
    currency = agreement.currency
    if amount_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    if agreement.status != "active":
        raise Refused(Sentence(N_("This agreement is closed. Nothing can be paid on it here.")), "amount")
    if paused:
        raise Refused(Sentence(N_("Payments are paused for a short while. Try again later.")))
    rows = _LATELY.all(door, {"of": agreement.id, "since": now - TWIN_WINDOW, "payer": who.person_id})
    on_its_way = sum(row.amount_minor for row in rows if row.state in ON_ITS_WAY and row.ref != but)
    if amount_minor > owed - on_its_way:
        raise Refused(_too_much(owed, on_its_way, currency), "amount")
    for row in rows:
        recent = row.begun_at > now - TWIN_WINDOW and row.state not in ("failed", "cancelled")
        if recent and row.amount_minor == amount_minor and not again:
            raise TwinPayment(row.ref, row.begun_at)


def check_day(wanted: date | None, today: date) -> None:
    """Refuse a day that has gone, or one too far ahead."""
    if wanted is None:
        return
    if wanted < today:
        raise Refused(Sentence(N_("This day has gone. Choose today or a later day.")), "on")
    if wanted > today + FURTHEST:
        raise Refused(Sentence(N_("Choose a day within a year from now.")), "on")


def planned_for(gateway: str, on: date | None, today: date, now: datetime) -> date | None:
    """The day on which a payment is to be sent; None for at once. Debits by file wait for the day their file leaves."""
    way = registry.gateway(gateway)
    if "file" not in way.abilities:
        return on if on is not None and on > today else None
    files = cast(FileGateway, way)
    return files.leaves_on(today, now) if on is None or on <= today else files.leaves_on(on)


def check_currency(gateway: str, currency: str) -> None:
    """Refuse a method whose scheme knows another currency than the agreement's: bank files are of one currency."""
    known = getattr(registry.gateway(gateway), "currency", currency)
    if known != currency:
        words = N_("From this account only payments in %(currency)s can be made.")
        raise Refused(Sentence(words, {"currency": known}), "method")


def _too_much(owed_minor: int, on_its_way: int, currency: str) -> Sentence:
    most = Money(max(owed_minor - on_its_way, 0), currency)
    if on_its_way:
        return Sentence(
            N_(
                "You owe %(owed)s in all and %(pending)s is already on its way, so at most %(most)s can be paid."
            ),
            {"owed": Money(owed_minor, currency), "pending": Money(on_its_way, currency), "most": most},
        )
    return Sentence(N_("That is more than you owe. At most %(most)s can be paid today."), {"most": most})
