"""Staff write articles of the help centre, and everybody says whether one helped. Verbs: `write`, `add`, `hide`,
`show`, `take_back`, `vote`. Each change is a further version; none is ever changed or removed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain import sealing
from domain.access import Scope
from domain.records.help_articles import article_of, keep_words, latest, shipped, written
from domain.records.words_out import audit
from domain.rules.help_articles import LANGUAGES, MOST_SLUG, SLUG, Article, check, slug_of
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, NotAllowed, Refused, Sentence
from models import Business, HelpArticle, HelpVote

RIGHT = "talk"
MOST_MISSING = 500
_VOTER = "help_vote"


def may_write(who: Scope) -> bool:
    """Whether somebody writes articles: staff who work on the whole business, since everybody reads them."""
    return who.staff and who.everything and who.may(RIGHT)


def write(article: Article, expected_version: int, *, who: Scope, now: datetime) -> int:
    """Keep a further version and show it; returns its number. `expected_version` is the one that was looked at.

    Raises NotAllowed, Refused beside the field, Gone for an article that there is not, Conflict where somebody wrote
    one in between.
    """
    _require(who)
    check(article)
    with transaction() as session:
        _locked(session)
        if not _known(session, article.slug):
            raise Gone(Sentence(N_("There is no such article.")))
        return _keep(session, article, expected_version, False, who, now, "help_article.written")


def add(article: Article, *, who: Scope, now: datetime) -> str:
    """Publish a new article; returns its slug, made from the title. Raises NotAllowed, Refused."""
    _require(who)
    check(article)
    with transaction() as session:
        _locked(session)
        slug, number = slug_of(article.title), 1
        while _known(session, slug):
            number += 1
            slug = f"{slug_of(article.title)[: MOST_SLUG - 5]}-{number}"
        _keep(session, replace(article, slug=slug), 0, False, who, now, "help_article.added")
        return slug


def hide(slug: str, language: str, expected_version: int, *, who: Scope, now: datetime) -> int:
    """Take an article out of the help centre in one language; returns and raises as `write`."""
    return _again(slug, language, expected_version, True, who, now, "help_article.hidden")


def show(slug: str, language: str, expected_version: int, *, who: Scope, now: datetime) -> int:
    """Show a hidden article again; returns and raises as `write`."""
    return _again(slug, language, expected_version, False, who, now, "help_article.shown")


def take_back(slug: str, language: str, expected_version: int, *, who: Scope, now: datetime) -> int:
    """Go back to the article that ships; the versions stay to be read. Returns and raises as `write`."""
    _require(who)
    ours = shipped(language).get(slug)
    if ours is None:
        raise Gone(Sentence(N_("There is no such article.")))
    with transaction() as session:
        _locked(session)
        blank = replace(ours, body="")
        return _keep(session, blank, expected_version, False, who, now, "help_article.taken_back")


def vote(slug: str, language: str, helped: bool, missing: str, voter: str, *, now: datetime) -> None:
    """Keep whether the article helped; who votes again changes it. `voter` tells visitors apart and is not kept.

    Raises Refused beside "missing", Gone for an article that there is not.
    """
    missing = "".join(char for char in missing if char.isprintable() or char == "\n").strip()
    if len(missing) > MOST_MISSING:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_MISSING}), "missing")
    # Of each article a hash of its own: nobody can tell that two votes are one reader's.
    mine = sealing.keyed_hash(f"{slug}:{voter}", _VOTER)
    with transaction() as session:
        _locked(session)
        if language not in LANGUAGES or not _known(session, slug):
            raise Gone(Sentence(N_("There is no such article.")))
        query = select(HelpVote).where(HelpVote.slug == slug, HelpVote.voter_hash == mine)
        row = session.scalars(query).first()
        if row is None:
            row = HelpVote(slug=slug, voter_hash=mine)
            session.add(row)
        row.language, row.helped, row.missing, row.voted_at = language, helped, missing, now


def _require(who: Scope) -> None:
    who.require(RIGHT)
    if not may_write(who):
        raise NotAllowed(Sentence(N_("Your account may not do this. Ask an administrator of this portal.")))


def _again(
    slug: str, language: str, expected: int, hidden: bool, who: Scope, now: datetime, action: str
) -> int:
    _require(who)
    with transaction() as session:
        _locked(session)
        row = written(session, [slug], language).get(slug)
        one = article_of(row) if row is not None else shipped(language).get(slug)
        if one is None:
            raise Gone(Sentence(N_("There is no such article.")))
        return _keep(session, one, expected, hidden, who, now, action)


def _known(session: Session, slug: str) -> bool:
    """Whether there is an article of this slug in some language."""
    if SLUG.fullmatch(slug) is None or len(slug) > MOST_SLUG:
        return False
    own = session.scalar(select(HelpArticle.id).where(HelpArticle.slug == slug).limit(1))
    return own is not None or any(slug in shipped(language) for language in LANGUAGES)


def _locked(session: Session) -> None:
    """Let writers of articles and votes come one after the other."""
    session.execute(select(Business.id).with_for_update())


def _keep(
    session: Session, article: Article, expected: int, hidden: bool, who: Scope, now: datetime, action: str
) -> int:
    if article.language not in LANGUAGES:
        raise Gone(Sentence(N_("There is no such article.")))
    version = latest(session, article.slug, article.language)
    if version != expected:
        raise Conflict(Sentence(N_("Somebody has changed this in between. Look at it again.")))
    row = HelpArticle(
        slug=article.slug, language=article.language, version=version + 1, title=article.title.strip(),
        topic=article.topic, words=article.words.strip(), body=article.body.strip(), hidden=hidden, written_at=now,
        written_by=who.by,
    )  # fmt: skip
    session.add(row)
    session.flush()
    keep_words(session, row)
    audit(
        session, by=who.by, action=action, subject="help_article", subject_id=row.id, at=now,
        detail={"slug": row.slug, "language": row.language, "version": row.version},
    )  # fmt: skip
    return row.version
