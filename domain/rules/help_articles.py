"""An article of the help centre: what it is made of, how its file is read, and what staff may write.

A file begins with a head of lines "name: value" (title, topic, words) and an empty line; what follows is Markdown.
`words` are others by which people look for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.rules.markdown_text import text_of
from domain.rules.search_texts import searched
from domain.words import N_, Refused, Sentence

LANGUAGES = ("en", "es")
TOPICS: Mapping[str, str] = {
    "sign_in": N_("Access"),
    "paying": N_("Paying"),
    "trouble": N_("When a payment goes wrong"),
    "amounts": N_("Amounts and fees"),
    "papers": N_("Documents and statements"),
    "home": N_("Your home"),
    "safety": N_("Staying safe"),
    "website": N_("The website and the app"),
    "contact": N_("Reaching us"),
}
"""Topic -> its heading, in the order of the help centre."""
MOST_TITLE, MOST_WORDS, MOST_BODY = 120, 300, 20_000
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MOST_SLUG = 60
_HEAD = ("title", "topic", "words")
_SHOWN_TITLE = 160


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one language; `body` is Markdown."""

    slug: str
    language: str
    title: str
    topic: str
    words: str
    body: str

    @property
    def text(self) -> str:
        """The words of the body alone."""
        return text_of(self.body)

    @property
    def searched_title(self) -> str:
        """Title and further words as they are searched, as much as fits into the column."""
        return searched(f"{self.title} {self.words}")[:_SHOWN_TITLE]

    @property
    def searched_body(self) -> str:
        return searched(f"{self.words} {self.text}")


def parse(slug: str, language: str, text: str) -> Article:
    """Read a file. Raises ValueError for a head that is not whole or a topic there is not."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    values = dict(line.split(": ", 1) for line in head.splitlines())
    if tuple(values) != _HEAD or values["topic"] not in TOPICS or not body.strip():
        raise ValueError(f"the article {language}/{slug} has no head of {', '.join(_HEAD)}")
    return Article(slug, language, **values, body=body.strip())


def check(article: Article) -> None:
    """Raise Refused, beside "title", "topic", "words" or "body", for what cannot be published."""
    for name, most in (("title", MOST_TITLE), ("words", MOST_WORDS), ("body", MOST_BODY)):
        if len(getattr(article, name)) > most:
            raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": most}), name)
    if not article.title.strip():
        raise Refused(Sentence(N_("Give it a title.")), "title")
    if article.topic not in TOPICS:
        raise Refused(Sentence(N_("This is not one of the choices.")), "topic")
    if not article.text.strip():
        raise Refused(Sentence(N_("Write the article.")), "body")


def slug_of(title: str) -> str:
    """The name of a new article in its address, made from the title; "article" where no letter is left."""
    return (
        "-".join(searched(title).split())[:MOST_SLUG].strip("-").encode("ascii", "ignore").decode()
        or "article"
    )
