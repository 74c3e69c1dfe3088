"""The plan of a loan as it was changed on the way: deferral, another due day, re-aging, a new payment or rate.

A `Revision` is a value: which rows of the plan stay, and the terms of the rest from a day on. `agreed_plan` puts the
first terms and the revisions together: rows already met or due keep their numbers and amounts, the rows after them
come from the same walk as every schedule, begun with the principal and the unpaid interest of that day (never
capitalised). Nothing here is computed from payments: a revision carries the figures it was made on, so the plan stays
a pure function of what is stored. `domain.kinds.loan_revisions` proposes revisions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from domain.rules.documents import from_document, to_document
from domain.rules.schedule import LoanTerms, Row, Schedule, loan_schedule
from domain.words import N_, Gone, Money, Sentence, Step, Trace

KINDS = ("deferral", "due_date", "re_age", "re_amortise")


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of a running loan, made `on` a day. Amounts in minor units.

    `kept`: how many rows of the plan before it stay. `closed_minor`: what was met of the row after them, which is
    closed at that amount; the rest of it goes into the new rows. `principal_minor`, `interest_minor` (unpaid, through
    `opened_on`) and `met_minor` are where the loan stood. `opened_on`: the day through which interest runs by the plan
    before it. `terms`: the rest, whose `start_on` is the day from which its interest runs (later than `opened_on`
    where a deferral is free of interest) and whose `carried_minor` is the interest still unpaid then.
    """

    on: date
    kind: str
    kept: int
    closed_minor: int
    principal_minor: int
    interest_minor: int
    met_minor: int
    opened_on: date
    terms: LoanTerms

    def to_json(self) -> dict[str, Any]:
        """The revision as plain JSON values."""
        return dict(to_document(self))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Revision:
        """The revision that `to_json` wrote. Raises ValueError for anything else."""
        return from_document(cls, stored)


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A time in which one set of terms holds: through `ends_on`, when the next takes over, or to the end (None)."""

    terms: LoanTerms
    schedule: Schedule
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class AgreedPlan:
    """What falls due by the contract and its revisions. One object per contract: it is compared by identity.

    `rows`: every row in order, numbered from 1. `places`: for each row, the stretch it comes from and its number there.
    `dues`: the ends of the periods in which interest is counted, and `ends` where each stands: stretch and index.
    """

    terms: LoanTerms
    revisions: tuple[Revision, ...]
    rows: tuple[Row, ...]
    places: tuple[tuple[int, int], ...]
    stretches: tuple[Stretch, ...]
    dues: tuple[date, ...]
    ends: tuple[tuple[int, int], ...]

    @property
    def interest(self) -> str:
        """How interest runs: "period", "daily" or "flat"; no revision changes that."""
        return self.terms.interest

    @property
    def currency(self) -> str:
        return self.terms.currency

    @property
    def payment_minor(self) -> int:
        """The regular payment as it stands now."""
        return self.stretches[-1].schedule.payment_minor

    @property
    def total_minor(self) -> int:
        return sum(row.payment_minor for row in self.rows)

    def during(self, start: date, end: date) -> Iterator[tuple[Stretch, date, date]]:
        """The stretches in which interest runs between two days, each with the days in it."""
        if len(self.stretches) == 1:
            yield self.stretches[0], start, end
            return
        for index, stretch in enumerate(self.stretches):
            since = max(start, stretch.terms.start_on) if index else start
            until = end if stretch.ends_on is None else min(end, stretch.ends_on)
            if since < until:
                yield stretch, since, until

    def stretch_on(self, day: date) -> Stretch:
        """The stretch in force after `day`."""
        return next(item for item in self.stretches if item.ends_on is None or day < item.ends_on)

    def begun(self, index: int) -> date:
        """The day on which the period that ends on `dues[index]` begins."""
        stretch, place = self.ends[index]
        held = self.stretches[stretch]
        return held.schedule.rows[place - 1].due_on if place else held.terms.start_on

    def row_trace(self, number: int) -> Trace:
        """Why row `number` is what it is: by its own terms, and after which revision. Raises Gone for no such row."""
        if not 1 <= number <= len(self.rows):
            raise Gone(Sentence(N_("The schedule has no row %(number)s."), {"number": number}))
        place, local = self.places[number - 1]
        trace = self.stretches[place].schedule.row_trace(local)
        if place:
            revision = self.revisions[place - 1]
            trace = Trace(trace.rule, trace.version, (_revised(revision, self.currency), *trace.steps))
        row = self.rows[number - 1]
        planned = self.stretches[place].schedule.rows[local - 1].payment_minor
        if row.payment_minor != planned:
            words = N_("It was closed at what had been met, %(met)s; the rest went into the new plan.")
            closed = Sentence(words, {"met": Money(row.payment_minor, self.currency)})
            trace = trace.plus(Step(closed, row.payment_minor))
        return trace


def _revised(revision: Revision, currency: str) -> Step:
    words = {
        "deferral": N_("On %(day)s payments were put off; %(principal)s of principal was owed."),
        "due_date": N_("On %(day)s the due day was moved; %(principal)s of principal was owed."),
        "re_age": N_(
            "On %(day)s what was late went into the coming payments; %(principal)s of principal was owed."
        ),
        "re_amortise": N_("On %(day)s the payments were set anew; %(principal)s of principal was owed."),
    }[revision.kind]
    principal = Money(revision.terms.principal_minor, currency)
    return Step(Sentence(words, {"day": revision.on, "principal": principal}))


@lru_cache(maxsize=1024)
def agreed_plan(terms: LoanTerms, revisions: tuple[Revision, ...] = ()) -> AgreedPlan:
    """The plan by the first terms and the revisions in order. Raises Refused where terms make no sense."""
    first = Stretch(terms, loan_schedule(terms))
    stretches, rows = [first], list(first.schedule.rows)
    places = [(0, row.number) for row in rows]
    for revision in revisions:
        stretches[-1] = replace(stretches[-1], ends_on=revision.opened_on)
        stretches.append(Stretch(revision.terms, loan_schedule(revision.terms)))
        kept, where = rows[: revision.kept], places[: revision.kept]
        if revision.closed_minor:
            kept.append(_closed(revision, rows[revision.kept]))
            where.append(places[revision.kept])
        fresh = stretches[-1].schedule.rows
        rows = kept + [row._replace(number=len(kept) + row.number) for row in fresh]
        places = where + [(len(stretches) - 1, row.number) for row in fresh]
    ends = [
        (row.due_on, (place, row.number - 1))
        for place, stretch in enumerate(stretches)
        for row in stretch.schedule.rows
        if stretch.ends_on is None or row.due_on <= stretch.ends_on
    ]
    return AgreedPlan(
        terms,
        revisions,
        tuple(rows),
        tuple(places),
        tuple(stretches),
        tuple(due_on for due_on, _ in ends),
        tuple(place for _, place in ends),
    )


def _closed(revision: Revision, row: Row) -> Row:
    met = revision.closed_minor
    interest = min(met, row.interest_minor)
    due_on = min(row.due_on, revision.on)
    return Row(row.number, due_on, met, interest, met - interest, revision.principal_minor)
