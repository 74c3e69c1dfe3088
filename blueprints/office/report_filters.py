"""What the address asks of a report, and the controls that ask it. What makes no sense is as if it were not said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from flask import current_app, request

from blueprints.shared.clock import today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.reports import report_choices
from domain.reports.catalog import Entry
from domain.reports.sheet import Asked
from domain.rules.calendar import add_months, month_end
from domain.words import Sentence

DAYS = ("on", "since", "until")
TEXTS = tuple(field.name for field in fields(Asked) if field.name not in (*DAYS, "today", "columns", "zone"))
LONGEST_SPAN = timedelta(days=3_660)


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the form: its name in the address, its label, its value, and its choices (none: a day)."""

    name: str
    label: str
    value: str
    choices: Sequence[tuple[str, str]] = ()

    @property
    def said(self) -> str:
        """What it is set to, in words; "" where it narrows nothing."""
        if self.choices:
            return dict(self.choices).get(self.value, "") if self.value else ""
        return here().day_short(date.fromisoformat(self.value))


def asked(entry: Entry, remembered: Sequence[str] = ()) -> Asked:
    """What is asked of a report: by the address, else its usual days, and the columns the reader chose before."""
    now = today()
    first, last = span(entry.period, now)
    since, until = _day("since") or first, _day("until") or last
    if since > until:
        since, until = until, since
    if until - since > LONGEST_SPAN:
        since = until - LONGEST_SPAN
    columns = [name for name in request.args.get("columns", "")[:600].split(",") if name]
    texts = {name: request.args.get(name, "")[:80].replace("\x00", "") for name in TEXTS}
    return Asked(
        today=now,
        on=min(_day("on") or now, now),
        since=since,
        until=until,
        columns=columns or remembered,
        zone=current_app.extensions["clock"].zone,
        **texts,
    )


def query(entry: Entry, wanted: Asked) -> dict[str, str]:
    """The address's part that asks for the same again, as of the same days."""
    given = {name: value for name in TEXTS if (value := getattr(wanted, name))}
    if "on" in entry.filters:
        given["on"] = wanted.on.isoformat()
    if "period" in entry.filters:
        given |= {"since": wanted.since.isoformat(), "until": wanted.until.isoformat()}
    if request.args.get("columns"):
        given["columns"] = ",".join(wanted.columns)
    return given


def controls(entry: Entry, wanted: Asked) -> list[Control]:
    """The form of a report, in the order of its filters. A choice among nothing is not asked."""
    say, found = here().say, []
    for name in entry.filters:
        if name == "period":
            found += [
                Control(day, say(Sentence(report_choices.LABELS[day])), getattr(wanted, day).isoformat())
                for day in ("since", "until")
            ]
        elif name == "on":
            found.append(Control("on", say(Sentence(report_choices.LABELS["on"])), wanted.on.isoformat()))
        elif choices := report_choices.choices(scope(), name, (entry.choices or {}).get(name)):
            label = say(Sentence(report_choices.LABELS[name]))
            told = [(value, say(words)) for value, words in choices]
            found.append(Control(name, label, getattr(wanted, name), told))
    return found


def hidden(entry: Entry, wanted: Asked) -> list[tuple[str, str]]:
    """What the address narrows by that has no control: a figure that was opened."""
    shown = {control.name for control in controls(entry, wanted)}
    return [(name, value) for name in TEXTS if (value := getattr(wanted, name)) and name not in shown]


def spans(entry: Entry, wanted: Asked) -> list[tuple[str, dict[str, str], bool]]:
    """Usual periods: (words, what their address asks, whether it is the one shown)."""
    if "period" not in entry.filters:
        return []
    found = []
    for name, words in report_choices.SPANS.items():
        first, last = span(name, wanted.today)
        days = {"since": first.isoformat(), "until": last.isoformat()}
        found.append(
            (
                here().say(Sentence(words)),
                query(entry, wanted) | days,
                (first, last) == (wanted.since, wanted.until),
            )
        )
    return found


def span(name: str, now: date) -> tuple[date, date]:
    """First and last day of a usual period."""
    first = now.replace(day=1)
    last = first.replace(day=month_end(now.year, now.month))
    if name == "last_month":
        return add_months(first, -1), first - timedelta(days=1)
    if name == "year":
        return date(now.year, 1, 1), now
    if name == "last_year":
        return date(now.year - 1, 1, 1), date(now.year - 1, 12, 31)
    if name == "twelve":
        return add_months(first, -11), last
    return first, last


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        return None
