"""The browsers that a person lets us push to. Verbs: `keep`, `forget`, `show_details`, `leave`,
`make_way`, `end`.

What a browser gives (where its push service listens, two keys) is sealed: with it anybody could send to that browser.
A browser belongs to whoever let it push last, so a shared one never shows one person's news to another.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from channels.message import ChannelRefused
from channels.web_push.encryption import Subscription
from channels.web_push.endpoints import Services
from domain import sealing
from domain.records.words_out import audit
from domain.transaction import rows_changed, transaction
from domain.words import N_, Gone, Refused, Sentence
from models import PushDevice, SignIn

MOST = 10
"""How many browsers of one person may be pushed to; the one that was told longest ago makes room."""
NOT_KNOWN = Sentence(N_("We do not know the service by which this browser is notified, so we cannot use it."))
NOT_THERE = Sentence(N_("This device is not in your list any more."))


def place(ref: str) -> str:
    """Where the subscription of a device is sealed for."""
    return f"push_device.subscription:{ref}"


def keep(user_id: int, subscription: str, label: str, *, services: Services, now: datetime) -> str:
    """Keep the browser that said yes; returns its ref, the same for the same browser.

    `subscription` is the JSON that browsers make of it (PushSubscription.toJSON). Raises Refused for anything else, and
    for a push service that is not one of `services`.
    """
    device = read_subscription(subscription, services)
    hashed = sealing.fingerprint(device.endpoint)
    with transaction() as session:
        row = session.scalars(select(PushDevice).where(PushDevice.endpoint_hash == hashed)).first()
        fresh = row is None or row.user_id != user_id or row.ended_at is not None
        if row is None:
            row = PushDevice(ref=sealing.fresh_ref(), endpoint_hash=hashed, created_at=now)
            session.add(row)
        if row.user_id != user_id:
            row.shows_details, row.created_at = False, now
        row.user_id, row.label, row.last_used_at = user_id, label[:120], now
        row.ended_at, row.ended_code = None, ""
        row.subscription_sealed = sealing.seal(json.dumps(asdict(device)), place(row.ref))
        session.flush()
        _make_room(session, user_id, now)
        if fresh:
            _note(session, user_id, "push_device.kept", label, now)
        return row.ref


def read_subscription(text: str, services: Services) -> Subscription:
    """What a browser said of itself. Raises Refused."""
    try:
        given: Any = json.loads(text) if len(text) < 4_000 else None
        device = Subscription(
            str(given["endpoint"]), str(given["keys"]["p256dh"]), str(given["keys"]["auth"])
        )
        services.check(device.endpoint)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused(Sentence(N_("Your browser did not say where it can be notified. Try again."))) from None
    except ChannelRefused:
        raise Refused(NOT_KNOWN) from None
    return device


def _make_room(session: Session, user_id: int, now: datetime) -> None:
    standing = session.scalars(
        select(PushDevice.id)
        .where(PushDevice.user_id == user_id, PushDevice.ended_at.is_(None))
        .order_by(PushDevice.last_used_at.desc(), PushDevice.id.desc())
    ).all()
    if standing[MOST:]:
        crowded = update(PushDevice).where(PushDevice.id.in_(standing[MOST:]))
        session.execute(crowded.values(ended_at=now, ended_code="crowded"))


def forget(user_id: int, ref: str, *, now: datetime) -> None:
    """Push to this browser no more. Raises Gone when it is not one of the user's."""
    with transaction() as session:
        own = update(PushDevice).where(
            PushDevice.ref == ref, PushDevice.user_id == user_id, PushDevice.ended_at.is_(None)
        )
        if not rows_changed(session, own.values(ended_at=now, ended_code="owner")):
            raise Gone(NOT_THERE)
        label = session.scalar(select(PushDevice.label).where(PushDevice.ref == ref)) or ""
        _note(session, user_id, "push_device.forgotten", label, now)


def show_details(user_id: int, ref: str, shown: bool, *, now: datetime) -> None:
    """Whether amounts may stand on this device's locked screen. Raises Gone when it is not one of the user's."""
    with transaction() as session:
        row = session.scalars(
            select(PushDevice).where(
                PushDevice.ref == ref, PushDevice.user_id == user_id, PushDevice.ended_at.is_(None)
            )
        ).first()
        if row is None:
            raise Gone(NOT_THERE)
        if row.shows_details != shown:
            row.shows_details = shown
            said = "push_device.details_shown" if shown else "push_device.details_hidden"
            _note(session, user_id, said, row.label, now)


def leave(ref: str, now: datetime) -> None:
    """Somebody signs out in this browser, so it is pushed to no more, whoever it belonged to."""
    _end_one(PushDevice.ref == ref, "signed_out", now)


def make_way(ref: str, secret: str, now: datetime) -> bool:
    """Whether this browser belonged to somebody else than whom the sign-in of `secret` is of; it then ends."""
    mine = select(SignIn.user_id).where(SignIn.id_hash == sealing.fingerprint(secret)).scalar_subquery()
    return _end_one(and_(PushDevice.ref == ref, PushDevice.user_id != mine), "other_person", now)


def _end_one(which: ColumnElement[bool], code: str, now: datetime) -> bool:
    with transaction() as session:
        row = session.scalars(select(PushDevice).where(which, PushDevice.ended_at.is_(None))).first()
        if row is None:
            return False
        row.ended_at, row.ended_code = now, code
        by = "" if code == "signed_out" else "system:push"
        _note(session, row.user_id, "push_device.forgotten", row.label, now, by)
        return True


def end(ref: str, code: str, now: datetime) -> None:
    """Its push service says that this browser does not listen any more."""
    with transaction() as session:
        gone = update(PushDevice).where(PushDevice.ref == ref, PushDevice.ended_at.is_(None))
        session.execute(gone.values(ended_at=now, ended_code=code[:40]))


def used(ref: str, now: datetime) -> None:
    """A notification for this browser was taken by its service."""
    with transaction() as session:
        session.execute(update(PushDevice).where(PushDevice.ref == ref).values(last_used_at=now))


def _note(session: Session, user_id: int, action: str, label: str, now: datetime, by: str = "") -> None:
    """One's own deed, unless it says `by` whom."""
    audit(
        session, by=by or f"user:{user_id}", action=action, subject="user", subject_id=user_id, at=now,
        detail={"device": label[:120]},
    )  # fmt: skip
