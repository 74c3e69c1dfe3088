"""The help centre as people read it: by topic, one article, and what answers a search. For everybody, signed in or not.

An article of staff stands in place of the shipped one of the same slug; one that they hid is not there. Shipped
articles are searched in memory (they are some dozens and change only with the program), those of staff by the index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from domain.records.help_articles import article_of, search_key, shipped, written, written_lines
from domain.reports.text_search import Hit, hits
from domain.rules.help_articles import LANGUAGES, TOPICS, Article
from domain.rules.search_texts import Piece, Slips, asked, excerpt, marked, weight
from domain.words import Sentence
from models import db

MOST = 12


@dataclass(frozen=True, slots=True)
class Link:
    slug: str
    title: str
    topic: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An article that a search found: its title and a part of its text, with what was asked for marked."""

    slug: str
    title: Sequence[Piece]
    part: Sequence[Piece]


def standing(language: str) -> list[Link]:
    """All articles in a language, by title."""
    links = {one.slug: Link(one.slug, one.title, one.topic) for one in shipped(language).values()}
    for row in written_lines(db.session, language):
        if row.hidden:
            links.pop(row.slug, None)
        elif row.own:
            links[row.slug] = Link(row.slug, row.title, row.topic)
    return sorted(links.values(), key=lambda link: link.title.casefold())


def by_topic(language: str) -> list[tuple[Sentence, list[Link]]]:
    """The articles under the headings of their topics; headings without one are left out."""
    links = standing(language)
    groups = [
        (Sentence(words), [link for link in links if link.topic == topic]) for topic, words in TOPICS.items()
    ]
    return [(heading, some) for heading, some in groups if some]


def article(slug: str, language: str) -> Article | None:
    """The article in this language, else in another one; None where there is none, or staff hid it."""
    for tongue in (language, *(one for one in LANGUAGES if one != language)):
        row = written(db.session, [slug], tongue).get(slug)
        if row is not None and row.hidden:
            return None
        if row is not None and row.body:
            return article_of(row)
        if slug in shipped(tongue):
            return shipped(tongue)[slug]
    return None


def related(one: Article, most: int = 4) -> list[Link]:
    """Others of the same topic, in the article's language."""
    links = [link for link in standing(one.language) if link.topic == one.topic and link.slug != one.slug]
    return links[:most]


def search(q: str, language: str) -> list[Answer]:
    """What answers, best first; nothing where no word was typed."""
    words = asked(q)
    if not words:
        return []
    own = hits("article", q, language=language, most=MOST)
    slips = Slips()
    forms = _shipped_forms(language)
    taken = {row.slug for row in written_lines(db.session, language, list(forms)) if row.hidden or row.own}
    ours = [
        Hit(search_key(slug, language), language, score)
        for slug, form in forms.items()
        if slug not in taken and (score := weight(words, *form, slips))
    ]
    best = sorted([*own, *ours], key=lambda hit: (-hit.weight, hit.key))[:MOST]
    articles = _articles([hit.key.partition(":")[2] for hit in best], language)
    return [
        Answer(one.slug, marked(one.title, words, slips), excerpt(one.text, words, slips=slips))
        for hit in best
        if (one := articles.get(hit.key.partition(":")[2]))
    ]


@cache
def _shipped_forms(language: str) -> Mapping[str, tuple[str, str]]:
    """Title and text of each shipped article as they are searched."""
    return {one.slug: (one.searched_title, one.searched_body) for one in shipped(language).values()}


def _articles(slugs: Sequence[str], language: str) -> Mapping[str, Article]:
    rows = written(db.session, slugs, language)
    own = {slug: article_of(row) for slug, row in rows.items() if row.body and not row.hidden}
    return {slug: shipped(language)[slug] for slug in slugs if slug in shipped(language)} | own
