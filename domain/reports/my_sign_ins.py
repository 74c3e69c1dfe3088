"""Where a person is signed in, for their own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.access import Scope
from domain.records.devices import network
from models import SignIn, db


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """A sign-in nobody has ended. `key` names it in a form; `here` is the one that asks; `network` is where it
    came from ("203.0.113.0/24", "" for unknown), `strength` by what it was proved."""

    key: str
    device: str
    network: str
    strength: str
    created_at: datetime
    last_used_at: datetime
    here: bool


def open_sign_ins(scope: Scope, here: int) -> list[OpenSignIn]:
    """The person's sign-ins nobody ended, last used first; some may have run out by age. `here`: this one's id."""
    columns = (
        SignIn.id,
        SignIn.id_hash,
        SignIn.device,
        SignIn.address,
        SignIn.created_at,
        SignIn.last_used_at,
        SignIn.strength,
    )
    query = scope.select(SignIn, *columns).where(SignIn.ended_at.is_(None), SignIn.stage == "full")
    rows = db.session.execute(query.order_by(SignIn.last_used_at.desc()).limit(100))
    return [
        OpenSignIn(key, device, network(address), strength, created_at, last_used_at, sign_in_id == here)
        for sign_in_id, key, device, address, created_at, last_used_at, strength in rows
    ]
