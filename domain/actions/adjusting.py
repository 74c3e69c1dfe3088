"""What staff change on a running agreement: done under its lock in one transaction, or rehearsed and taken back.

`adjusting` opens the transaction; `rehearse` runs the very same work and rolls it back, so that what a page shows
before anybody confirms is what will be posted, by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.payment_intents import agreement_of
from domain.kinds import kind_of
from domain.kinds.base import Position, part_sentence
from domain.kinds.kind import Kind
from domain.records.books import Head, lock, save
from domain.records.charging import use_credit
from domain.records.corrections import standing_of
from domain.records.ladder_looks import look_soon
from domain.records.position import position_of
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence, Step, Trace
from models import Agreement, JournalEntry, JournalLine, Payment

MOST_MINOR = 10**12


@dataclass
class Adjusting:
    """One agreement under its lock, for one piece of work. `position` is read anew each time it is asked for."""

    session: Session
    agreement: Any
    head: Head
    who: Scope
    today: date
    now: datetime

    @cached_property
    def kind(self) -> Kind:
        return kind_of(self.agreement.kind)

    @cached_property
    def terms(self) -> Any:
        return self.kind.read(self.agreement)

    @property
    def position(self) -> Position:
        return position_of(self.session, self.agreement.id, self.agreement.kind, self.head)

    @property
    def currency(self) -> str:
        return str(self.agreement.currency)

    def read_again(self) -> None:
        """Read the terms anew: the work has changed them."""
        self.__dict__.pop("terms", None)

    def must_run(self) -> None:
        """Raise Refused unless the agreement is under way."""
        words = {
            "closed": N_("This agreement is closed. Nothing can be added to it or taken off."),
            "charged_off": N_("This agreement was charged off as a whole. Nothing is owed on it any more."),
            "undone": N_("This agreement was taken out again with its import."),
        }.get(self.agreement.status)
        if words:
            raise Refused(Sentence(words))

    def spend_credit(self) -> None:
        """Let the customer's credit pay what is due, as the day's billing would."""
        parts = self.kind.credit_parts(self.terms, self.position, self.today)
        steps = tuple(Step(part_sentence(part), part.amount_minor) for part in parts)
        use_credit(
            self.session, self.head, self.currency, parts, Trace("credit.applied", 1, steps),
            on=self.today, now=self.now, by=self.who.by,
        )  # fmt: skip

    def look_again(self, on: date) -> None:
        """Let the day's billing look at the agreement on a day (today at the earliest): credit, late fees, the end."""
        day = max(on, self.today)
        self.head.next_bill_on = min(self.head.next_bill_on or day, day)

    def end(self, status: str, ended_on: date | None = None) -> None:
        """Set the agreement's status; with a day, nothing falls due after it."""
        values: dict[str, Any] = {"status": status} | ({"ended_on": ended_on} if ended_on else {})
        self.session.execute(update(Agreement).where(Agreement.id == self.agreement.id).values(**values))

    def audit(self, action: str, **detail: Any) -> None:
        audit(
            self.session, by=self.who.by, action=action, subject="agreement", subject_id=self.agreement.id,
            at=self.now, detail={"number": self.agreement.number, **detail},
        )  # fmt: skip


@contextmanager
def adjusting(
    agreement_ref: str, right: str, *, who: Scope, today: date, now: datetime, payment_ref: str = ""
) -> Iterator[Adjusting]:
    """The agreement under its lock, in one transaction that commits when the block ends.

    A payment that the work is about is locked before it, in the order of the payments' own door.

    Raises NotAllowed without the right, Gone for an agreement the person cannot see.
    """
    who.require(right)
    with transaction() as session:
        if payment_ref:
            session.execute(select(Payment.id).where(Payment.ref == payment_ref).with_for_update())
        found = agreement_of(session, agreement_ref, who)
        head = lock(session, found.id)
        # Read again under the lock: somebody may have closed it in between.
        at = Adjusting(session, agreement_of(session, agreement_ref, who), head, who, today, now)
        yield at
        save(session, at.head)
        # New terms may be late on other days, which no entry tells.
        look_soon(session, [found.id])


@dataclass(frozen=True, slots=True)
class Figures:
    """Where an agreement stands, in minor units; `charge_minor` is what is open of the one charge it is about."""

    owed_minor: int
    due_minor: int
    credit_minor: int
    charge_minor: int | None


@dataclass(frozen=True, slots=True)
class Posted:
    """One entry that will be posted: its cause, and (account, amount; debit positive) of each line."""

    cause: str
    lines: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a piece of work does: before, after, and the entries it posts."""

    before: Figures
    after: Figures
    entries: Sequence[Posted]
    currency: str


class _TakenBack(Exception):
    """Ends a rehearsal: the transaction rolls back."""


def rehearse(
    agreement_ref: str, right: str, work: Callable[[Adjusting], int], *,
    who: Scope, today: date, now: datetime, charge_id: int = 0, payment_ref: str = "",
) -> Effect:  # fmt: skip
    """What `work` would do, by doing it and taking it all back. `charge_id`: the charge it is about, if one is there.

    `work` returns the id of the charge it made (0 for none). Raises what the work raises.
    """
    effects: list[Effect] = []
    try:
        with adjusting(agreement_ref, right, who=who, today=today, now=now, payment_ref=payment_ref) as at:
            first = at.head.entries
            before = _figures(at, charge_id)
            made = work(at)
            entries = _entries(at, first)
            effects.append(Effect(before, _figures(at, charge_id or made), entries, at.currency))
            raise _TakenBack
    except _TakenBack:
        return effects[0]


def _figures(at: Adjusting, charge_id: int) -> Figures:
    position = at.position
    due = at.kind.due(at.terms, position, at.today)
    charge = standing_of(at.session, at.agreement.id, charge_id) if charge_id else None
    return Figures(
        position.owed_minor, due.now_minor, position.credit_minor, charge.open_minor if charge else None
    )


def _entries(at: Adjusting, after: int) -> list[Posted]:
    """The entries posted since the agreement's chain had this length."""
    rows = at.session.execute(
        select(JournalEntry.id, JournalEntry.cause, JournalLine.account, JournalLine.amount_minor)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.agreement_id == at.agreement.id, JournalEntry.position > after)
        .order_by(JournalEntry.position, JournalLine.id)
    )
    found: dict[int, tuple[str, list[tuple[str, int]]]] = {}
    for entry_id, cause, account, amount in rows:
        found.setdefault(entry_id, (cause, []))[1].append((account, amount))
    return [Posted(cause, tuple(lines)) for cause, lines in found.values()]
