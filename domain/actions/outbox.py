"""Send the mails and texts that wait. Each is claimed by a guarded UPDATE, sent outside any transaction, then marked.

A crash between sending and marking can send one mail twice, never lose one: the claim lapses after five minutes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from channels.email import MailChannel, Message
from channels.message import ChannelRefused, ChannelSilent
from channels.sms.base import TextChannel, TextMessage
from domain import sealing
from domain.points import reach
from domain.reports.mail_data import business_data, mail_data
from domain.reports.receipts import receipt_attachment
from domain.reports.recipients import recipient
from domain.transaction import nothing_open, rows_changed, transaction
from models import Outbox
from papers.formats import Formats
from papers.mails import compose
from papers.texts import compose_text

LEASE = timedelta(minutes=5)
MOST_TRIES = 8
BATCH = 50
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs: the channels, the formats of a language and a zone, and what mails say about us.

    `texts` is None where this installation has no gateway for text messages.
    """

    channel: MailChannel
    formats: Callable[[str, str], Formats]
    base_url: str
    test_mode: bool
    texts: TextChannel | None = None


def deliver(post: Post, *, now: datetime, limit: int = BATCH) -> int:
    """Send up to `limit` mails that are due; returns how many went out. A bad one never stops the rest."""
    return sum(_deliver_one(post, mail_id, now) for mail_id in _due(now, limit))


def _due(now: datetime, limit: int) -> list[int]:
    with transaction() as session:
        query = select(Outbox.id).where(
            or_(Outbox.state == "due", Outbox.state == "sending"), Outbox.not_before <= now
        )
        return list(session.scalars(query.order_by(Outbox.id).limit(limit)))


def _deliver_one(post: Post, mail_id: int, now: datetime) -> int:
    try:
        claimed = _claim(post, mail_id, now)
    except (OperationalError, InterfaceError):
        raise  # the database itself does not answer: nothing is known about this mail
    except Exception as problem:
        log.error("mail_cannot_be_made", mail=mail_id, problem=type(problem).__name__)
        _mark(mail_id, "dead", now, error=type(problem).__name__)
        return 0
    if claimed is None:
        return 0
    message, message_id, tries = claimed
    if tries > MOST_TRIES:
        # Each earlier try ended with the process: this mail would end it again.
        _mark(mail_id, "dead", now, error="no try came to an end")
        return 0
    reach("outbox.claimed")
    nothing_open()
    try:
        _hand_over(post, message, message_id)
    except ChannelSilent as silent:
        _retry(mail_id, tries, now, str(silent))
        return 0
    except ChannelRefused as refused:
        if refused.about == "settings":
            # Our own sign-in at the mail server: somebody will mend it, and the mail is as good as before.
            _retry(mail_id, tries, now, str(refused))
        else:
            _mark(mail_id, "dead", now, error=str(refused))
        return 0
    except Exception as fault:
        log.error("mail_failed", mail=mail_id, exc_info=fault)
        _retry(mail_id, tries, now, type(fault).__name__)
        return 0
    reach("outbox.sent_before_mark")
    _mark(mail_id, "sent", now)
    return 1


def _hand_over(post: Post, message: Message | TextMessage, message_id: str) -> None:
    if isinstance(message, Message):
        post.channel.deliver(message, message_id)
    elif post.texts is None:
        raise ChannelRefused("no gateway for text messages is set", about="settings")
    else:
        post.texts.deliver(message, message_id)


def _claim(post: Post, mail_id: int, now: datetime) -> tuple[Message | TextMessage, str, int] | None:
    """Take the mail for five minutes and make its message; None when another process took it first."""
    with transaction() as session:
        waiting = update(Outbox).where(
            Outbox.id == mail_id, Outbox.state.in_(("due", "sending")), Outbox.not_before <= now
        )
        claim = waiting.values(state="sending", not_before=now + LEASE, tries=Outbox.tries + 1)
        if not rows_changed(session, claim):
            return None
        mail = session.get_one(Outbox, mail_id)
        if _too_late(mail, now):
            # A code that does not count any more would only confuse.
            mail.state, mail.sealed, mail.last_error = "dead", None, "too late"
            return None
        secret = (
            json.loads(sealing.unseal(mail.sealed, f"outbox.sealed:{mail.dedupe_key}")) if mail.sealed else {}
        )
        data = mail_data(session, mail, secret, post.base_url)
        business = business_data(session, post.base_url, post.test_mode)
        reader = recipient(session, mail.to_address, str(data.get("name", "")))
        voice = post.formats(mail.language, reader.zone).voice()
        paper = receipt_attachment(session, str(mail.data.get("payment_ref", "")), business, voice)
        to_address, template, tries, sent_at = mail.to_address, mail.template, mail.tries, mail.created_at
        channel = mail.channel
    message_id = f"duebook-{mail_id}-{sent_at:%Y%m%d%H%M%S}"
    if channel == "sms":
        return TextMessage(to_address, compose_text(template, voice, data, business)), message_id, tries
    text = compose(template, voice, data | {"phrase": reader.phrase}, business)
    attachments = (paper,) if paper and template in ("receipt", "counter_receipt") else ()
    message = Message(
        to=to_address,
        subject=text.subject,
        text=text.text,
        html=text.html,
        attachments=attachments,
        sent_at=sent_at,
    )
    return message, message_id, tries


def _too_late(mail: Outbox, now: datetime) -> bool:
    until = mail.data.get("useless_after")
    return bool(until) and now >= datetime.fromisoformat(str(until))


def _retry(mail_id: int, tries: int, now: datetime, error: str) -> None:
    if tries >= MOST_TRIES:
        _mark(mail_id, "dead", now, error=error)
        return
    wait = BACK_OFF[min(tries - 1, len(BACK_OFF) - 1)]
    with transaction() as session:
        session.execute(
            update(Outbox)
            .where(Outbox.id == mail_id, Outbox.state == "sending")
            .values(state="due", not_before=now + wait, last_error=error[:300])
        )


def _mark(mail_id: int, state: str, now: datetime, error: str = "") -> None:
    """Sent or given up. The sealed secret of a mail that went out is erased."""
    values = {"state": state, "sent_at": now if state == "sent" else None, "last_error": error[:300]}
    if state == "sent":
        values["sealed"] = None
    with transaction() as session:
        session.execute(update(Outbox).where(Outbox.id == mail_id).values(**values))
