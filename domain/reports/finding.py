"""How the office finds things: words in any order and any case, pages of fifty, one column to sort by.

Every report of a list takes a `Wanted` and gives a `Found`: only the rows of one page are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from models import db

PER_PAGE = 50
MOST_WORDS = 6
Row = TypeVar("Row")
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked of a list: words, filters by name, a column to sort by ("-" before it: downwards), a page."""

    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    per_page: int = PER_PAGE


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """One page of a list, and how much there is in all. `page` is the one shown, which may be an earlier one."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int
    per_page: int = PER_PAGE

    @property
    def first(self) -> int:
        return (self.page - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        return max(self.first + len(self.rows) - 1, 0)


def words_of(q: str) -> list[str]:
    """The words somebody typed, at most six."""
    return "".join(char for char in q if char.isprintable())[:200].split()[:MOST_WORDS]


def says(column: Column, word: str) -> ColumnElement[bool]:
    """Whether the text holds the word in any case. SQLite folds ASCII only: other letters are tried in both."""
    spellings = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    return or_(*(column.icontains(spelling, autoescape=True) for spelling in sorted(spellings)))


def every_word(q: str, columns: Sequence[Column], *others: Any) -> ColumnElement[bool] | None:
    """Each word stands in one of the columns, or meets one of `others` (functions word -> condition or None)."""
    conditions = []
    for word in words_of(q):
        more = [condition for other in others if (condition := other(word)) is not None]
        conditions.append(or_(*(says(column, word) for column in columns), *more))
    return and_(*conditions) if conditions else None


def order(wanted: Wanted, columns: Mapping[str, Column], default: str, last: Column) -> list[Any]:
    """ORDER BY of the wanted column (or `default`), made certain by `last`. An unknown column sorts as by default."""
    name = wanted.sort if wanted.sort.removeprefix("-") in columns else default
    column = columns[name.removeprefix("-")]
    return [column.desc() if name.startswith("-") else column.asc(), last.asc()]


def page_of(query: Select[Any], wanted: Wanted, ordering: Sequence[Any]) -> Found[Any]:
    """Count what `query` finds and read one page of it; a page past the end shows the last one."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(-(-total // wanted.per_page), 1)
    page = min(max(wanted.page, 1), pages)
    rows = db.session.execute(
        query.order_by(*ordering).limit(wanted.per_page).offset((page - 1) * wanted.per_page)
    ).all()
    return Found(rows, total, page, pages, wanted.per_page)
