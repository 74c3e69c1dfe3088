"""Whether a receipt is ours and still holds, for somebody who was shown it. Verbs: `token_of`, `look`.

The address printed on a receipt carries its number and a hash of it under the installation's key: nobody can make one,
and nothing has to be stored. What it opens names no customer and no agreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from domain import sealing
from domain.access import Scope
from domain.reports.payments import lines, read, state_in_full
from domain.words import Sentence
from models import Payment, Receipt, db

PLACE = "receipt.verify"
EVERYBODY = Scope("admin")
"""The hash in the address is the right to read this one receipt."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A receipt as it stands on a day. `holds`: the money was paid and none of it went back."""

    number: str
    paid_on: date
    amount_minor: int
    currency: str
    state: Sentence
    holds: bool


def token_of(receipt_id: int) -> str:
    """The last part of the address under which the receipt can be verified."""
    return f"{receipt_id}-{sealing.keyed_hash(str(receipt_id), PLACE)}"


def look(token: str, on: date) -> Verified | None:
    """What the receipt behind this token says on a day; None for a token that is none of ours."""
    digits, _dash, hashed = token[:90].partition("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16) or not hashed.isascii():
        return None
    if not sealing.is_keyed_hash(digits, PLACE, hashed):
        return None
    receipt = db.session.scalars(select(Receipt).where(Receipt.id == int(digits))).first()
    if receipt is None:
        return None
    line = read(lines(EVERYBODY).where(Payment.id == receipt.payment_id))[0]
    return Verified(
        receipt.number, line.begun_on, line.amount_minor, line.currency, state_in_full(line, on),
        line.shown in ("settled", "won"),
    )  # fmt: skip
