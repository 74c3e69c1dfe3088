"""The words of notices that staff wrote: which count now, and what to do when they cannot be used.

Questions: `standing`. Verb: `report_broken`. Never commits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.records.ready_made import ReadyMade
from domain.records.tasks import open_task
from domain.words import N_, Sentence
from models import NoticeText

_NEWEST = ReadyMade(
    select(NoticeText.ref, NoticeText.subject, NoticeText.body)
    .where(
        NoticeText.event == bindparam("event"),
        NoticeText.channel == bindparam("channel"),
        NoticeText.language == bindparam("language"),
    )
    .order_by(NoticeText.version.desc())
    .limit(1)
)


def standing(session: Any, event: str, channel: str, language: str) -> Any:
    """The words of staff for a reader of the language, with `subject` and `body`; None where our own count.

    Words in another language are not used: our own in the reader's language are better than theirs in a foreign one.
    """
    tag = language.replace("-", "_").partition("_")[0]
    row = _NEWEST.first(session, {"event": event, "channel": channel, "language": tag})
    return row if row is not None and row.body else None


def broken_key(event: str, channel: str, language: str) -> str:
    """The key of the task about words that cannot be used."""
    return f"notice-text:{event}:{channel}:{language.replace('-', '_').partition('_')[0]}"


def report_broken(
    session: Session, event: str, channel: str, language: str, why: str, *, now: datetime
) -> None:
    """Open a task: the words could not be used, and ours were sent in their place."""
    words = N_("The words you wrote for “%(event)s” (%(channel)s, %(language)s) could not be used: %(why)s. "
               "Ours were sent instead.")  # fmt: skip
    said = {"event": event, "channel": channel, "language": language, "why": why[:200]}
    open_task(session, "notice_text", broken_key(event, channel, language), Sentence(words, said), now=now)
