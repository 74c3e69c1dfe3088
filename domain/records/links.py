"""Mail a link that opens something once: a row holds the hash of its secret, the mail holds the link, sealed.

Verbs: `mail_link`, `make_link`, `use_up`, `sent_lately`. Inside the caller's transaction; nothing here decides who may
have one.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.records.words_out import enqueue_mail
from models import Person, Token

LIFE = {"claim": timedelta(hours=72), "recover": timedelta(minutes=30)}
"""How long a link works. An invitation waits for a person who did not ask for it, so it lives longer than a reset."""
PATH = {"claim": "claim", "recover": "recover"}
PAUSE = timedelta(minutes=2)


def make_link(
    session: Session, person: Person, purpose: str, base_url: str, now: datetime, agreement_id: int | None
) -> str:
    """A new link of `purpose` for the person, 256 bits; earlier ones of that purpose stop working."""
    session.execute(
        update(Token)
        .where(
            Token.person_id == person.id,
            Token.purpose == purpose,
            Token.used_at.is_(None),
            Token.voided_at.is_(None),
        )
        .values(voided_at=now)
    )
    secret = secrets.token_urlsafe(32)
    session.add(
        Token(
            secret_hash=sealing.fingerprint(secret),
            purpose=purpose,
            person_id=person.id,
            agreement_id=agreement_id,
            sent_to=person.email,
            created_at=now,
            expires_at=now + LIFE[purpose],
        )
    )
    session.flush()
    return f"{base_url}/{PATH[purpose]}/{secret}"


def mail_link(
    session: Session,
    person: Person,
    purpose: str,
    *,
    template: str,
    base_url: str,
    now: datetime,
    agreement_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Make a link and put the mail that carries it into the outbox, to the address on file and nowhere else."""
    link = make_link(session, person, purpose, base_url, now, agreement_id)
    enqueue_mail(
        session,
        to=person.email,
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
    )
    return session.scalar(latest.limit(1)) is not None


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
