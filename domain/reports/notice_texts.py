"""The notices whose words may be changed, their versions, and how they read with example data. Read-only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.access import Scope
from domain.reports.actors import Name, names_of
from domain.reports.mail_data import business_data
from domain.rules.notice_events import EVENTS, GROUPS, Event
from domain.words import Sentence
from models import NoticeText, db
from papers.notices import compose_line, compose_notice
from papers.own_words import BrokenWords, Filled, Own, example, fill
from papers.voice import Voice


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the words; an empty `body` means that our own came back with it."""

    number: int
    subject: str
    body: str
    at: datetime
    by: Name


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in the list: in which languages, by channel, words of the business stand."""

    event: Event
    channels: Sequence[str]
    own: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Look:
    """How a message reads in a language: `own` says whether by words of staff; `broken` why those cannot be used."""

    language: str
    subject: str
    text: str
    own: bool
    broken: str


def listed(scope: Scope, editable: Callable[[str, str], bool]) -> list[tuple[str, list[Line]]]:
    """The notices by group, those that may be written."""
    newest: dict[tuple[str, str, str], bool] = {}
    for row in db.session.scalars(scope.select(NoticeText).order_by(NoticeText.version)):
        newest[row.event, row.channel, row.language] = bool(row.body)
    found: dict[str, list[Line]] = {}
    for event in EVENTS.values():
        channels = [channel for channel in ("email", "sms") if editable(event.name, channel)]
        own = sorted(
            (channel, language)
            for (name, channel, language), stands in newest.items()
            if name == event.name and stands
        )
        if channels:
            found.setdefault(GROUPS[event.group], []).append(Line(event, channels, own))
    return list(found.items())


def versions(scope: Scope, event: str, channel: str, language: str) -> list[Version]:
    """The versions of the words, the last first."""
    rows = db.session.scalars(
        scope.select(NoticeText)
        .where(NoticeText.event == event, NoticeText.channel == channel, NoticeText.language == language)
        .order_by(NoticeText.version.desc())
    ).all()
    names = names_of({row.written_by for row in rows})
    return [
        Version(row.version, row.subject, row.body, row.written_at, names[row.written_by]) for row in rows
    ]


def look(
    event: str, channel: str, language: str, voice: Voice, own: Own | None, base_url: str, test_mode: bool
) -> Look:
    """How the words read with example data; ours where there are none or they cannot be used."""
    business: dict[str, Any] = business_data(db.session(), base_url, test_mode)
    data = example(event) | {"link": f"{base_url}/"}
    filled: Filled | None = None
    broken = ""
    if own is not None:
        try:
            filled = fill(event, channel, own, voice, data, business)
        except BrokenWords as wrong:
            broken = str(wrong)
    if channel == "sms":
        text = compose_line(event, voice, data, business, filled)
        return Look(language, "", text, filled is not None, broken)
    mail = compose_notice(event, voice, data, business, filled)
    return Look(language, mail.subject, mail.text, filled is not None, broken)


def title(event: str) -> Sentence:
    """What the notice is called."""
    return Sentence(EVENTS[event].words)
