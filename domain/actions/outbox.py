"""Send the mails and texts that wait. Each is claimed by a guarded UPDATE, sent outside any transaction, then marked.

A crash between sending and marking can send one mail twice, never lose one: the claim lapses after five minutes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from channels.email import MailChannel, Message
from channels.message import ChannelRefused, ChannelSilent
from channels.sms.base import TextChannel, TextMessage
from channels.web_push.http import PushChannel, PushMessage
from domain import sealing
from domain.actions.push_notes import push_note
from domain.actions.unreachable import heard_no
from domain.points import reach
from domain.records.contacts import NOT_WANTED
from domain.records.dead_letters import note as note_dead
from domain.records.notice_texts import report_broken
from domain.records.notice_texts import standing as standing_words
from domain.records.notices import still
from domain.reports import letters
from domain.reports.mail_data import business_data, mail_data
from domain.reports.receipts import receipt_attachment
from domain.reports.recipients import recipient
from domain.rules.notice_events import EVENTS
from domain.transaction import nothing_open, rows_changed, transaction
from models import Outbox, Person
from papers.formats import Formats
from papers.mails import compose
from papers.notices import compose_line, compose_notice, is_notice
from papers.own_words import CHANNELS, BrokenWords, Filled, Own, fill
from papers.texts import compose_text
from papers.voice import Voice

LEASE = timedelta(minutes=5)
MOST_TRIES = 8
BATCH = 50
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs: the channels, the formats of a language and a zone, and what mails say about us.

    `texts` is None where this installation has no gateway for text messages, `pushes` where it pushes to no browser.
    `leave` makes the path at which a person (ref) switches mails of an event off.
    """

    channel: MailChannel
    formats: Callable[[str, str], Formats]
    base_url: str
    test_mode: bool
    texts: TextChannel | None = None
    pushes: PushChannel | None = None
    leave: Callable[[str, str], str] | None = None


Letter = Message | TextMessage | PushMessage


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
            heard_no(mail_id, refused, now)
        return 0
    except Exception as fault:
        log.error("mail_failed", mail=mail_id, exc_info=fault)
        _retry(mail_id, tries, now, type(fault).__name__)
        return 0
    reach("outbox.sent_before_mark")
    _mark(mail_id, "sent", now)
    return 1


def _hand_over(post: Post, message: Letter, message_id: str) -> None:
    if isinstance(message, Message):
        post.channel.deliver(message, message_id)
    elif isinstance(message, PushMessage):
        if post.pushes is None:
            raise ChannelRefused("this installation pushes to no browser")
        post.pushes.deliver(message, message_id)
    elif post.texts is None:
        raise ChannelRefused("no gateway for text messages is set", about="settings")
    else:
        post.texts.deliver(message, message_id)


def _claim(post: Post, mail_id: int, now: datetime) -> tuple[Letter, str, int] | None:
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
        if (when := still(session, mail, now)) is None:
            mail.state, mail.sealed, mail.last_error = "dead", None, NOT_WANTED
            return None
        if when > now:
            # The reader's evening began while it waited here.
            mail.state, mail.not_before, mail.tries = "due", when, mail.tries - 1
            return None
        secret = (
            json.loads(sealing.unseal(mail.sealed, f"outbox.sealed:{mail.dedupe_key}")) if mail.sealed else {}
        )
        data = mail_data(session, mail, secret, post.base_url)
        business = business_data(session, post.base_url, post.test_mode)
        reader = recipient(session, mail.to_address, str(data.get("name", "")))
        voice = post.formats(mail.language, reader.zone).voice()
        paper = _paper(session, mail, business, voice)
        to_address, template, tries, sent_at = mail.to_address, mail.template, mail.tries, mail.created_at
        channel, leave = mail.channel, _leave_link(session, post, mail)
        push = push_note(session, mail, voice, data, business, now) if channel == "push" else None
        own = _own_words(session, mail, voice, data, business, now)
    message_id = f"duebook-{mail_id}-{sent_at:%Y%m%d%H%M%S}"
    if push is not None:
        return push, message_id, tries
    if channel == "sms":
        said = compose_line(template, voice, data, business, own) if own else None
        said = said or compose_text(template, voice, data, business)
        return TextMessage(to_address, said), message_id, tries
    data |= {"phrase": reader.phrase, "leave": leave}
    if is_notice(template):
        text = compose_notice(template, voice, data, business, own)
    else:
        text = compose(template, voice, data, business)
    attachments = (paper,) if paper else ()
    message = Message(
        to=to_address,
        subject=text.subject,
        text=text.text,
        html=text.html,
        attachments=attachments,
        headers=leave_headers(leave),
        sent_at=sent_at,
    )
    return message, message_id, tries


def _paper(
    session: Session, mail: Outbox, business: Mapping[str, Any], voice: Voice
) -> tuple[str, str, bytes] | None:
    """What goes along with a mail as (file name, type, bytes): a receipt, or the letter of a change."""
    if mail.channel != "email":
        return None
    if mail.template in ("receipt", "counter_receipt"):
        return receipt_attachment(session, str(mail.data.get("payment_ref", "")), business, voice)
    return letters.attachment(session, mail.data, business, voice)


def _leave_link(session: Session, post: Post, mail: Outbox) -> str:
    """Where the reader switches mails of this kind off without signing in; "" for what is required."""
    event = EVENTS.get(mail.event)
    if event is None or event.required or mail.person_id is None or post.leave is None:
        return ""
    ref = session.scalar(select(Person.ref).where(Person.id == mail.person_id))
    return post.base_url + post.leave(str(ref), event.name)


def leave_headers(link: str) -> dict[str, str]:
    """The headers by which mail programs offer to unsubscribe with one click (RFC 2369, RFC 8058)."""
    if not link:
        return {}
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _own_words(
    session: Session, mail: Outbox, voice: Voice, data: Mapping[str, Any], business: Mapping[str, Any],
    now: datetime,
) -> Filled | None:  # fmt: skip
    """The words of staff for this message, filled in; None where ours are sent, also where theirs cannot be used."""
    if mail.channel not in CHANNELS or not is_notice(mail.template):
        return None
    found = standing_words(session, mail.template, mail.channel, mail.language)
    draft = mail.data.get("draft")
    own = Own(**draft) if draft else Own(found.subject, found.body) if found else None
    if own is None:
        return None
    try:
        return fill(mail.template, mail.channel, own, voice, data, business)
    except Exception as broken:
        # Whatever is wrong with them: no message waits for somebody to mend words.
        why = str(broken) if isinstance(broken, BrokenWords) else type(broken).__name__
        report_broken(session, mail.template, mail.channel, mail.language, why, now=now)
        return None


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
        if state == "dead":
            note_dead(session, mail_id, error, now)
