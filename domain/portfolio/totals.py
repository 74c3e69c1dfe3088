"""What a report of an import adds up: lines by outcome, agreements by status, money in minor units, problems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.portfolio.problems import Problem

MOST_SHOWN = 1_000


class Report:
    """Counts and sums over the lines of one file, and its first problems as (line, problem).

    `accepted` counts the lines that are brought in, `warned` those of them with a warning. A line that is here already
    brings no money and no agreement.
    """

    def __init__(self) -> None:
        self.read = self.accepted = self.warned = self.refused = self.already = 0
        self.statuses: dict[str, int] = {}
        self.late = self.without_person = 0
        self.principal = self.balance = self.past_due = self.difference = 0
        self.kinds: dict[str, int] = {}
        self.rentals = {"rent": 0, "past_due": 0, "prepaid": 0, "deposit": 0}
        self.problems: list[tuple[int, Problem]] = []
        self.more_problems = 0

    def add(
        self, line: int, outcome: str, problems: Sequence[Problem], prepared: dict[str, Any] | None
    ) -> None:
        """Count one line by its outcome: accepted, warned, refused or already."""
        self.read += 1
        if outcome == "already":
            self.already += 1
            return
        room = MOST_SHOWN - len(self.problems)
        self.problems += [(line, problem) for problem in problems[: max(room, 0)]]
        self.more_problems += max(len(problems) - max(room, 0), 0)
        if prepared is None or outcome == "refused":
            self.refused += 1
            return
        self.accepted += 1
        self.warned += outcome == "warned"
        kind = prepared.get("kind", "loan")
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if kind != "loan":
            self._add_unit(kind, prepared)
            return
        before, paid, principal, interest, fees, balance = prepared["opening"]
        self.statuses[prepared["status"]] = self.statuses.get(prepared["status"], 0) + 1
        self.principal += prepared["principal"]
        self.balance += balance
        self.past_due += prepared["past_due"]
        self.late += prepared["past_due"] > 0
        self.without_person += "person" not in prepared
        self.difference += (paid - principal - interest - fees) + (balance - before + principal)

    def _add_unit(self, kind: str, prepared: dict[str, Any]) -> None:
        if kind == "unit":
            return
        self.statuses[prepared["status"]] = self.statuses.get(prepared["status"], 0) + 1
        self.late += prepared["past_due"] > 0
        self.without_person += "person" not in prepared
        for name in self.rentals:
            self.rentals[name] += prepared[name]

    def totals(self) -> dict[str, Any]:
        """The sums as plain JSON. `difference` is what the account opening difference is credited with."""
        loans = {
            "principal": self.principal, "balance": self.balance, "past_due": self.past_due,
            "difference": self.difference,
        }  # fmt: skip
        return {
            "kinds": self.kinds,
            "statuses": self.statuses,
            "late": self.late,
            "without_person": self.without_person,
            "money": self.rentals if self.kinds.keys() & {"rental", "unit"} else loans,
        }
