"""One line of the tie-out: two figures of the same money, and what each is made of."""

from __future__ import annotations

from dataclasses import dataclass

from domain.words import Sentence


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. `left` and `right` are the two figures in minor units, with what each is called.

    `right_minor` is None where the other side could not be read. `left_lines` and `right_lines` name what each figure
    is made of, for `lines_of`; "" where there is nothing to open.
    """

    section: str
    title: Sentence | str
    currency: str
    left: Sentence
    left_minor: int
    right: Sentence
    right_minor: int | None
    left_lines: str = ""
    right_lines: str = ""

    @property
    def difference_minor(self) -> int:
        return self.left_minor - (self.right_minor or 0)

    @property
    def ties(self) -> bool:
        return self.right_minor is not None and not self.difference_minor
