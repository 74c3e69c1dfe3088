"""Somebody's ways to pay inside the caller's transaction.

Verbs: `own_method`, `keep_method`, `lead_where_none_does`, `give_rank`, `take_out`, `told`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain import sealing
from domain.access import Scope
from domain.records.alerts import tell_owner
from domain.records.words_out import audit
from domain.words import N_, Gone, Sentence
from models import PaymentMethod, User

TOKEN_PLACE = "payment_method.token:{}"
CONFIRMED = ("none", "passed")
"""What `verification` says of a way to pay that needs no proof, or has it: no other becomes the primary by itself."""


def own_method(session: Session, who: Scope, ref: str) -> PaymentMethod:
    """A way to pay that is the person's own and in use. Raises Gone for any other."""
    query = who.select(PaymentMethod).where(
        PaymentMethod.ref == ref, PaymentMethod.person_id == who.person_id
    )
    method: PaymentMethod | None = session.scalars(query.with_for_update()).first()
    if method is None:
        raise no_such_method()
    return method


def no_such_method() -> Gone:
    return Gone(Sentence(N_("There is no such payment method.")))


def keep_method(
    session: Session, values: Mapping[str, Any], token: str, *, who: Scope, now: datetime
) -> PaymentMethod:  # fmt: skip
    """Add a way to pay with its sealed token. The first confirmed one that somebody saves is their primary."""
    ref = values["ref"]
    method = PaymentMethod(
        person_id=who.person_id,
        token_sealed=sealing.seal(token, TOKEN_PLACE.format(ref)),
        created_at=now,
        **values,
    )
    session.add(method)
    session.flush()
    lead_where_none_does(session, method)
    return method


def lead_where_none_does(session: Session, method: PaymentMethod) -> None:
    """Make a way to pay that stays and is confirmed the primary where its owner has none; nothing otherwise.

    To be called when it is saved, and again when its proof has come.
    """
    usable = method.kept and method.removed_at is None and not method.stopped_code
    if not usable or method.verification not in CONFIRMED:
        return
    if _holder_of(session, method.person_id, "primary") is None:
        method.rank = "primary"
        session.flush()


def _holder_of(session: Session, person_id: int, rank: str) -> PaymentMethod | None:
    return session.scalars(
        select(PaymentMethod).where(
            PaymentMethod.person_id == person_id,
            PaymentMethod.rank == rank,
            PaymentMethod.removed_at.is_(None),
        )
    ).first()


def give_rank(session: Session, method: PaymentMethod, rank: str) -> PaymentMethod | None:
    """Give a rank to a way to pay; whoever had it takes the rank that is left free. Returns that one, if any."""
    before, other = method.rank, None
    if rank != "other":
        other = _holder_of(session, method.person_id, rank)
    if other is not None and other.id != method.id:
        # One primary and one backup at most: the place is made free before it is taken.
        other.rank = "other"
        session.flush()
    method.rank = rank
    session.flush()
    if other is not None and other.id != method.id:
        other.rank = before
        session.flush()
    return other


def take_out(session: Session, method: PaymentMethod, now: datetime) -> PaymentMethod | None:
    """Take a way to pay out of use. A confirmed backup comes in place of a primary; returns it where it did."""
    was_primary = method.rank == "primary"
    method.removed_at, method.rank = now, "other"
    session.flush()
    backup = _holder_of(session, method.person_id, "backup") if was_primary else None
    if backup is None or backup.verification not in CONFIRMED:
        return None
    backup.rank = "primary"
    session.flush()
    return backup


def told(
    session: Session, method: PaymentMethod, action: str, *, who: Scope, now: datetime, place: Any,
    detail: Mapping[str, Any] | None = None, said: Sentence | None = None,
) -> None:  # fmt: skip
    """Write down what was done with a way to pay, and tell the owner with `said` where it is something to know."""
    audit(
        session, by=who.by, action=action, subject="payment_method", subject_id=method.id, at=now,
        detail={"label": method.label, **(detail or {})}, address=place.address if place else "",
        device=place.device if place else "",
    )  # fmt: skip
    user = session.get(User, who.user_id) if said is not None and place is not None else None
    if user is not None and said is not None:
        tell_owner(
            session, user, said, now=now, base_url=place.base_url, address=place.address, device=place.device
        )
