"""The lines of a batch as a gateway of files wants them, read in pages so that no file is held in rows as a whole.

Only here are the account numbers of a file opened. A line whose account cannot be opened or written is left out and its
payment ends with its reason: one bad line blocks no file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, overload

from sqlalchemy import bindparam, select, update

from domain import sealing
from domain.actions.payments import Event, pass_the_door
from domain.records.batches import UNWRITABLE
from domain.records.bulk import name_lines
from domain.records.ready_made import ReadyMade
from domain.rules.instruction_names import instruction_name
from domain.transaction import transaction
from gateways.files import BankAccount, FileGateway, FileLine, MandateFacts
from models import Agreement, BatchLine, Mandate, Payment, PaymentMethod

PAGE = 2_000

_LINES = (
    select(
        BatchLine.id, BatchLine.key, BatchLine.kind, BatchLine.amount_minor, BatchLine.class_code, BatchLine.sequence,
        BatchLine.mandate_id, BatchLine.trace, BatchLine.method_id, BatchLine.payment_id,
    )
    .where(BatchLine.batch_id == bindparam("batch"), BatchLine.id > bindparam("after"))
    .where(BatchLine.code != bindparam("but"))
    .order_by(BatchLine.id)
    .limit(PAGE)
    .subquery("line")
)  # fmt: skip
"""A page is cut before anything is joined: in a fresh batch Postgres does not know yet how many lines there are, and
would join all that follow."""
_ROWS = ReadyMade(
    select(
        _LINES.c.id, _LINES.c.key, _LINES.c.kind, _LINES.c.amount_minor, _LINES.c.class_code, _LINES.c.sequence,
        _LINES.c.mandate_id, _LINES.c.trace, PaymentMethod.ref.label("method_ref"), PaymentMethod.token_sealed,
        PaymentMethod.created_at, Agreement.number, Mandate.ref.label("mandate_ref"), Mandate.accepted_on,
        Mandate.recurring, Payment.ref.label("payment_ref"),
    )
    .join(PaymentMethod, PaymentMethod.id == _LINES.c.method_id)
    .outerjoin(Payment, Payment.id == _LINES.c.payment_id)
    .outerjoin(Agreement, Agreement.id == Payment.agreement_id)
    .outerjoin(Mandate, Mandate.id == _LINES.c.mandate_id)
    .order_by(_LINES.c.id)
)  # fmt: skip


class Pages(Sequence[FileLine]):
    """The lines of a batch in order. `unwritable` and the sums are known once they were read to the end."""

    def __init__(self, batch_id: int, way: FileGateway, count: int) -> None:
        self.batch_id = batch_id
        self.way = way
        self._length = count
        self.written = 0
        self.debit_minor = 0
        self.unwritable: list[int] = []
        self.unnamed: set[int] = set()

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> FileLine: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[FileLine]: ...
    def __getitem__(self, at: int | slice) -> FileLine | Sequence[FileLine]:
        if isinstance(at, slice):
            return list(self)[at]
        return next(islice(iter(self), at, None))

    def __iter__(self) -> Iterator[FileLine]:
        self.written, self.debit_minor, self.unwritable = 0, 0, []
        after = 0
        while rows := self._page(after):
            after = rows[-1].id
            self.unnamed.update(row.id for row in rows if not row.trace)
            for row in rows:
                account = self._account(row)
                if account is None:
                    self.unwritable.append(row.id)
                    continue
                self.written += 1
                self.debit_minor += row.amount_minor if row.kind in ("debit", "test_debit") else 0
                yield _line(row, account, self.way.name)

    def _page(self, after: int) -> Sequence[Any]:
        with transaction() as session:
            wanted = {"batch": self.batch_id, "after": after, "but": UNWRITABLE}
            return _ROWS.all(session.connection(), wanted)

    def _account(self, row: Any) -> BankAccount | None:
        try:
            text = sealing.unseal(row.token_sealed, f"payment_method.token:{row.method_ref}")
            account = BankAccount(**json.loads(text))
        except (sealing.CannotOpen, ValueError, TypeError):
            return None
        return None if self.way.check_account(account) else account


def _line(row: Any, account: BankAccount, gateway: str) -> FileLine:
    mandate = None
    if gateway == "bacs_file":
        # One instruction stands behind all debits of an account, and is set up before the first of them.
        mandate = MandateFacts(instruction_name(row.method_ref), row.created_at.date(), row.sequence)
    elif row.mandate_ref is not None:
        mandate = MandateFacts(row.mandate_ref, row.accepted_on, row.sequence)
    number = row.number or ""
    return FileLine(
        row.id, row.key, row.kind, row.amount_minor, account, number, row.class_code, bool(row.recurring),
        mandate, number,
    )  # fmt: skip


def keep_traces(traces: Mapping[int, str]) -> None:
    """Keep the names by which the bank knows the lines."""
    items = iter(traces.items())
    while some := list(islice(items, PAGE)):
        with transaction() as session:
            name_lines(session.connection(), some)


def drop_unwritable(lines: Sequence[int], batch: Any, *, now: datetime) -> None:
    """Leave lines out of the file for good; their payments did not go through, and the payers are told."""
    for line_id in lines:
        with transaction() as session:
            session.execute(update(BatchLine).where(BatchLine.id == line_id).values(code=UNWRITABLE))
            of = select(Payment.ref).join(BatchLine, BatchLine.payment_id == Payment.id)
            ref = session.scalar(of.where(BatchLine.id == line_id, Payment.state == "pending"))
            if ref is not None:
                event = Event("declined", batch.leaves_on, code=UNWRITABLE)
                pass_the_door(session, ref, event, by="job:build_files", today=batch.leaves_on, now=now)
