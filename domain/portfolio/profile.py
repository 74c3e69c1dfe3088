"""The shape of a profile: its columns, what it asks of the person, and the function that says what a line means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.portfolio.cells import Cells, Options
from domain.portfolio.columns import Field
from domain.portfolio.table import Table
from domain.words import Sentence


@dataclass(frozen=True)
class Profile:
    """One kind of file.

    `default_as_of` gives the day of the balances when the person said none: it raises Refused where the file's maker
    left that to the person. `date_order` settles dates that can be read in two ways, where the maker is known.
    `arrange` makes plain lines of a file that is a report: then amounts may be below zero (fields of kind "signed"),
    and its own totals are held against its lines.
    `meaning(cells, as_of, options)` returns the agreement to be made, or None when the line is refused.
    """

    name: str
    title: Sentence
    fields: tuple[Field, ...]
    default_as_of: Callable[[Options], date]
    meaning: Callable[[Cells, date, Options], dict[str, Any] | None]
    date_order: str = ""
    needs_as_of: bool = False
    arrange: Callable[[Table, Sequence[Field], Mapping[str, str]], Table] | None = None
