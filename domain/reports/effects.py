"""What a piece of work on an agreement would do, in words: figures before and after, and the entries it posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.reports.journal import ACCOUNT_WORDS, CAUSE_WORDS
from domain.words import N_, Sentence

Figures = Sequence[tuple[str, int | None, int]]
"""(label to translate, before, after) in minor units; before is None for what is not there yet."""


@dataclass(frozen=True, slots=True)
class EntryTold:
    """One entry that will be posted, and its lines as (account, debit, credit); one of the two is zero."""

    cause: Sentence
    lines: Sequence[tuple[Sentence, int, int]]


Pair = tuple[int, int]


def figures(owed: Pair, due: Pair, credit: Pair, charge: tuple[int | None, int | None]) -> Figures:
    """The rows of "before and after", each given as (before, after); the charge and the credit where there are any."""
    rows: list[tuple[str, int | None, int]] = []
    if charge[1] is not None:
        rows.append((N_("Open of this charge"), charge[0], charge[1]))
    # Below zero it is the customer's credit, which has a row of its own.
    rows += [(N_("Due now"), *due), (N_("Owed in all"), max(owed[0], 0), max(owed[1], 0))]
    if any(credit):
        rows.append((N_("The customer's credit"), *credit))
    return rows


def entry(cause: str, lines: Sequence[tuple[str, int]]) -> EntryTold:
    """An entry by its cause and (account, amount; debit positive)."""
    told = [
        (Sentence(ACCOUNT_WORDS.get(account, account)), max(amount, 0), max(-amount, 0))
        for account, amount in lines
    ]
    return EntryTold(Sentence(CAUSE_WORDS.get(cause, cause)), told)
