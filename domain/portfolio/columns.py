"""Which column of a file holds what a profile asks for: by its name, by its known other names, or as the person said.

A `Field` is something a profile asks for. `recognise` gives every field its column; what is missing or could be two
columns is said, so that a page can ask.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.words import N_, Refused, Sentence

_NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a profile asks for. `name` is our name and the heading our own profile uses.

    `kind`: text, amount, rate, whole, day or month. `also`: other headings that mean it, folded.
    """

    name: str
    kind: str = "text"
    required: bool = False
    also: tuple[str, ...] = ()


def fold(heading: str) -> str:
    """A heading as it is compared: `Due date (first)` is due_date_first."""
    return _NO_LETTER.sub("_", heading.lower()).strip("_")


@dataclass(frozen=True, slots=True)
class Recognised:
    """`places`: field -> column index. `missing`: required fields without one. `unused`: headings nobody asked for."""

    places: dict[str, int]
    missing: tuple[str, ...]
    unused: tuple[str, ...]


def recognise(fields: Sequence[Field], headings: Sequence[str], said: Mapping[str, str]) -> Recognised:
    """Find each field's column. `said` (field -> heading as written, "" for none) wins over every name.

    Raises Refused when a heading that is needed stands twice in the file.
    """
    folded = [fold(heading) for heading in headings]
    taken: dict[str, int] = {}
    for field in fields:
        if field.name in said:
            wanted = [
                index
                for index, heading in enumerate(headings)
                if said[field.name] and heading == said[field.name]
            ]
        else:
            wanted = _columns_of(field, folded)
        if len(wanted) > 1:
            raise Refused(
                Sentence(N_("The heading %(heading)s stands twice."), {"heading": headings[wanted[0]]}),
                "file",
            )
        if wanted:
            taken[field.name] = wanted[0]
    missing = tuple(field.name for field in fields if field.required and field.name not in taken)
    used = set(taken.values())
    unused = tuple(heading for index, heading in enumerate(headings) if index not in used and heading)
    return Recognised(taken, missing, unused)


def _columns_of(field: Field, folded: Sequence[str]) -> list[int]:
    for name in (field.name, *field.also):
        found = [index for index, heading in enumerate(folded) if heading == name]
        if found:
            return found
    return []


def missing_sentence(missing: Sequence[str]) -> Sentence:
    """One sentence for the columns a file lacks."""
    if len(missing) == 1:
        return Sentence(N_("The column %(columns)s is missing."), {"columns": missing[0]})
    return Sentence(N_("These columns are missing: %(columns)s."), {"columns": ", ".join(missing)})
