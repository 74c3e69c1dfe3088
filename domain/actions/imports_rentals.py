"""Make the rentals, units and properties of a staged rent roll, in the transaction that makes the batch live.

The opening entry holds, against opening balances, what was owed, what was paid ahead and the deposit that is held.
What was owed stands as one charge, due on the day of the balances: which months it is of no rent roll says, and no late
fee is asked for what another system may have asked one for. Rent falls due by the terms from the day after.

Verbs: `make_rentals`, `reverse_charges`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from domain.actions.imports_people import People
from domain.actions.imports_rows import add_all
from domain.actions.imports_units import Made, find_or_make, let_by, place_of
from domain.kinds import kind_of
from domain.kinds.base import Position
from domain.portfolio.rent_roll import PEOPLE
from domain.records import accounts, search_words
from domain.records.books import Draft, Head, post_many
from domain.records.names import new_ref
from domain.words import N_, Conflict, Sentence
from models import Agreement, Charge, ImportBatch, ImportRow, Standing

RULE, UNDONE = "opening", "opening_undone"
BROUGHT_FORWARD = N_("Balance brought forward")
_STANDINGS, _CHARGES = insert(Standing.__table__), insert(Charge.__table__)
_ROW = ImportRow.__table__
_DONE = (
    update(_ROW)
    .where(_ROW.c.id == bindparam("row_id"))
    .values(agreement_id=bindparam("made_id"), prepared=bindparam("kept"))
)


def make_rentals(
    session: Session, batch: ImportBatch, rows: Sequence[Any], people: People, by: str, now: datetime
) -> None:
    """Add what these staged rows (id, line, prepared) are of. Raises Conflict for a unit that was let meanwhile."""
    assert batch.as_of is not None
    made = find_or_make(session, [row[2] for row in rows], now)
    rentals = [row for row in rows if row[2]["kind"] == "rental"]
    if taken := let_by(session, [row[2] for row in rentals], lock=True):
        (house, unit), number = next(iter(taken.items()))
        words = N_("%(unit)s of %(property)s is let by %(number)s. Check the file again.")
        raise Conflict(Sentence(words, {"unit": unit, "property": house, "number": number}))
    kept = {row[0]: dict(made.fresh.pop(place_of(row[2]), {})) for row in rows}
    ids: dict[int, int] = {}
    if rentals:
        said = [row[2] for row in rentals]
        keys = add_all(session, Agreement.__table__, [_agreement(batch, one, made, now) for one in said])
        search_words.keep(session, "agreement", keys, fresh=True)
        _open_books(session, batch, rentals, keys, by, now)
        ids = dict(zip((row[0] for row in rentals), keys, strict=True))
        row_of = {key: row for row, key in ids.items()}
        for place in PEOPLE:
            for key, person in people.put(session, keys, said, place).items():
                kept[row_of[key]][place] = person
    session.execute(
        _DONE, [{"row_id": row[0], "made_id": ids.get(row[0]), "kept": kept[row[0]]} for row in rows]
    )


def _agreement(batch: ImportBatch, said: Mapping[str, Any], made: Made, now: datetime) -> dict[str, Any]:
    place = place_of(said)
    return {
        "ref": new_ref(),
        "number": said["number"],
        "kind": "rental",
        "status": said["status"],
        "title": said["title"],
        "currency": batch.options["currency"],
        "start_on": date.fromisoformat(said["start"]),
        "opened_on": batch.as_of,
        "created_at": now,
        "batch_id": batch.id,
        "details": {},
        "unit_id": made.units[place],
        "branch": made.branches[place],
        "ends_on": date.fromisoformat(said["ends"]) if said["ends"] else None,
        "terms": {"terms": said["terms"], "allocation": {}},
    }


def _open_books(
    session: Session, batch: ImportBatch, rows: Sequence[Any], keys: Sequence[int], by: str, now: datetime
) -> None:
    """Post the opening entries, keep what was owed as charges, and say from when on rent falls due."""
    assert batch.as_of is not None
    heads = [
        Head(key, 0, "", 0, date.fromisoformat(row[2]["start"])) for key, row in zip(keys, rows, strict=True)
    ]
    drafts = [
        (head, draft)
        for head, row in zip(heads, rows, strict=True)
        if (draft := opening_draft(batch, row[1], row[2]))
    ]
    entries = post_many(session, drafts, now=now, by=by)
    entry_of = {head.agreement_id: entry for (head, _), entry in zip(drafts, entries, strict=True)}
    owed = [
        {
            "agreement_id": key, "entry_id": entry_of[key], "rule": RULE, "period": str(batch.id),
            "due_on": batch.as_of, "amount_minor": row[2]["past_due"], "type": "one_off", "name": BROUGHT_FORWARD,
            "period_from": None, "period_to": None, "tax_minor": 0, "payer": "", "posted_on": batch.as_of,
            "about_id": None,
        }
        for key, row in zip(keys, rows, strict=True)
        if row[2]["past_due"]
    ]  # fmt: skip
    if owed:
        session.execute(_CHARGES, owed)
    kind = kind_of("rental")
    agreements = {row.id: row for row in session.scalars(select(Agreement).where(Agreement.id.in_(keys)))}
    standings = []
    for head in heads:
        start = head.interest_from
        position = Position(0, 0, (), 0, 0, start, batch.as_of)
        standings.append(
            {
                "agreement_id": head.agreement_id,
                "entries": head.entries,
                "head_hash": head.head_hash,
                "installments_met_minor": 0,
                "interest_from": start,
                "billed_through": batch.as_of,
                "next_bill_on": kind.next_planned_on(kind.read(agreements[head.agreement_id]), position),
            }  # fmt: skip
        )
    session.execute(_STANDINGS, standings)


def opening_draft(batch: ImportBatch, line: int, said: Mapping[str, Any]) -> Draft | None:
    """The opening entry of one rental; None where nothing is owed, held or paid ahead."""
    owed, deposit, ahead = said["past_due"], said["deposit"], said["prepaid"]
    lines = (
        (accounts.OTHER_RECEIVABLE, owed),
        (accounts.DEPOSITS_HELD, -deposit),
        (accounts.CUSTOMER_CREDIT, -ahead),
        (accounts.OPENING_BALANCES, deposit + ahead - owed),
    )
    kept = tuple(one for one in lines if one[1])
    if not kept:
        return None
    assert batch.as_of is not None
    return Draft(
        key=f"opening:{said['number']}:{batch.id}",
        cause="opening",
        currency=batch.options["currency"],
        effective_on=batch.as_of,
        lines=kept,
        note={"batch": batch.ref, "line": line},
    )


def reverse_charges(session: Session, batch: ImportBatch, entry_of: Mapping[int, int], today: date) -> None:
    """Take the charges of opening entries back by further rows. `entry_of`: agreement -> its reversing entry."""
    opened = session.scalars(
        select(Charge).where(
            Charge.agreement_id.in_(entry_of), Charge.rule == RULE, Charge.period == str(batch.id)
        )
    )
    rows = [
        {
            "agreement_id": charge.agreement_id, "entry_id": entry_of[charge.agreement_id], "rule": UNDONE,
            "period": str(batch.id), "due_on": charge.due_on, "amount_minor": -charge.amount_minor,
            "type": charge.type, "name": charge.name, "period_from": None, "period_to": None, "tax_minor": 0,
            "payer": charge.payer, "posted_on": today, "about_id": charge.id,
        }
        for charge in opened
    ]  # fmt: skip
    if rows:
        session.execute(_CHARGES, rows)
