"""Make a staged batch live: agreements, terms, people and opening entries in one transaction, or nothing. Verb: `make`.

Everything that needs thought was prepared while staging; here rows are only added, in few statements per thousand.
The opening entry brings the principal to the file's balance. What the file's own figures do not explain goes to the
account "opening difference", so that nobody has to invent where it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from domain.actions.imports_people import People
from domain.actions.imports_rentals import make_rentals
from domain.actions.imports_rows import add_all
from domain.records import accounts, search_words
from domain.records.books import Draft, Head, post_many
from domain.records.names import new_ref
from models import Agreement, ImportBatch, ImportRow, Loan, Standing

CHUNK = 1_000

_LOANS, _STANDINGS = insert(Loan.__table__), insert(Standing.__table__)
_ROW = ImportRow.__table__
_DONE = (
    update(_ROW)
    .where(_ROW.c.id == bindparam("row_id"))
    .values(agreement_id=bindparam("made_id"), prepared=bindparam("kept"))
)


def make(session: Session, batch: ImportBatch, *, by: str, now: datetime) -> int:
    """Add everything the staged rows of `batch` prepared; returns how many lines were made agreements and units.

    Raises IntegrityError when a number was taken meanwhile: the caller's transaction then leaves nothing.
    """
    people = People(now)
    last, made = 0, 0
    while True:
        rows = session.execute(
            select(_ROW.c.id, _ROW.c.line, _ROW.c.prepared)
            .where(
                _ROW.c.batch_id == batch.id,
                _ROW.c.id > last,
                _ROW.c.outcome.in_(("accepted", "warned")),
            )
            .order_by(_ROW.c.id)
            .limit(CHUNK)
        ).all()
        if not rows:
            return made
        last, made = rows[-1][0], made + len(rows)
        loans = [row for row in rows if row[2].get("kind", "loan") == "loan"]
        if loans:
            _make_chunk(session, batch, loans, people, by, now)
        if len(loans) < len(rows):
            make_rentals(session, batch, [row for row in rows if "kind" in row[2]], people, by, now)


def _make_chunk(
    session: Session, batch: ImportBatch, rows: Sequence[Any], people: People, by: str, now: datetime
) -> None:
    assert batch.as_of is not None
    currency = batch.options["currency"]
    prepared = [row[2] for row in rows]
    agreements = [
        {
            "ref": new_ref(),
            "number": said["number"],
            "kind": "loan",
            "status": said["status"],
            "title": said["title"],
            "currency": currency,
            "start_on": date.fromisoformat(said["start"]),
            "opened_on": batch.as_of,
            "created_at": now,
            "batch_id": batch.id,
            "details": said.get("details", {}),
        }
        for said in prepared
    ]
    ids = add_all(session, Agreement.__table__, agreements)
    search_words.keep(session, "agreement", ids, fresh=True)
    session.execute(_LOANS, [_loan(key, said) for key, said in zip(ids, prepared, strict=True)])
    heads = [
        Head(key, 0, "", said["met"], date.fromisoformat(said["interest_from"]))
        for key, said in zip(ids, prepared, strict=True)
    ]
    drafts = [
        (head, draft)
        for head, row in zip(heads, rows, strict=True)
        if (draft := opening_draft(batch, row[1], row[2], currency))
    ]
    post_many(session, drafts, now=now, by=by)
    session.execute(
        _STANDINGS,
        [
            {
                "agreement_id": head.agreement_id,
                "entries": head.entries,
                "head_hash": head.head_hash,
                "installments_met_minor": head.installments_met_minor,
                "interest_from": head.interest_from,
                # The day's billing looks at it once, and from then on whenever a late fee may fall due.
                "next_bill_on": batch.as_of,
            }
            for head in heads
        ],
    )
    persons = people.put(session, ids, prepared)
    session.execute(
        _DONE,
        [
            {"row_id": row[0], "made_id": key, "kept": {"person": persons[key]} if key in persons else {}}
            for row, key in zip(rows, ids, strict=True)
        ],
    )


def _loan(agreement_id: int, said: dict[str, Any]) -> dict[str, Any]:
    return {
        "agreement_id": agreement_id,
        "principal_minor": said["principal"],
        "annual_rate_percent": Decimal(said["rate"]),
        "count": said["count"],
        "frequency": said["frequency"],
        "anchor_days": "",
        "first_due_on": date.fromisoformat(said["first_due"]),
        "interest": said["interest"],
        "day_count": said["day_count"],
        "rounding": "half-up",
        "payment_rounding": said["payment_rounding"],
        "payment_unit_minor": 1,
        "payment_minor": said["payment"],
        "last": "absorb",
        "balloon_minor": 0,
        "waterfall": "interest,principal,fees",
        "opening_met_minor": said["met"],
        "opening_interest_from": date.fromisoformat(said["interest_from"]),
    }


def opening_draft(batch: ImportBatch, line: int, said: dict[str, Any], currency: str) -> Draft | None:
    """The opening entry of one agreement; None where there is nothing to post. The key names the batch too, so that a
    file may be brought in again after its first batch was undone.
    """
    lines = opening_lines(*said["opening"])
    if not lines:
        return None
    assert batch.as_of is not None
    return Draft(
        key=f"opening:{said['number']}:{batch.id}",
        cause="opening",
        currency=currency,
        effective_on=batch.as_of,
        lines=lines,
        note={"batch": batch.ref, "line": line},
    )


def opening_lines(
    before: int, paid: int, principal: int, interest: int, fees: int, balance: int
) -> tuple[tuple[str, int], ...]:
    """The lines (account, minor units; debit positive): the balance before, the last payment by its parts, and what
    neither explains. Lines of zero are left out; the sum is zero and principal comes to `balance`.
    """
    lines = (
        (accounts.LOAN_PRINCIPAL, before),
        (accounts.OPENING_BALANCES, paid - before),
        (accounts.LOAN_PRINCIPAL, -principal),
        (accounts.INTEREST_INCOME, -interest),
        (accounts.FEE_INCOME, -fees),
        (accounts.LOAN_PRINCIPAL, balance - before + principal),
        (accounts.OPENING_DIFFERENCE, (before - principal - balance) - (paid - principal - interest - fees)),
    )
    return tuple(line for line in lines if line[1])
