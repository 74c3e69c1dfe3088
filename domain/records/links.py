"""Mail a link that opens something once: a row holds the hash of its secret, the mail holds the link, sealed.

Verbs: `mail_link`, `make_link`, `make_link_to_show`, `use_up`, `void_links`, `sent_lately`, `may_ask`. Inside the
caller's transaction; nothing here decides who may have one.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.records import throttles
from domain.records.words_out import enqueue_mail
from models import Person, Token

LIFE = {
    "claim": timedelta(hours=72),
    "recover": timedelta(minutes=30),
    "email": timedelta(minutes=60),
    "alarm": timedelta(days=14),
}
"""How long a link works. An invitation waits for a person who did not ask for it, so it lives longer than a reset; an
alarm waits until somebody reads of what they never did."""
SHOWN_FOR = timedelta(minutes=30)
"""How long a link works that was shown at the counter: whoever it is for stands there."""
PATH = {"claim": "claim", "recover": "recover", "email": "account/email", "alarm": "alarm"}
PAUSE = timedelta(minutes=2)
MOST_ASKED = {"recover": (3, LIFE["recover"]), "claim": (5, timedelta(hours=24))}
"""How many links anybody may have mailed to one person, and within what. Each voids the one before; the time is no
longer than a link works, so that however often a stranger asks, the owner's mailbox holds one that does."""


def make_link(
    session: Session,
    person: Person,
    purpose: str,
    base_url: str,
    now: datetime,
    agreement_id: int | None = None,
    *,
    sent_to: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> str:
    """A new link of `purpose` for the person, 256 bits; earlier ones of that purpose stop working.

    Alarms do not replace each other: each mail tells of something else. `sent_to`: where it goes, when that is not the
    address on file.
    """
    if purpose != "alarm":
        void_links(session, person.id, now, purpose)
    secret = secrets.token_urlsafe(32)
    session.add(
        Token(
            secret_hash=sealing.fingerprint(secret),
            purpose=purpose,
            person_id=person.id,
            agreement_id=agreement_id,
            sent_to=person.email if sent_to is None else sent_to,
            detail=dict(detail or {}),
            created_at=now,
            expires_at=now + LIFE[purpose],
        )
    )
    session.flush()
    return f"{base_url}/{PATH[purpose]}/{secret}"


def make_link_to_show(
    session: Session, person: Person, agreement_id: int, base_url: str, now: datetime
) -> str:
    """A link to the person's account that is shown to them in person and mailed to nobody: its `sent_to` is "".

    It works for half an hour. The one shown before stops working; a mailed one goes on.
    """
    session.execute(
        update(Token)
        .where(
            Token.person_id == person.id, Token.purpose == "claim", Token.sent_to == "", Token.used_at.is_(None),
            Token.voided_at.is_(None),
        )
        .values(voided_at=now)
    )  # fmt: skip
    secret = secrets.token_urlsafe(32)
    session.add(
        Token(
            secret_hash=sealing.fingerprint(secret), purpose="claim", person_id=person.id, agreement_id=agreement_id,
            sent_to="", detail={}, created_at=now, expires_at=now + SHOWN_FOR,
        )
    )  # fmt: skip
    session.flush()
    return f"{base_url}/{PATH['claim']}/{secret}"


def mail_link(
    session: Session,
    person: Person,
    purpose: str,
    *,
    template: str,
    base_url: str,
    now: datetime,
    agreement_id: int | None = None,
    sent_to: str | None = None,
    data: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Make a link and put the mail that carries it into the outbox, to the address on file and nowhere else.

    Only a link that proves a new address goes to another one, `sent_to`. `detail`: what the link brings.
    """
    link = make_link(session, person, purpose, base_url, now, agreement_id, sent_to=sent_to, detail=detail)
    enqueue_mail(
        session,
        to=person.email if sent_to is None else sent_to,
        template=template,
        dedupe_key=f"{purpose}-{sealing.fingerprint(link)[:32]}",
        now=now,
        language=person.language,
        data={"name": person.name, "expires": (now + LIFE[purpose]).isoformat(), **(data or {})},
        secret={"link": link},
    )


def sent_lately(session: Session, person_id: int, purpose: str, now: datetime) -> bool:
    """Whether a link went out a moment ago, so that asking again does not fill somebody's mailbox."""
    latest = select(Token.id).where(
        Token.person_id == person_id,
        Token.purpose == purpose,
        Token.created_at > now - PAUSE,
        Token.used_at.is_(None),
        Token.sent_to != "",
    )
    return session.scalar(latest.limit(1)) is not None


def may_ask(session: Session, person_id: int, purpose: str, now: datetime) -> bool:
    """Whether a link is mailed to this person because somebody asked who proved nothing; counts it where it is."""
    limit, window = MOST_ASKED[purpose]
    return not sent_lately(session, person_id, purpose, now) and throttles.count(
        session, f"link-{purpose}:{person_id}", now, limit=limit, window=window
    )


def void_links(session: Session, person_id: int, now: datetime, purpose: str | None = None) -> None:
    """Mailed links of the person that were not used stop working: of one `purpose`, or all but alarms.

    An alarm outlives a new password and a new address: both may be what the alarm is about.
    """
    chosen = Token.purpose == purpose if purpose else Token.purpose != "alarm"
    session.execute(
        update(Token)
        .where(Token.person_id == person_id, Token.used_at.is_(None), Token.voided_at.is_(None), chosen)
        .values(voided_at=now)
    )


def use_up(session: Session, link: Token, now: datetime) -> bool:
    """Use a link once, whoever comes first; False when it was used, replaced or is too old."""
    used: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        update(Token)
        .where(
            Token.id == link.id, Token.used_at.is_(None), Token.voided_at.is_(None), Token.expires_at > now
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return used.rowcount == 1
