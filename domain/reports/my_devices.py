"""The browsers that a person signed in from in full, for their own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain import sealing
from domain.access import Scope
from domain.records.devices import network
from models import KnownDevice, db


@dataclass(frozen=True, slots=True)
class MyDevice:
    """A browser that is known. `here`: the one that asks; `trusted_until`: None where it is not trusted now."""

    ref: str
    device: str
    network: str
    created_at: datetime
    last_used_at: datetime
    trusted_until: datetime | None
    here: bool


def my_devices(scope: Scope, known: Sequence[str], now: datetime) -> list[MyDevice]:
    """Those not revoked, last used first; `known`: what the cookie of the browser that asks holds."""
    hashes = {sealing.fingerprint(secret) for secret in known}
    rows = db.session.scalars(
        scope.select(KnownDevice).order_by(KnownDevice.last_used_at.desc()).limit(100)
    ).all()
    return [
        MyDevice(
            row.ref, row.device, network(row.address), row.created_at, row.last_used_at,
            row.trusted_until if row.trusted_until and row.trusted_until > now else None,
            row.secret_hash in hashes,
        )
        for row in rows
    ]  # fmt: skip
