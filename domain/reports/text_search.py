"""Search in articles and messages by parts of words, alike on both databases: `hits`.

First what holds every word, by the index of trigrams. Where that is little, what holds words like them: the database
names those that share most trigrams, and `domain.rules.search_texts` decides by letters. So an answer reads a few dozen
texts at most, however many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, column, func, literal_column, or_, select, table, text

from domain.rules.search_texts import SHORTEST, Slips, asked, trigrams, weight
from models import SearchText, db

CANDIDATES = 60
ENOUGH = 3
SIMILAR = "0.35"
"""How many of a word's trigrams another one must share on Postgres, before letters are compared."""
_PARTS = table("search_text_parts", column("rowid"))
_RANK: ColumnElement[Any] = literal_column("bm25(search_text_parts, 8.0, 1.0)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that answers: the key of its subject, best first."""

    key: str
    language: str
    weight: int


def hits(
    subject: str, q: str, *, language: str = "", only: ColumnElement[bool] | None = None, most: int = 20
) -> list[Hit]:
    """The texts of "article" or "message" that answer, best first; none where no word was typed.

    `only` narrows the rows of `SearchText` further: who searches messages gives the keys of those they may see.
    """
    words = asked(q)
    if not words:
        return []
    where = [SearchText.subject == subject]
    where += [SearchText.language == language] if language else []
    where += [only] if only is not None else []
    slips = Slips()
    found = _weighed(words, _rows(_every(words), where), slips)
    if len(found) < ENOUGH and any(len(word) > SHORTEST for word in words):
        known = {hit.key for hit in found}
        found += [hit for hit in _weighed(words, _rows(_like(words), where), slips) if hit.key not in known]
    return found[:most]


def _weighed(words: Sequence[str], rows: Sequence[Any], slips: Slips) -> list[Hit]:
    weighed = [Hit(row.subject_key, row.language, weight(words, row.title, row.body, slips)) for row in rows]
    return sorted((hit for hit in weighed if hit.weight), key=lambda hit: (-hit.weight, hit.key))


def _rows(query: Any, where: Sequence[ColumnElement[bool]]) -> Sequence[Any]:
    return db.session.execute(query.where(*where).limit(CANDIDATES)).all()


def _columns() -> Any:
    return select(SearchText.subject_key, SearchText.language, SearchText.title, SearchText.body)


def _sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"


def _matching(wanted: str) -> Any:
    """SQLite: what the FTS5 table finds, the best of it first."""
    found = text("search_text_parts MATCH :wanted").bindparams(wanted=wanted)
    return _columns().join(_PARTS, _PARTS.c.rowid == SearchText.id).where(found).order_by(_RANK)


def _every(words: Sequence[str]) -> Any:
    """What holds all of the words. Those too short for the index are asked of what the others leave."""
    long = [word for word in words if len(word) >= SHORTEST]
    if _sqlite() and long:
        # Only letters and digits are left in a word, so that nothing in it is a sign of FTS5's.
        query = _matching(" ".join(f'"{word}"' for word in long))
        return query.where(*(_holds(word) for word in words if word not in long))
    in_title = func.length(SearchText.title) - func.length(func.replace(SearchText.title, words[0], ""))
    return _columns().where(*(_holds(word) for word in words)).order_by(in_title.desc(), SearchText.id.desc())


def _holds(word: str) -> ColumnElement[bool]:
    return _whole().like(f"%{word}%")


def _whole() -> ColumnElement[str]:
    """Both texts as the index of Postgres holds them."""
    return literal_column("(search_text.title || ' ' || search_text.body)", type_=SearchText.body.type)


def _like(words: Sequence[str]) -> Any:
    """What holds words that share trigrams with these, most alike first."""
    if _sqlite():
        parts = dict.fromkeys(part for word in words for part in trigrams(word))
        return _matching(" OR ".join(f'"{part}"' for part in parts))
    db.session.execute(select(func.set_config("pg_trgm.word_similarity_threshold", SIMILAR, True)))
    alike = [func.word_similarity(word, _whole()) for word in words]
    return (
        _columns()
        .where(or_(*(_whole().op("%>")(word) for word in words)))
        .order_by(sum(alike[1:], alike[0]).desc(), SearchText.id)
    )
