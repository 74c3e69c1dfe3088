"""When a person may be reached: their time zone and the hours they name. Questions: `zones`, `zone_problem`,
`hours_problem`.

Hours are whole, by the person's own clock: from 9 until 17 means 9:00 to 17:00. Zones are IANA names.
"""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from domain.words import N_, Sentence

# Other names of zones that stand under their region, and zones of no place.
_NOT_OFFERED = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Mexico/", "Chile/", "posix/", "right/")


@cache
def zones() -> tuple[str, ...]:
    """The zones to choose from, "Africa/Abidjan" first."""
    return tuple(
        sorted(name for name in available_timezones() if "/" in name and not name.startswith(_NOT_OFFERED))
    )


def zone_problem(zone: str) -> Sentence | None:
    """Why this is no zone to choose; none at all means that of the business."""
    if zone and zone not in zones():
        return Sentence(
            N_("Choose a zone from the list, for example America/New_York, or leave it empty for ours.")
        )
    return None


def hours_problem(from_hour: int | None, until_hour: int | None) -> Sentence | None:
    """Why these hours make no sense; both left out mean any time."""
    if from_hour is None and until_hour is None:
        return None
    if from_hour is None or until_hour is None:
        return Sentence(N_("Choose both hours, or neither."))
    if not (0 <= from_hour <= 23 and 1 <= until_hour <= 24):
        return Sentence(N_("Choose whole hours of one day."))
    if until_hour <= from_hour:
        return Sentence(N_("The second hour has to be later than the first."))
    return None
