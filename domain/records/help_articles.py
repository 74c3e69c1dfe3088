"""The articles there are: those that ship (files of `templates/help/`) and what staff wrote in their place.

Questions: `shipped`, `written`, `written_lines`, `latest`. Verb: `keep_words`, by which an article of staff is found.
Articles are for everybody; only their versions and votes are for staff.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from domain.rules.help_articles import LANGUAGES, Article, parse
from models import HelpArticle, SearchText

FILES = Path(__file__).resolve().parents[2] / "templates" / "help"


@cache
def shipped(language: str) -> Mapping[str, Article]:
    """The articles that ship in a language, by slug."""
    if language not in LANGUAGES:
        return {}
    files = sorted((FILES / language).glob("*.md"))
    return MappingProxyType(
        {file.stem: parse(file.stem, language, file.read_text("utf-8")) for file in files}
    )


def _newest() -> Any:
    later = aliased(HelpArticle)
    return ~(
        select(later.id)
        .where(
            later.slug == HelpArticle.slug, later.language == HelpArticle.language,
            later.version > HelpArticle.version,
        )
        .exists()
    )  # fmt: skip


def written_lines(session: Any, language: str, slugs: Sequence[str] | None = None) -> Sequence[Any]:
    """What stands of staff in a language, all of it or for some slugs, without the texts: slug, title, topic, hidden,
    `own` (False: back to ours).
    """
    some = [] if slugs is None else [HelpArticle.slug.in_(slugs)]
    own = (HelpArticle.body != "").label("own")
    columns = HelpArticle.slug, HelpArticle.title, HelpArticle.topic, HelpArticle.hidden, own
    rows: Sequence[Any] = session.execute(
        select(*columns).where(HelpArticle.language == language, _newest(), *some)
    ).all()
    return rows


def written(session: Any, slugs: Sequence[str], language: str) -> Mapping[str, HelpArticle]:
    """The newest version of staff of each of these articles, where there is one."""
    query = select(HelpArticle).where(
        HelpArticle.slug.in_(slugs), HelpArticle.language == language, _newest()
    )
    return {row.slug: row for row in session.scalars(query)}


def latest(session: Session, slug: str, language: str) -> int:
    """The number of the newest version of staff; 0 where they wrote none."""
    query = select(func.max(HelpArticle.version)).where(
        HelpArticle.slug == slug, HelpArticle.language == language
    )
    return session.scalar(query) or 0


def article_of(row: HelpArticle) -> Article:
    return Article(row.slug, row.language, row.title, row.topic, row.words, row.body)


def keep_words(session: Session, row: HelpArticle) -> None:
    """Bring the search up to this newest version: one that is hidden or gives way to ours is not found."""
    key = search_key(row.slug, row.language)
    session.execute(delete(SearchText).where(SearchText.subject == "article", SearchText.subject_key == key))
    if row.body and not row.hidden:
        article = article_of(row)
        session.add(SearchText(
            subject="article", subject_key=key, language=row.language, title=article.searched_title,
            body=article.searched_body,
        ))  # fmt: skip


def search_key(slug: str, language: str) -> str:
    return f"{language}:{slug}"
