"""The notification that a row of the outbox becomes, for the browser it names: `push_note`.

On a locked screen anybody can read it, so it says what happened without amounts or numbers, unless the owner of the
device chose otherwise. The page it opens is one of ours, by its path alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.message import ChannelRefused
from channels.web_push.encryption import Subscription
from channels.web_push.http import PushMessage
from domain import sealing
from domain.actions.push_devices import place
from models import Outbox, PushDevice, User
from papers.notices import line
from papers.voice import Voice

LONGEST = 300
ANYWHERE = "/alerts/bell"
URGENT = ("payment_failed", "payment_returned", "autopay_stopped", "autopay_missed", "security")


def push_note(
    session: Session, mail: Outbox, voice: Voice, data: Mapping[str, Any], business: Mapping[str, Any], now: datetime
) -> PushMessage:  # fmt: skip
    """What the browser `mail.to_address` is told. Raises ChannelRefused when nobody may be told there any more."""
    row = session.execute(
        select(PushDevice.ref, PushDevice.subscription_sealed, PushDevice.shows_details)
        .join(User, User.id == PushDevice.user_id)
        .where(
            PushDevice.ref == mail.to_address, PushDevice.ended_at.is_(None), User.disabled_at.is_(None),
            User.frozen_at.is_(None),
        )
    ).first()  # fmt: skip
    if row is None:
        raise ChannelRefused("this browser is not pushed to any more")
    told = line(mail.template, data if row.shows_details else {})
    content = {
        "title": " ".join(str(business["name"]).split())[:60],
        "body": voice.words(told)[:LONGEST],
        "path": _path(mail.data.get("path")),
        "tag": f"notice-{mail.id}",
        "lang": mail.language,
    }
    return PushMessage(
        Subscription(**json.loads(sealing.unseal(row.subscription_sealed, place(row.ref)))),
        json.dumps(content, ensure_ascii=False).encode(),
        now,
        urgent=mail.event in URGENT,
    )


def _path(wanted: Any) -> str:
    path = str(wanted or "")
    return path if path.startswith("/") and not path.startswith("//") and "\\" not in path else ANYWHERE
