"""Who did it, in words: the actors written into the books and the audit trail, and what they did.

An actor is stored as "user:7", "gateway:sandbox", "job:resolve_unknown" or a plain word; people read names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from domain.access import Scope
from domain.reports.action_words import ACTION_WORDS
from domain.words import N_, Sentence
from models import AuditEvent, Person, User, db

Name = str | Sentence

OTHERS = {
    "gateway": N_("Payment processor"),
    "job": N_("Timed duty"),
    "link": N_("Somebody with a link to pay"),
    "billing": N_("Timed duty"),
    "ladder": N_("Delinquency ladder"),
    "promises": N_("Timed duty"),
    "sms gateway": N_("Gateway for text messages"),
    "import": N_("Import"),
    "anonymous": N_("Somebody not signed in"),
    "setup": N_("Set-up"),
    "demo": N_("Set-up of the demo"),
    "cli": N_("Command line"),
    "command": N_("Command line"),
    "operator": N_("Command line"),
}


def names_of(actors: Iterable[str]) -> dict[str, Name]:
    """Each stored actor with the name people read: a person's own, or what kind of actor it is."""
    actors = set(actors)
    ids = {int(actor[5:]) for actor in actors if actor.startswith("user:") and actor[5:].isdigit()}
    known: dict[int, str] = {}
    if ids:
        rows = db.session.execute(
            select(User.id, Person.name).join(Person, Person.id == User.person_id).where(User.id.in_(ids))
        )
        known = {row.id: row.name for row in rows}
    return {actor: _name(actor, known) for actor in actors}


def _name(actor: str, known: Mapping[int, str]) -> Name:
    kind, _, rest = actor.partition(":")
    if kind == "user" and rest.isdigit() and int(rest) in known:
        return known[int(rest)]
    return Sentence(OTHERS[kind]) if kind in OTHERS else actor


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the audit trail, ready for a page."""

    at: datetime
    by: Name
    what: Sentence
    action: str
    detail: Mapping[str, Any]
    subject_id: int | None


def deeds(scope: Scope, about: ColumnElement[bool], count: int) -> list[Deed]:
    """The newest lines of the audit trail that meet `about`, at most `count`."""
    rows = db.session.scalars(
        scope.select(AuditEvent)
        .where(about, AuditEvent.action != "sign_in.tried")
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(count)
    ).all()
    names = names_of(row.by for row in rows)
    return [
        Deed(
            row.at, names[row.by], Sentence(ACTION_WORDS.get(row.action, row.action)), row.action, row.detail,
            row.subject_id,
        )
        for row in rows
    ]  # fmt: skip
