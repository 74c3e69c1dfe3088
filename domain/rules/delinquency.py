"""How long money has been owed: days past due and the aging buckets, from open rows and a day.

`age` puts what is open on a day into buckets by the days since each row fell due. The bounds are arguments:
DAYS_PAST_DUE are those of a lender's delinquency list, AGING those of the books. Money of the customer that pays
nothing yet is never netted into a bucket. Pure: no clock, no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.words import N_, Refused, Sentence, Step, Trace

RULE = "delinquency.aging"
Span = tuple[int, int | None]
# Source: Apache Fineract, DelinquencyGlobalInitializerStep (its 91-120 is open above here).
DAYS_PAST_DUE: tuple[Span, ...] = ((1, 3), (4, 30), (31, 60), (61, 90), (91, None))
AGING: tuple[Span, ...] = ((0, 30), (31, 60), (61, 90), (91, None))


@dataclass(frozen=True, slots=True)
class OpenRow:
    """What is left to pay of an installment or a charge: `open_minor` (minor units), due on `due_on`."""

    due_on: date
    open_minor: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """What has been due for `first` to `last` days (both counted; `last` None: and longer), and of how many rows."""

    first: int
    last: int | None
    amount_minor: int
    rows: int


@dataclass(frozen=True, slots=True)
class Aged:
    """What is open on a day, by age.

    `buckets`: one for each bound asked for, also the empty ones. `not_yet_due_minor`: what falls due later, and what is
    due on the day itself where no bucket counts day 0. `days` run from the oldest row that is past due, on `oldest_on`.
    """

    on: date
    buckets: tuple[Bucket, ...]
    not_yet_due_minor: int
    oldest_on: date | None
    days: int
    trace: Trace

    @property
    def due_minor(self) -> int:
        """All that stands in a bucket."""
        return sum(bucket.amount_minor for bucket in self.buckets)


def days_past_due(due_on: date, on: date, pauses: Sequence[tuple[date, date]] = ()) -> int:
    """Days from the due day to `on`, less those on which counting was paused; zero before the due day.

    A pause stops the count from its first day to its last: the number of the first day still stands on the last one.
    Pauses must not overlap.
    """
    stood_still = sum(max((min(end, on) - max(begin, due_on)).days, 0) for begin, end in pauses)
    return max((on - due_on).days - stood_still, 0)


def age(
    rows: Iterable[OpenRow],
    on: date,
    bounds: Sequence[Span] = DAYS_PAST_DUE,
    pauses: Sequence[tuple[date, date]] = (),
) -> Aged:
    """The open rows by age on a day. Raises Refused for bounds that leave a gap or overlap."""
    _check(bounds)
    totals, counts = [0] * len(bounds), [0] * len(bounds)
    waiting, longest, oldest = 0, 0, None
    steps: list[Step] = []
    for row in sorted((row for row in rows if row.open_minor > 0), key=lambda row: row.due_on):
        late = days_past_due(row.due_on, on, pauses)
        place = next((k for k, (first, last) in enumerate(bounds) if _within(late, first, last)), None)
        if row.due_on > on or place is None:
            waiting += row.open_minor
            continue
        totals[place] += row.open_minor
        counts[place] += 1
        if late and oldest is None:
            longest, oldest = late, row.due_on
        said = Sentence(N_("Due on %(due)s (days before: %(days)s)."), {"due": row.due_on, "days": late})
        steps.append(Step(said, row.open_minor))
    buckets = tuple(
        Bucket(first, last, amount, number)
        for (first, last), amount, number in zip(bounds, totals, counts, strict=True)
    )
    return Aged(on, buckets, waiting, oldest, longest, Trace(RULE, 1, tuple(steps)))


def _within(days: int, first: int, last: int | None) -> bool:
    return first <= days and (last is None or days <= last)


def _check(bounds: Sequence[Span]) -> None:
    follows = all(
        earlier[1] is not None and later[0] == earlier[1] + 1
        for earlier, later in zip(bounds, bounds[1:], strict=False)
    )
    forward = all(last is None or first <= last for first, last in bounds)
    if not bounds or bounds[0][0] not in (0, 1) or bounds[-1][1] is not None or not (follows and forward):
        raise Refused(
            Sentence(
                N_("Buckets begin with day 0 or 1, follow each other without a gap, and the last is open.")
            ),
            "bounds",
        )
