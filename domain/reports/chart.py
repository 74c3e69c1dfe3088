"""Where the bars or the line of a report's chart stand, on a canvas of `WIDE` x `HIGH` units. Whole units, no colour.

Everything drawn stands in the table beside it as well. Negative amounts hang below the zero line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.reports.sheet import Chart

WIDE, HIGH = 1000, 400
MOST_LABELS = 120
GAP = 4
COLOURS = ("one", "two", "three")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its corner, its size, and the colour it is drawn in."""

    x: int
    y: int
    width: int
    height: int
    colour: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as a page draws it: bars, or one SVG path for each series; where zero is; the highest and lowest."""

    chart: Chart
    bars: Sequence[Bar]
    paths: Sequence[tuple[str, str]]
    zero_y: int
    top: int
    bottom: int


def drawn(chart: Chart | None) -> Drawn | None:
    """The chart in place, or None where there is nothing to see: no label, nothing but zeros, or too many labels."""
    if chart is None or not 0 < len(chart.labels) <= MOST_LABELS:
        return None
    amounts = [amount for series in chart.series for amount in series.amounts]
    top, bottom = max([0, *amounts]), min([0, *amounts])
    if top == bottom:
        return None
    bars = [] if chart.form == "line" else _bars(chart, top, bottom)
    paths = _paths(chart, top, bottom) if chart.form == "line" else []
    return Drawn(chart, bars, paths, _y(0, top, bottom), top, bottom)


def _y(amount: int, top: int, bottom: int) -> int:
    return (top - amount) * HIGH // (top - bottom)


def _bars(chart: Chart, top: int, bottom: int) -> list[Bar]:
    slot = WIDE // len(chart.labels)
    width = max((slot - GAP) // len(chart.series), 1)
    zero = _y(0, top, bottom)
    found = []
    for number, series in enumerate(chart.series):
        for place, amount in enumerate(series.amounts):
            y = _y(amount, top, bottom)
            x = place * WIDE // len(chart.labels) + GAP // 2 + number * width
            if amount:
                found.append(Bar(x, min(y, zero), width, max(abs(zero - y), 1), COLOURS[number % 3]))
    return found


def _paths(chart: Chart, top: int, bottom: int) -> list[tuple[str, str]]:
    last = max(len(chart.labels) - 1, 1)
    return [
        (
            "".join(
                f"{'L' if place else 'M'}{place * WIDE // last} {_y(amount, top, bottom)}"
                for place, amount in enumerate(series.amounts)
            ),
            COLOURS[number % 3],
        )
        for number, series in enumerate(chart.series)
    ]
