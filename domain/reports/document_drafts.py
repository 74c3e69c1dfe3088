"""What a document can be made of, and how it would read: templates, ours and the operator's, filled for an agreement.

Verbs: `templates` (all there are), `find` (one by its name), `versions`, `example` (filled with made-up values).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.access import Scope
from domain.reports.actors import Name, names_of
from domain.rules.document_places import places_of
from domain.rules.document_text import Block, fill
from domain.words import N_, Money
from models import Agreement, DocumentTemplate, db
from papers.contracts import LANGUAGES, TITLES, contract
from papers.voice import Voice


@dataclass(frozen=True, slots=True)
class Template:
    """A template to choose. `key` names it in a form: the ref of the operator's own, "ours-rental-en" of ours.

    `version` is 0 and `slug` "" for ours.
    """

    key: str
    title: str
    type: str
    sort: str
    language: str
    body: str
    version: int = 0
    slug: str = ""
    ref: str = ""
    written_at: datetime | None = None

    @property
    def ours(self) -> bool:
        return not self.ref


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    ref: str
    title: str
    at: datetime
    by: Name
    retired: bool


def templates(scope: Scope, agreement: Agreement | None = None) -> list[Template]:
    """Every template that is offered, the operator's own first; only those that fit, for an agreement."""
    sort = agreement.kind if agreement is not None else ""
    rows = db.session.scalars(
        scope.select(DocumentTemplate)
        .where(DocumentTemplate.retired_at.is_(None))
        .order_by(DocumentTemplate.slug, DocumentTemplate.language, DocumentTemplate.version.desc())
    ).all()
    newest: dict[tuple[str, str], DocumentTemplate] = {}
    for row in rows:
        newest.setdefault((row.slug, row.language), row)
    own = [_own(row) for row in newest.values()]
    ours = [_ours(kind, language) for kind in TITLES for language in LANGUAGES]
    return [one for one in (*own, *ours) if not sort or one.sort in ("", sort)]


def find(scope: Scope, key: str, agreement: Agreement | None = None) -> Template | None:
    """The template of that name, if it is offered."""
    return next((one for one in templates(scope, agreement) if one.key == key), None)


def _own(row: DocumentTemplate) -> Template:
    return Template(
        row.ref, row.title, row.type, row.agreement_kind, row.language, row.body, row.version, row.slug, row.ref,
        row.written_at,
    )  # fmt: skip


def _ours(kind: str, language: str) -> Template:
    title = TITLES[kind][language]
    return Template(f"ours-{kind}-{language}", title, "agreement", kind, language, contract(kind, language))


def versions(scope: Scope, row: DocumentTemplate) -> Sequence[Version]:
    """Every version of a template in its language, newest first."""
    found = db.session.scalars(
        scope.select(DocumentTemplate)
        .where(DocumentTemplate.slug == row.slug, DocumentTemplate.language == row.language)
        .order_by(DocumentTemplate.version.desc())
    ).all()
    names = names_of([one.written_by for one in found])
    return [
        Version(
            one.version, one.ref, one.title, one.written_at, names[one.written_by], one.retired_at is not None
        )
        for one in found
    ]


def example(body: str, sort: str, voice: Voice, currency: str, today: date) -> list[Block]:
    """How a template reads, with made-up values in every place."""
    return fill(body, _example_values(sort, voice, currency, today))


_TABLES = ("terms", "order", "home", "plan")
_LISTS = ("people", "late_fees", "vehicles")
_DAYS = ("today", "agreement.start", "agreement.end", "plan.first", "plan.last")
_AMOUNTS = ("payment", "deposit", "plan.total")
_TEXTS = {"customers": "Tess Okafor, Bo Rivera", "guarantors": "Stan Wu", "owners": "Lena Fischer",
          "agreement.number": "RENT-10042", "plan.count": "48", "unit": "2B"}  # fmt: skip


def _example_values(sort: str, voice: Voice, currency: str, today: date) -> dict[str, Any]:
    money = voice.money(Money(120_000, currency))
    values: dict[str, Any] = {}
    for name, words in places_of(sort).items():
        if name in _TABLES:
            values[name] = {"rows": [[voice(words), money], [voice(N_("Another line")), voice.day(today)]]}
        elif name in _LISTS:
            values[name] = {"lines": [voice(words)]}
        elif name in _DAYS:
            values[name] = voice.day(today)
        elif name in _AMOUNTS:
            values[name] = money
        else:
            values[name] = _TEXTS.get(name) or voice(words)
    return values
