"""The help centre: articles that staff wrote or changed, and whether they helped. Articles that ship are files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from tables.base import Model, one_of, pk


class HelpArticle(Model):
    """An article of staff, or their version of one that ships (the same `slug`); each change is a new version.

    `body` is Markdown without HTML. `hidden` takes the article (also a shipped one) out of the help centre.
    """

    __tablename__ = "help_article"
    __table_args__ = (UniqueConstraint("slug", "language", "version"),)
    id: Mapped[int] = pk()
    slug: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(8))
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(160))
    topic: Mapped[str] = mapped_column(String(24))
    words: Mapped[str] = mapped_column(String(300), default="")
    body: Mapped[str] = mapped_column(Text)
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(64))


class HelpVote(Model):
    """Whether an article helped somebody, and what was missing. Nobody is named: `voter_hash` only counts each once."""

    __tablename__ = "help_vote"
    __table_args__ = (UniqueConstraint("slug", "voter_hash"),)
    id: Mapped[int] = pk()
    slug: Mapped[str] = mapped_column(String(60), index=True)
    language: Mapped[str] = mapped_column(String(8))
    helped: Mapped[bool]
    missing: Mapped[str] = mapped_column(String(500), default="")
    voter_hash: Mapped[str] = mapped_column(String(64))
    voted_at: Mapped[datetime]


class SearchText(Model):
    """Text searched by parts of words: of articles ("article") and messages ("message"), lower case, no accents.

    On SQLite triggers keep an FTS5 table with the trigram tokenizer beside it, on Postgres it has a GIN index of
    pg_trgm: see `migrations/searching.py`.
    """

    __tablename__ = "search_text"
    __table_args__ = (
        CheckConstraint(one_of("subject", "article", "message"), name="subject"),
        UniqueConstraint("subject", "subject_key"),
    )
    id: Mapped[int] = pk()
    subject: Mapped[str] = mapped_column(String(8))
    subject_key: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(8), default="")
    title: Mapped[str] = mapped_column(String(160), default="")
    body: Mapped[str] = mapped_column(Text)
