"""Links by which one amount can be paid without signing in: their secret, and their one use. Never commits.

The secret is made of the link's ref under the installation's key, so that whoever made a link can be shown it again;
the database holds its hash alone, and a copy of the database opens nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, update

from domain import sealing
from domain.words import N_, Conflict, Sentence
from models import PayLink, Payment

LENGTH = 40
"""Characters of a secret: 160 bits, and short enough for a code that a telephone reads."""
NOTHING_CAME = ("failed", "cancelled")
"""States of a payment after which its link can be used again."""


def secret_of(ref: str) -> str:
    """The secret of the link with this ref, under today's key."""
    return sealing.keyed_hash(ref, "pay_link")[:LENGTH]


def hash_of(secret: str) -> str:
    return sealing.fingerprint(secret)


def in_use() -> ColumnElement[bool]:
    """Whether a payment by the link is under way or has paid; one that came to nothing does not count."""
    return exists().where(Payment.pay_link_id == PayLink.id, Payment.state.not_in(NOTHING_CAME))


def use_up(door: Connection, link_id: int, now: datetime) -> None:
    """Use a link for the payment that is about to be kept, under the lock of its agreement's standing.

    Raises Conflict when it was used, withdrawn or is too old. A payment by it that came to nothing does not count.
    """
    open_still = (
        PayLink.id == link_id,
        PayLink.revoked_at.is_(None),
        PayLink.expires_at > now,
        ~in_use(),
    )
    if not door.execute(update(PayLink).where(*open_still).values(used_at=now)).rowcount:
        raise Conflict(Sentence(N_("This link has been used, withdrawn, or is too old.")))
