"""When somebody of the business can be reached: the hours of each weekday, and single days on which it is closed.

Stored as {"days": {"0": [[540, 1020]], ...}, "closed": ["2026-12-25"]}: weekday (0 is Monday) -> spans in minutes since
midnight, by the business's clock. Without any span nothing is known, and nothing is promised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from domain.words import N_, Refused, Sentence

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
AHEAD = 21
"""How many days ahead the next opening is looked for."""
MOST_CLOSED = 60
MIDNIGHT = 24 * 60
_SPAN = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?:[:.h](\d{2}))?")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hours:
    """Spans of minutes by weekday, and the days without any."""

    days: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()

    @property
    def known(self) -> bool:
        return any(self.days.values())


def parse_spans(text: str) -> list[Span]:
    """ "9-12, 13:30-17" as minutes since midnight; nothing typed is a day off. Raises Refused."""
    spans: list[Span] = []
    for part in filter(None, (one.strip() for one in re.split(r"[,;]", text))):
        match = _SPAN.fullmatch(part.lower())
        if match is None:
            raise Refused(Sentence(N_("Write the hours like 9:00-17:00, or 9-12, 13-17.")))
        begins, ends = (int(match[n]) * 60 + int(match[n + 1] or 0) for n in (1, 3))
        if any(int(match[n] or 0) > 59 for n in (2, 4)) or not begins < ends <= MIDNIGHT:
            raise Refused(Sentence(N_("Hours begin before they end, from 0:00 to 24:00.")))
        if spans and begins < spans[-1][1]:
            raise Refused(Sentence(N_("Write the hours of a day one after the other.")))
        spans.append((begins, ends))
    return spans


def parse_closed(text: str) -> list[date]:
    """Days such as 2026-12-25, apart by blanks, commas or lines; in order. Raises Refused."""
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    if len(words) > MOST_CLOSED:
        raise Refused(Sentence(N_("Write at most %(count)s days."), {"count": MOST_CLOSED}))
    try:
        return sorted({date.fromisoformat(word) for word in words})
    except ValueError:
        words_ = N_("Write the days as year-month-day, for example 2026-12-25.")
        raise Refused(Sentence(words_)) from None


def stored(days: Mapping[int, Sequence[Span]], closed: Iterable[date]) -> dict[str, Any]:
    """The hours as the database keeps them."""
    return {
        "days": {str(day): [list(span) for span in spans] for day, spans in sorted(days.items()) if spans},
        "closed": [day.isoformat() for day in sorted(closed)],
    }


def read(kept: Mapping[str, Any]) -> Hours:
    """The hours as they were kept; none for a business that wrote down none."""
    days = {int(day): [(int(a), int(b)) for a, b in spans] for day, spans in kept.get("days", {}).items()}
    return Hours(days, frozenset(date.fromisoformat(day) for day in kept.get("closed", ())))


def written(span: Span) -> str:
    """ "9:00-17:00", as it is typed."""
    return "-".join(f"{minute // 60}:{minute % 60:02d}" for minute in span)


def open_until(hours: Hours, local: datetime) -> datetime | None:
    """Until when somebody is there now; None while nobody is. `local` is by the business's clock."""
    for begins, ends in _spans(hours, local):
        if begins <= local < ends:
            return ends
    return None


def opens_next(hours: Hours, local: datetime) -> datetime | None:
    """The next moment at which somebody begins to be there; None where no hours are known, or not for weeks."""
    for days in range(AHEAD + 1):
        for begins, _ends in _spans(hours, local + timedelta(days=days)):
            if begins > local:
                return begins
    return None


def _spans(hours: Hours, local: datetime) -> list[tuple[datetime, datetime]]:
    day = local.date()
    if day in hours.closed:
        return []
    return [
        (_at(day, begins, local), _at(day, ends, local)) for begins, ends in hours.days.get(day.weekday(), ())
    ]


def _at(day: date, minute: int, local: datetime) -> datetime:
    """That minute by the clock on the wall, also on the days on which clocks are changed."""
    if minute == MIDNIGHT:
        day, minute = day + timedelta(days=1), 0
    return datetime.combine(day, time(minute // 60, minute % 60), local.tzinfo)
