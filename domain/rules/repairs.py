"""Repairs of what people live in: how urgent one is, where it stands, and which step may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.words import N_, Refused, Sentence

MOST_TITLE, MOST_DESCRIPTION, MOST_PLACE, MOST_TIMES = 120, 5_000, 80, 300
MOST_NOTE, MOST_VENDOR, MOST_WHEN = 1_000, 120, 120

URGENCY_WORDS: Mapping[str, str] = {
    "emergency": N_("Emergency: somebody or something is in danger now"),
    "soon": N_("Soon: it makes living here hard"),
    "normal": N_("Normal: it can wait some days"),
}
URGENCY_SHORT: Mapping[str, str] = {"emergency": N_("Emergency"), "soon": N_("Soon"), "normal": N_("Normal")}
STATE_WORDS: Mapping[str, str] = {
    "reported": N_("Reported"),
    "accepted": N_("Accepted"),
    "planned": N_("Planned"),
    "done": N_("Done"),
    "declined": N_("Declined"),
}
OPEN = ("reported", "accepted", "planned")
NEXT: Mapping[str, tuple[str, ...]] = {
    "reported": ("accepted", "planned", "done", "declined"),
    "accepted": ("planned", "done", "declined"),
    "planned": ("planned", "accepted", "done", "declined"),
    "done": ("accepted",),
    "declined": ("accepted",),
}
"""State -> those that may follow. What is done or declined can be taken up again."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says is broken, where, and when one may come in."""

    title: str
    description: str
    place: str = ""
    urgency: str = "normal"
    may_enter: bool = False
    access_times: str = ""


def check_report(report: Report) -> None:
    """Raise Refused beside "title", "text", "place", "urgency" or "times"."""
    if not report.title.strip():
        raise Refused(Sentence(N_("Say in a few words what is broken.")), "title")
    if not report.description.strip():
        raise Refused(Sentence(N_("Describe it, so that whoever comes brings the right tools.")), "text")
    if report.urgency not in URGENCY_WORDS:
        raise Refused(Sentence(N_("Choose how urgent it is.")), "urgency")
    for text, most, field in (
        (report.title, MOST_TITLE, "title"), (report.description, MOST_DESCRIPTION, "text"),
        (report.place, MOST_PLACE, "place"), (report.access_times, MOST_TIMES, "times"),
    ):  # fmt: skip
        check_length(text, most, field)


def check_move(before: str, after: str, note: str, planned_for: date | None, today: date) -> None:
    """Raise Refused beside "state", "note" or "planned_for" for a step that cannot follow."""
    if after not in NEXT.get(before, ()):
        raise Refused(Sentence(N_("That does not follow from where it stands.")), "state")
    if after == "declined" and not note.strip():
        raise Refused(Sentence(N_("Say why, so that the tenant understands.")), "note")
    if after == "planned" and planned_for is None:
        raise Refused(Sentence(N_("Choose the day on which somebody comes.")), "planned_for")
    if after == "planned" and planned_for is not None and planned_for < today:
        raise Refused(Sentence(N_("This day is over. Choose today or a later one.")), "planned_for")


def check_length(text: str, most: int, field: str) -> None:
    if len(text) > most:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": most}), field)


def told(
    state: str, title: str, planned_for: date | None = None, vendor: str = "", when: str = ""
) -> Sentence:
    """What the tenant is told of a step, in one sentence."""
    if state == "planned" and planned_for is not None:
        who = vendor or Sentence(N_("Somebody"))
        known = {"title": title, "day": planned_for, "who": who, "when": when}
        if when:
            return Sentence(N_("%(title)s: %(who)s comes on %(day)s, %(when)s."), known)
        return Sentence(N_("%(title)s: %(who)s comes on %(day)s."), known)
    words = {
        "reported": N_("%(title)s: we have your report."),
        "accepted": N_("%(title)s: we take care of it."),
        "done": N_("%(title)s: it is done."),
        "declined": N_("%(title)s: we will not repair this."),
    }[state]
    return Sentence(words, {"title": title})
