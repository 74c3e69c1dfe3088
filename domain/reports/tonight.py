"""The rows of a day's run as its page shows them: narrowed, and with their totals. See `run_rows` for their reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.records.run_decisions import Decided
from domain.reports.run_words import GROUPS
from domain.words import Money, Sentence, Trace, trace_text


@dataclass(frozen=True, slots=True)
class Row:
    """One thing a run does. `key` names it for decisions, "" where nothing can be decided of it.

    `amount_minor` is None where it has none. `fate` says what is special: see `run_words.FATES`. `held` is the decision
    that keeps it from happening. `gateway` is where a debit or payment goes, `event` what a notice is of.
    """

    group: str
    agreement_id: int | None
    agreement_ref: str
    number: str
    what: Sentence | str
    on: date | None = None
    amount_minor: int | None = None
    currency: str = ""
    gateway: str = ""
    key: str = ""
    fate: str = ""
    why: Trace | None = None
    decided: Decided | None = None
    event: str = ""

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two rows the same, whatever ids they were written under."""
        return (
            self.group, self.agreement_ref, str(self.what), self.on, self.amount_minor, self.currency, self.gateway,
            self.fate, trace_text(self.why) if self.why else "",
        )  # fmt: skip


def narrowed(rows: Iterable[Row], group: str, q: str, allowed: set[int] | None) -> list[Row]:
    """The rows of a group ("" all) whose agreement's number or words hold `q`, of agreements in `allowed` (None: all).

    What is of no agreement is shown only to who sees everything.
    """
    word = q.casefold()
    return [
        row
        for row in rows
        if (not group or row.group == group)
        and (allowed is None or row.agreement_id in allowed)
        and (not word or word in f"{row.number} {row.what}".casefold())
    ]


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows of a group (and gateway) there are, and what they come to, by currency. Waived ones do not count,
    nor payments that are not sent."""

    group: str
    gateway: str
    count: int
    sums: tuple[Money, ...]


def totals(rows: Iterable[Row]) -> list[Total]:
    """Totals per group, those of debits and payments per gateway, in the order of the groups."""
    counts: dict[tuple[str, str], int] = {}
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        if row.decided is not None and row.fate == "held":
            continue
        where = (row.group, row.gateway)
        counts[where] = counts.get(where, 0) + 1
        if row.amount_minor is not None and row.group != "notice" and counted(row):
            mine = sums.setdefault(where, {})
            mine[row.currency] = mine.get(row.currency, 0) + row.amount_minor
    order = {name: number for number, name in enumerate(GROUPS)}
    return [
        Total(group, gateway, counts[group, gateway],
              tuple(Money(minor, code) for code, minor in sorted(sums.get((group, gateway), {}).items())))
        for group, gateway in sorted(counts, key=lambda where: (order[where[0]], where[1]))
    ]  # fmt: skip


def counted(row: Row) -> bool:
    """Whether its amount counts towards the total: it is posted and stays, or it is taken."""
    return row.fate in ("", "later")
