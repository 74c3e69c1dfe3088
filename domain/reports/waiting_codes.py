"""The code that a sign-in waits for: where it went and until when it counts, for the page that asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.records import codes
from models import db


@dataclass(frozen=True, slots=True)
class WaitingCode:
    """`sent_to` and `expires_at` are "" and None while no code can be typed; `again_at` is None when another one may
    be sent now."""

    sent_to: str
    expires_at: datetime | None
    again_at: datetime | None


def waiting_code(sign_in_id: int, purpose: str, now: datetime) -> WaitingCode:
    """The open code of this sign-in, if there is one."""
    session = db.session()
    row = codes.waiting(session, sign_in_id, purpose, now)
    again = codes.may_send_again(session, sign_in_id, purpose, now)
    return WaitingCode(row.sent_to if row else "", row.expires_at if row else None, again)
