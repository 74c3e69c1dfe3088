"""Measure several ways of doing one thing in turns (A B A B ...), so that a busy minute falls on all of them.

What is told is the median over all turns and, per turn, the ratio of two sides
that ran right after each other: only ratios of one run mean something on a machine that others use too.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Side:
    """One way to do the work. `run(units)` does so many and gives the seconds; `rates` are units a second per turn."""

    name: str
    run: Callable[[int], float]
    rates: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.rates)


def in_process(name: str, work: Callable[[], object]) -> Side:
    """A side whose unit of work is one call in this process."""

    def run(units: int) -> float:
        gc.collect()
        begun = time.perf_counter()
        for _ in range(units):
            work()
        return time.perf_counter() - begun

    return Side(name, run)


def take_turns(sides: Sequence[Side], *, turns: int, units: int) -> None:
    """Let each side do `units` of work in each of `turns` turns, after one turn that is not counted."""
    for side in sides:
        side.run(units)
    for _ in range(turns):
        for side in sides:
            side.rates.append(units / side.run(units))


def ratio(ours: Side, other: Side) -> float:
    """The median, over the turns, of our rate by the other's."""
    return statistics.median(a / b for a, b in zip(ours.rates, other.rates, strict=True))


def report(ours: Side, other: Side, *, unit: str, at_least: float) -> bool:
    """Print both medians and the ratio; whether it reaches the target."""
    reached = ratio(ours, other) >= at_least
    print(f"  {ours.name:<34}{ours.median:>9.0f} {unit}/s")
    print(f"  {other.name:<34}{other.median:>9.0f} {unit}/s")
    print(
        f"  ratio {ratio(ours, other):.3f} (target at least {at_least:g}): {'reached' if reached else 'MISSED'}"
    )
    return reached
