"""The questions every kind of agreement answers. `domain.kinds.kind_of` gives the one of a name.

Its answers are the values of `domain.kinds.base`; all functions are pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from domain.kinds.base import (
    Application,
    Due,
    Figure,
    Installment,
    Missed,
    Part,
    Position,
    Progress,
    Quote,
)
from domain.kinds.closing import Closing
from domain.rules.late_fees import LateCharge
from domain.rules.planned import PlannedCharge
from domain.words import Sentence, Trace


class Kind(Protocol):
    """One kind of agreement. `terms` is what its `read` made from the stored row.

    `STATEMENTS` says whether it closes cycles; `PLAN_COLUMNS` which figures of an installment its plan shows;
    `CHARGES` the types of charge that a person may add to it; `CHANGES` what may be changed of it while it runs, by
    the names of `domain.actions.changes`; `WORDS` what its pages call things, as message ids
    under the names of `domain.kinds.base.WORDS`.
    """

    STATEMENTS: bool
    PLAN_COLUMNS: tuple[str, ...]
    CHARGES: tuple[str, ...]
    CHANGES: tuple[str, ...]
    WORDS: Mapping[str, str]

    def read(self, agreement: Any) -> Any: ...

    def of_payer(self, terms: Any, payer: str, alone: bool = ...) -> Any:
        """The same terms as one payer may know them, without the shares of others; all of them for payer "".

        `alone`: the payer's own share and nothing else.
        """
        ...

    def schedule(self, terms: Any, position: Position, on: date) -> Sequence[Installment]: ...

    def due(self, terms: Any, position: Position, on: date) -> Due: ...

    def falls_due(self, terms: Any, position: Position, on: date) -> int:
        """What is open of all that fell due through a day, with fees and before any credit: the sum of `due`, without
        its reason, for who asks for many agreements.
        """
        ...

    def apply(
        self,
        terms: Any,
        position: Position,
        amount_minor: int,
        on: date,
        *,
        extra: str | date = ...,
        payer: str = ...,
    ) -> Application:
        """What a payment pays. `payer`: whose money it is; `extra`: what the payer wants of money above what is due. A
        day: installments due through it are paid before they are due, as autopay took the money for them.
        """
        ...

    def credit_parts(self, terms: Any, position: Position, on: date) -> Sequence[Part]:
        """What the customer's credit is to pay by itself as of a day, without a payment."""
        ...

    def due_days(self, terms: Any, position: Position, since: date, through: date) -> Sequence[date]:
        """The days from one through another on which something falls due by the terms, in order."""
        ...

    def statement_open(self, terms: Any, position: Position) -> tuple[int, int] | None:
        """What is open of the last statement's minimum and of its balance; None where there are no statements."""
        ...

    def close(self, terms: Any, position: Position, on: date) -> Quote: ...

    def payable(self, terms: Any, position: Position, on: date) -> int:
        """The most that a payment of the day may be, in minor units: nobody is let pay what can never fall due."""
        ...

    def closing(self, terms: Any, position: Position, on: date, key: str) -> Closing | None:
        """What is to be posted before the payment that closes the agreement early; None where nothing is."""
        ...

    def finished(self, terms: Any, position: Position) -> bool:
        """Whether nothing is owed and nothing will fall due any more."""
        ...

    def planned(self, terms: Any, position: Position, through: date) -> Sequence[PlannedCharge]:
        """What the terms ask for through a day and was not posted yet, oldest first."""
        ...

    def next_planned_on(self, terms: Any, position: Position) -> date | None:
        """The day on which billing is to look again: `planned` gives something, or it ends; None when never."""
        ...

    def standard_payment(self, terms: Any, on: date) -> int:
        """The regular installment, rent or payment around a day, in minor units: what late fees are counted from."""
        ...

    def late_lines(
        self, terms: Any, position: Position, since: date, on: date
    ) -> Sequence[tuple[LateCharge, int]] | None:
        """What fell due from a day through another and may be late, each with what is open of it; None where charges
        say it all.
        """
        ...

    def missed(
        self, terms: Any, position: Position, restored_minor: int, since: date, covered_to: date, on: date
    ) -> Missed: ...

    def explain(self, terms: Any, position: Position, on: date, number: int) -> Trace: ...

    def check_charge(
        self, terms: Any, position: Position, type_: str, amount_minor: int, due_on: date, today: date
    ) -> None:
        """Raise Refused, naming the field, for a charge that nobody may add to it today."""
        ...

    def check_correction(self, terms: Any, type_: str) -> None:
        """Raise Refused for a type of charge that is what was agreed on itself and cannot be taken back alone."""
        ...

    def payers(self, terms: Any, on: date) -> Sequence[str]:
        """The keys of those who owe a share of its charges on a day; none where nobody's share is apart."""
        ...

    def facts(self, terms: Any) -> Sequence[tuple[str | Sentence, Any]]: ...

    def progress(self, terms: Any, position: Position, on: date) -> Progress: ...

    def figures(self, terms: Any, position: Position, on: date) -> Sequence[Figure]:
        """What its page shows beside what is due, what is owed and what ends it."""
        ...
