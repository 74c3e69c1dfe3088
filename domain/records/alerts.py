"""Tell the owner of an account that something about it changed (safety A24), with a link that says "this was not me".

Verb: `tell_owner`. Inside the transaction of the change, so that no change goes untold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from domain import sealing
from domain.records.links import make_link
from domain.records.words_out import enqueue_mail
from domain.words import Sentence, sentence_json
from models import Person, User


def tell_owner(
    session: Session,
    user: User,
    what: Sentence,
    *,
    now: datetime,
    base_url: str,
    address: str = "",
    device: str = "",
    also_to: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Put the mail "security_alert" into the outbox, for the address on file and for `also_to` (an address before it).

    `what` is a whole sentence about what was done: "An authenticator app was added to your account." `address` and
    `device`: from where. `data` goes to the template as it is. Each mail carries an alarm link of its own, which works
    for 14 days. Somebody without an address is told by the account's activity page only.
    """
    person = session.get_one(Person, user.person_id)
    for to in dict.fromkeys(filter(None, (person.email, also_to))):
        alarm = make_link(session, person, "alarm", base_url, now, sent_to=to)
        enqueue_mail(
            session, to=to, template="security_alert", language=person.language, now=now,
            dedupe_key=f"alert-{sealing.fingerprint(alarm)[:32]}",
            data={
                "name": person.name, "what": sentence_json(what), "at": now.isoformat(), "device": device[:200],
                "place": address[:64], **(data or {}),
            },
            secret={"link": alarm},
        )  # fmt: skip
