"""Which rows the words of somebody fit, as conditions on SELECTs that a Scope has begun.

Every word has to begin a word of the row, or of what belongs to it: an agreement is also found by the people on it, its
unit, the property and the vehicle. Each word is one range of an index, alike on both databases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, select, union_all
from sqlalchemy.orm import aliased

from domain.rules.search_words import asked_words
from models import Agreement, AgreementParty, SearchWord, Unit, Vehicle

LAST = "\U0010ffff"
"""Sorts behind every letter there is."""
Range = tuple[Any, Any]
"""What a word begins with: from, and before."""
Meets = Callable[[Range], ColumnElement[bool]]


def ranges(q: str) -> list[Range]:
    """The ranges of the words somebody typed."""
    return [(word, word + LAST) for word in asked_words(q)]


def later(count: int) -> list[Range]:
    """As many ranges that are named when the statement runs, with `values`."""
    return [(bindparam(f"from_{number}"), bindparam(f"before_{number}")) for number in range(count)]


def values(q: str) -> dict[str, str]:
    """What a statement made of `later` is to be run with."""
    named: dict[str, str] = {}
    for number, (low, high) in enumerate(ranges(q)):
        named |= {f"from_{number}": low, f"before_{number}": high}
    return named


def fits(q: str, meets: Meets) -> ColumnElement[bool] | None:
    """Every word meets the condition; None where nothing was typed, and nothing fits where no letter was."""
    if not q.strip():
        return None
    return every(ranges(q), meets)


def every(asked: Sequence[Range], meets: Meets) -> ColumnElement[bool]:
    return and_(*(meets(word) for word in asked)) if asked else false()


def words(subject: str, word: Range) -> Select[Any]:
    """The ids of a subject's rows of which a word begins so."""
    kept, (low, high) = aliased(SearchWord), word
    return (
        select(kept.subject_id)
        .where(kept.subject == subject, kept.word >= low, kept.word < high)
        .correlate(None)
    )


def people(column: Any) -> Meets:
    """The column is the id of a person of that word."""
    return lambda word: column.in_(words("person", word))


def properties(column: Any) -> Meets:
    return lambda word: column.in_(words("property", word))


def units(column: Any) -> Meets:
    """The column is the id of a unit of that word, or of a unit of such a property."""
    return lambda word: column.in_(_units(word))


def agreements(column: Any) -> Meets:
    """The column is the id of an agreement of that word, of such a person, unit, property or vehicle."""

    def meets(word: Range) -> ColumnElement[bool]:
        on_it, let, car = aliased(AgreementParty), aliased(Agreement), aliased(Vehicle)
        ways = (
            words("agreement", word),
            select(on_it.agreement_id).where(on_it.person_id.in_(words("person", word))),
            select(let.id).where(let.unit_id.in_(_units(word))),
            select(car.agreement_id).where(car.id.in_(words("vehicle", word))),
        )
        return column.in_(union_all(*ways))

    return meets


def payments(column: Any) -> Meets:
    """The column is the id of a payment whose note says so: the number of a check."""
    return lambda word: column.in_(words("payment", word))


def _units(word: Range) -> Any:
    inside = aliased(Unit)
    return union_all(
        words("unit", word), select(inside.id).where(inside.property_id.in_(words("property", word)))
    )
