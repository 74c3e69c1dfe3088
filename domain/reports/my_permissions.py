"""The permissions to take money that a person gave: the list, and one with its text. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from domain.access import Scope
from domain.rules.authorisations import SCHEME_WORDS
from domain.words import N_, Sentence
from models import Agreement, Mandate, Payment, PaymentMethod, db

CHANNEL_WORDS = {
    "portal": N_("On these pages"),
    "link": N_("By a link to pay"),
    "phone": N_("By telephone"),
    "counter": N_("In the office"),
    "autopay": N_("On these pages"),
}


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission as it was accepted.

    `planned` is how many payments under it wait for their day, `taken` how many were sent; `amount_minor` is what the
    one payment came to that it was for.
    """

    ref: str
    scheme: str
    recurring: bool
    accepted_on: date
    accepted_at: datetime
    ended_at: datetime | None
    method: str
    agreement: str
    planned: int
    text: str
    text_hash: str
    channel: str
    device: str
    address: str
    version: str
    taken: int
    amount_minor: int
    currency: str

    @property
    def used(self) -> bool:
        """Whether it was for one payment, which was sent: there is nothing left to end."""
        return not self.recurring and self.taken > 0 and not self.planned

    @property
    def words(self) -> Sentence:
        """What it is: "US bank debit, for one payment"."""
        scheme = Sentence(SCHEME_WORDS[self.scheme])
        words = (
            N_("%(scheme)s, for more than one payment")
            if self.recurring
            else N_("%(scheme)s, for one payment")
        )
        return Sentence(words, {"scheme": scheme})

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n\n")

    @property
    def given(self) -> Sentence:
        """How it was given."""
        return Sentence(CHANNEL_WORDS.get(self.channel, CHANNEL_WORDS["portal"]))


_PLANNED = (
    select(func.count())
    .where(Payment.mandate_id == Mandate.id, Payment.state == "scheduled")
    .correlate(Mandate)
    .scalar_subquery()
)
_TAKEN = (
    select(func.count())
    .where(Payment.mandate_id == Mandate.id, Payment.state.not_in(("scheduled", "cancelled")))
    .correlate(Mandate)
    .scalar_subquery()
)
_AMOUNT = (
    select(func.max(Payment.amount_minor + Payment.fee_minor))
    .where(Payment.mandate_id == Mandate.id)
    .correlate(Mandate)
    .scalar_subquery()
)
_COLUMNS = (
    Mandate.ref, Mandate.scheme, Mandate.recurring, Mandate.accepted_on, Mandate.accepted_at, Mandate.ended_at,
    func.coalesce(PaymentMethod.label, ""), func.coalesce(Agreement.number, ""), _PLANNED, Mandate.text,
    Mandate.text_hash, Mandate.channel, Mandate.device, Mandate.address, Mandate.version,
    _TAKEN, func.coalesce(_AMOUNT, 0), func.coalesce(Agreement.currency, ""),
)  # fmt: skip
MOST = 200


def permissions(scope: Scope) -> list[Permission]:
    """The person's permissions, those that stand first, then the newest; at most 200."""
    rows = db.session.execute(
        _query(scope).order_by(Mandate.ended_at.is_not(None), Mandate.id.desc()).limit(MOST)
    )
    return [Permission(*row) for row in rows]


def permission(scope: Scope, ref: str) -> Permission | None:
    """One of the person's permissions; None where there is none such."""
    row = db.session.execute(_query(scope).where(Mandate.ref == ref)).first()
    return Permission(*row) if row else None


def of_payment(scope: Scope, payment: Payment) -> Permission | None:
    """The permission that a payment rests on, where it is the person's own."""
    if payment.mandate_id is None:
        return None
    row = db.session.execute(_query(scope).where(Mandate.id == payment.mandate_id)).first()
    return Permission(*row) if row else None


def _query(scope: Scope):  # type: ignore[no-untyped-def]
    return (
        scope.select(Mandate, *_COLUMNS)
        .outerjoin(PaymentMethod, PaymentMethod.id == Mandate.method_id)
        .outerjoin(Agreement, Agreement.id == Mandate.agreement_id)
        .where(Mandate.person_id == scope.person_id)
    )
