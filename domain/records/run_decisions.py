"""What staff decided of things the day's run would do: held back, waived, approved. Read-only.

Each thing has a key that names it for ever; the newest decision on a key counts. A hold with a day ends after that day
by itself. Verbs: `decisions` for the agreements of a chunk, and the names of the keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, select

from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer
from models import RunDecision

_OF = ReadyMade(
    select(
        RunDecision.key, RunDecision.agreement_id, RunDecision.decision, RunDecision.reason, RunDecision.until_on,
        RunDecision.decided_by, RunDecision.ref,
    )
    .where(RunDecision.agreement_id.in_(bindparam("ids", expanding=True)))
    .order_by(RunDecision.id)
)  # fmt: skip
MOST_IDS = 10_000


def charge_key(agreement_ref: str, rule: str, key: str) -> str:
    """A charge that the terms of an agreement ask for: its rule and its key within the agreement."""
    return f"charge:{agreement_ref}:{rule}:{key}"


def fee_key(agreement_ref: str, key: str) -> str:
    """A late fee, by its own key."""
    return f"fee:{agreement_ref}:{key}"


def debit_key(autopay_ref: str, period: str) -> str:
    """A debit of an autopay contract."""
    return f"debit:{autopay_ref}:{period}"


@dataclass(frozen=True, slots=True)
class Decided:
    """The newest decision on a thing. `ref` is that of its row."""

    key: str
    decision: str
    reason: str
    until_on: date | None
    by: str
    ref: str

    def holds(self, on: date) -> bool:
        """Whether it keeps the thing from happening on a day."""
        return self.decision == "hold" and (self.until_on is None or on <= self.until_on)


@dataclass(frozen=True, slots=True)
class Decisions:
    """The newest decision of each key, and which keys were decided on for each agreement."""

    newest: Mapping[str, Decided] = field(default_factory=dict)
    by_agreement: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def of(self, key: str) -> Decided | None:
        return self.newest.get(key)

    def held(self, key: str, on: date) -> bool:
        """Whether the thing is held back on a day."""
        found = self.newest.get(key)
        return found is not None and found.holds(on)

    def waived(self, key: str) -> Decided | None:
        found = self.newest.get(key)
        return found if found is not None and found.decision == "waive" else None

    def approved(self, key: str) -> bool:
        found = self.newest.get(key)
        return found is not None and found.decision == "approve"


NONE = Decisions()


def decisions(session: Writer, agreement_ids: Iterable[int]) -> Decisions:
    """Every newest decision about these agreements."""
    newest: dict[str, Decided] = {}
    keys: dict[int, list[str]] = {}
    wanted = sorted(set(agreement_ids))
    for first in range(0, len(wanted), MOST_IDS):
        for row in _OF.all_of(session, wanted[first : first + MOST_IDS]):
            if row.key not in newest:
                keys.setdefault(row.agreement_id, []).append(row.key)
            newest[row.key] = Decided(
                row.key, row.decision, row.reason, row.until_on, row.decided_by, row.ref
            )
    return Decisions(newest, keys) if newest else NONE
