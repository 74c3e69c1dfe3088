"""The articles as those who write them see them: which are ours or theirs, every version, and whether they help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func

from domain.access import Scope
from domain.records.help_articles import article_of, shipped
from domain.reports.actors import Name, names_of
from domain.rules.help_articles import LANGUAGES, TOPICS, Article
from domain.words import Sentence
from models import HelpArticle, HelpVote, db

MOST_MISSING = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One article in one language. `state`: "ours", "changed" (ships, but staff wrote their own), "own", "hidden"."""

    slug: str
    language: str
    title: str
    topic: str
    state: str
    helped: int
    not_helped: int


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    article: Article
    hidden: bool
    at: datetime
    by: Name


@dataclass(frozen=True, slots=True)
class Missing:
    """What somebody said was missing."""

    words: str
    language: str
    at: datetime


def lines(scope: Scope, language: str) -> list[tuple[Sentence, list[Line]]]:
    """All articles of a language by topic, also hidden ones."""
    newest = {row.slug: row for row in db.session.scalars(
        scope.select(HelpArticle).where(HelpArticle.language == language).order_by(HelpArticle.version)
    )}  # fmt: skip
    votes = _votes(scope, language)
    found = []
    for slug in sorted({*newest, *shipped(language)}):
        row, ours = newest.get(slug), shipped(language).get(slug)
        one = article_of(row) if row is not None and (row.body or ours is None) else ours
        if one is not None:
            found.append(
                Line(slug, language, one.title, one.topic, _state(row, ours), *votes.get(slug, (0, 0)))
            )
    groups = [
        (Sentence(words), [line for line in found if line.topic == topic]) for topic, words in TOPICS.items()
    ]
    return [(heading, some) for heading, some in groups if some]


def _state(row: HelpArticle | None, ours: Article | None) -> str:
    if row is None or not row.body:
        return "hidden" if row is not None and row.hidden else "ours"
    if row.hidden:
        return "hidden"
    return "own" if ours is None else "changed"


def _votes(scope: Scope, language: str) -> dict[str, tuple[int, int]]:
    """Slug -> how many said yes and no."""
    yes = func.sum(case((HelpVote.helped, 1), else_=0))
    query = scope.select(HelpVote, HelpVote.slug, yes, func.count(HelpVote.id))
    rows = db.session.execute(query.where(HelpVote.language == language).group_by(HelpVote.slug))
    return {slug: (int(helped), int(every) - int(helped)) for slug, helped, every in rows}


def versions(scope: Scope, slug: str, language: str) -> list[Version]:
    """The versions of staff, the last first."""
    query = scope.select(HelpArticle).where(HelpArticle.slug == slug, HelpArticle.language == language)
    rows: Sequence[HelpArticle] = db.session.scalars(query.order_by(HelpArticle.version.desc())).all()
    names = names_of({row.written_by for row in rows})
    return [
        Version(row.version, article_of(row), row.hidden, row.written_at, names[row.written_by])
        for row in rows
    ]


def ours(slug: str, language: str) -> Article | None:
    """The article that ships."""
    return shipped(language).get(slug)


def known(scope: Scope, slug: str) -> bool:
    """Whether there is such an article in any language."""
    own = db.session.scalars(
        scope.select(HelpArticle, HelpArticle.id).where(HelpArticle.slug == slug).limit(1)
    ).first()
    return own is not None or any(slug in shipped(language) for language in LANGUAGES)


def missing(scope: Scope, slug: str) -> list[Missing]:
    """What readers missed, the newest first."""
    query = scope.select(HelpVote).where(HelpVote.slug == slug, HelpVote.missing != "")
    rows = db.session.scalars(query.order_by(HelpVote.voted_at.desc()).limit(MOST_MISSING))
    return [Missing(row.missing, row.language, row.voted_at) for row in rows]
