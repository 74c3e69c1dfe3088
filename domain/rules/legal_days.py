"""Days that the law of a place gives, as the operator keeps them: to settle a deposit, to tell of a higher rent.

Verbs: `in_force`, `check_days`, `check_told_in_time`, `rises`. Nothing here knows a law: each row names its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.rules.rent_terms import RentTerms
from domain.words import N_, Refused, Sentence

WHAT: Mapping[str, str] = {
    "deposit": N_("To settle a deposit after moving out"),
    "rent_increase": N_("To tell of a higher rent before it counts"),
}
MOST_DAYS = 366
MOST_PLACE = 16
MOST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class LegalDays:
    """One dated row: from `effective_from` the law of `jurisdiction` gives `days` for `what`, by `source`.

    `jurisdiction` "" is everywhere that has no row of its own. `verified_on`: the day on which somebody looked it up.
    """

    jurisdiction: str
    what: str
    effective_from: date
    days: int
    source: str
    verified_on: date


def in_force(rows: Iterable[LegalDays], what: str, jurisdiction: str, on: date) -> LegalDays | None:
    """The row that counts on a day: the place's own before that of everywhere, the latest of those begun."""
    begun = [
        row
        for row in rows
        if row.what == what and row.jurisdiction in (jurisdiction, "") and row.effective_from <= on
    ]
    return max(begun, key=lambda row: (row.jurisdiction != "", row.effective_from), default=None)


def check_days(row: LegalDays, today: date) -> None:
    """Refuse a row that no law can be, naming the field."""
    if row.what not in WHAT:
        raise Refused(Sentence(N_("This is not one of the choices.")), "what")
    if not 0 <= row.days <= MOST_DAYS:
        raise Refused(Sentence(N_("These are 0 to %(most)s days."), {"most": MOST_DAYS}), "days")
    if not row.source.strip():
        raise Refused(Sentence(N_("Say where the figure stands: a statute, a page.")), "source")
    if row.verified_on > today:
        raise Refused(Sentence(N_("That day has not come.")), "verified_on")
    limits = (("jurisdiction", row.jurisdiction, MOST_PLACE), ("source", row.source, MOST_SOURCE))
    for field, text, most in limits:
        if len(text) > most:
            raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": most}), field)


def check_told_in_time(law: LegalDays | None, told_on: date, from_on: date) -> None:
    """Refuse a rent that rises before the days of notice are over; without a row nothing is checked."""
    if law is None:
        return
    earliest = told_on + timedelta(days=law.days)
    if from_on < earliest:
        words = N_(
            "A higher rent needs %(days)s days of notice (%(source)s): told today, it counts from %(day)s on."
        )
        raise Refused(Sentence(words, {"days": law.days, "source": law.source, "day": earliest}), "from_on")


def rises(before: RentTerms, after: RentTerms, on: date) -> bool:
    """Whether the rent of a period is higher under the new terms on a day."""
    return _rent(after, on) > _rent(before, on)


def _rent(terms: RentTerms, on: date) -> int:
    return sum(
        row.amount_minor
        for row in terms.lines
        if row.type == "rent" and (row.from_on or date.min) <= on <= (row.until_on or date.max)
    )
