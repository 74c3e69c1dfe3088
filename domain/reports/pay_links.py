"""Links to pay: what somebody who opens one is shown, and the links of an agreement as those who made them see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from domain import sealing
from domain.access import Scope
from domain.records.pay_links import NOTHING_CAME, hash_of, secret_of
from domain.reports import payment_story, ways_to_pay
from domain.rules.payment_states import LIVE
from domain.words import N_, Sentence
from models import Agreement, PayLink, Payment, Receipt, db

STATES = {
    "open": N_("Open"),
    "used": N_("Used"),
    "expired": N_("Too old"),
    "revoked": N_("Withdrawn"),
}
LATEST = 50


@dataclass(frozen=True, slots=True)
class Paid:
    """The payment that was begun by a link, as its payer may know it.

    Where it came to nothing `headline`, `more` and `todo` say so in the words of the payment's own page.
    """

    ref: str
    state: str
    on: date
    confirm_url: str
    receipt: str
    headline: Sentence | None = None
    more: Sequence[Sentence] = ()
    todo: Sentence | None = None

    @property
    def moving(self) -> bool:
        """Whether it may change within seconds."""
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link says to whoever has it. `state` is one of STATES or "unknown"; the rest is empty for "unknown".

    `what` says what for: the note of whoever made it, else what the agreement is called. `paid` is the last payment by
    it; `again` says that this one came to nothing. `fees`: gateway on whose page it can be paid -> the fee on top.
    """

    state: str
    ref: str = ""
    what: str = ""
    number: str = ""
    amount_minor: int = 0
    currency: str = ""
    expires_at: datetime | None = None
    paid: Paid | None = None
    fees: Mapping[str, int] = field(default_factory=dict)

    @property
    def again(self) -> bool:
        return self.state == "open" and self.paid is not None


def look(secret: str, now: datetime, on: date) -> Opened:
    """What the link with this secret says on a day. Looking uses nothing up."""
    row = db.session.execute(
        select(PayLink, Agreement)
        .join(Agreement, Agreement.id == PayLink.agreement_id)
        .where(PayLink.token_hash == hash_of(secret[:200]))
    ).first()
    if row is None:
        return Opened("unknown")
    link, agreement = row
    paid = _paid(link)
    return Opened(
        state=_state(link, paid.state if paid else "", now),
        ref=link.ref,
        what=link.note or agreement.title,
        number=agreement.number,
        amount_minor=link.amount_minor,
        currency=link.currency,
        expires_at=link.expires_at,
        paid=paid,
        fees=ways_to_pay.fees_of_pages(agreement, link.amount_minor, on),
    )


def _paid(link: PayLink) -> Paid | None:
    payment = db.session.scalars(
        select(Payment).where(Payment.pay_link_id == link.id).order_by(Payment.id.desc()).limit(1)
    ).first()
    if payment is None:
        return None
    receipt = db.session.scalars(select(Receipt).where(Receipt.payment_id == payment.id)).first()
    waits = payment.state == "awaiting"
    headline, more, todo = None, list[Sentence](), None
    if payment.state in NOTHING_CAME:
        headline, more, todo, _variant = payment_story.came_to_nothing(payment.state, payment.failure_code)
    return Paid(
        payment.ref, payment.state, payment.begun_on, payment.confirm_url if waits else "",
        receipt.number if receipt else "", headline, more, todo,
    )  # fmt: skip


def _state(link: PayLink, payment_state: str, now: datetime) -> str:
    if payment_state and payment_state not in NOTHING_CAME:
        return "used"
    if link.revoked_at is not None:
        return "revoked"
    return "expired" if link.expires_at <= now else "open"


@dataclass(frozen=True, slots=True)
class Listed:
    """One link in a list. `payment_ref` and `payment_state` are of what was begun by it last."""

    ref: str
    agreement_ref: str
    agreement_number: str
    amount_minor: int
    currency: str
    note: str
    made_at: datetime
    expires_at: datetime
    state: str
    payment_ref: str
    payment_state: str

    @property
    def open(self) -> bool:
        return self.state == "open"

    @property
    def paid(self) -> bool:
        return self.payment_state == "settled"


def of_agreement(scope: Scope, agreement_ref: str, now: datetime) -> list[Listed]:
    """The links of an agreement that the person may see, newest first."""
    query = _query(scope).where(Agreement.ref == agreement_ref).order_by(PayLink.id.desc()).limit(LATEST)
    return _listed(db.session.execute(query).all(), now)


def listed(scope: Scope, ref: str, now: datetime) -> tuple[Listed, str] | None:
    """One link that the person may see, and its secret; "" for one that was made under a key that is gone."""
    rows = db.session.execute(_query(scope).where(PayLink.ref == ref)).all()
    if not rows:
        return None
    link, secret = rows[0].PayLink, secret_of(ref)
    return _listed(rows, now)[0], secret if sealing.same(hash_of(secret), link.token_hash) else ""


def _query(scope: Scope) -> Select[Any]:
    return scope.select(PayLink, PayLink, Agreement.ref, Agreement.number).join(
        Agreement, Agreement.id == PayLink.agreement_id
    )


def _listed(rows: Sequence[Any], now: datetime) -> list[Listed]:
    begun = db.session.execute(
        select(Payment.pay_link_id, Payment.ref, Payment.state)
        .where(Payment.pay_link_id.in_([link.id for link, _ref, _number in rows]))
        .order_by(Payment.id)
    )
    last = {row.pay_link_id: (row.ref, row.state) for row in begun}
    found = []
    for link, agreement_ref, number in rows:
        payment_ref, state = last.get(link.id, ("", ""))
        found.append(
            Listed(
                link.ref, agreement_ref, number, link.amount_minor, link.currency, link.note, link.made_at,
                link.expires_at, _state(link, state, now), payment_ref, state,
            )
        )  # fmt: skip
    return found
