"""Undo a live batch that nothing has happened to since. Verb: `undo`.

The books are only ever added to: each opening entry gets one that reverses it, on the same day, so that on no day any
of it counts. The agreements stay as undone ones under another number, and their own numbers are free again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from domain.actions.imports_batches import find, move
from domain.actions.imports_rentals import reverse_charges
from domain.actions.imports_units import take_away
from domain.records import search_words
from domain.records.books import Draft, Head, post_many
from domain.records.words_out import audit
from domain.reports.imports import touched
from domain.transaction import transaction
from domain.words import N_, Conflict, Refused, Sentence
from models import (
    Agreement,
    AgreementParty,
    ImportBatch,
    ImportRow,
    JournalEntry,
    JournalLine,
    Standing,
)

CHUNK = 1_000
_STANDING = Standing.__table__
_SAVE = (
    update(_STANDING)
    .where(_STANDING.c.agreement_id == bindparam("key"))
    .values(entries=bindparam("entries_now"), head_hash=bindparam("head_now"))
)


def undo(ref: str, *, by: str, now: datetime, today: date) -> int:
    """Take a live batch back; returns how many agreements were undone.

    Raises Refused, naming an agreement, when anything happened to one since: a payment, a fee, another entry, a person
    put on it, a link mailed for it. Raises Conflict for a batch that is not live.
    """
    with transaction() as session:
        batch = find(session, ref)
        if not move(session, batch.id, "live", "undone", undone_at=now):
            raise Conflict(Sentence(N_("Only an import that is live can be undone.")))
        undone, last, ids = 0, 0, list[int]()
        while rows := _agreements(session, batch, last):
            last, undone = rows[-1].id, undone + len(rows)
            ids += [row.id for row in rows]
            if why := touched(session, Agreement.id.in_([row.id for row in rows])):
                raise Refused(why)
            reverse_charges(session, batch, _reverse(session, batch, rows, by, now), today)
        mine = Agreement.batch_id == batch.id
        session.execute(
            update(AgreementParty)
            .where(AgreementParty.agreement_id.in_(select(Agreement.id).where(mine)))
            .values(until_on=today)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(Agreement)
            .where(mine)
            .values(status="undone", number=Agreement.number + f"~undone-{batch.id}", unit_id=None)
            .execution_options(synchronize_session=False)
        )
        search_words.keep(session, "agreement", ids)
        take_away(session, *_made(session, batch))
        audit(session, by=by, action="import.undone", subject="import", subject_id=batch.id, at=now,
              detail={"agreements": undone, "file": batch.filename})  # fmt: skip
        return undone


def _agreements(session: Session, batch: ImportBatch, last: int) -> Sequence[Any]:
    """The next agreements of the batch with their standing, locked: a payment that begins now waits or is seen."""
    ids = session.scalars(
        select(Agreement.id)
        .where(Agreement.batch_id == batch.id, Agreement.id > last)
        .order_by(Agreement.id)
        .limit(CHUNK)
        .with_for_update()
    ).all()
    return session.execute(
        select(Agreement.id, Agreement.number, Agreement.currency, Standing.entries, Standing.head_hash,
               Standing.installments_met_minor, Standing.interest_from)
        .join(Standing, Standing.agreement_id == Agreement.id)
        .where(Agreement.id.in_(ids))
        .order_by(Agreement.id)
    ).all()  # fmt: skip


def _reverse(
    session: Session, batch: ImportBatch, rows: Sequence[Any], by: str, now: datetime
) -> dict[int, int]:
    """Post the reversing entry of every opening entry of these agreements; agreement -> that entry."""
    entries = session.execute(
        select(JournalEntry.id, JournalEntry.agreement_id, JournalEntry.effective_on)
        .where(JournalEntry.agreement_id.in_([row.id for row in rows]))
    ).all()  # fmt: skip
    lines = defaultdict(list)
    found = session.execute(
        select(JournalLine.entry_id, JournalLine.account, JournalLine.amount_minor)
        .where(JournalLine.entry_id.in_([entry.id for entry in entries]))
        .order_by(JournalLine.id)
    )  # fmt: skip
    for entry_id, account, amount in found:
        lines[entry_id].append((account, -amount))
    agreements = {row.id: row for row in rows}
    drafts = []
    for entry in entries:
        row = agreements[entry.agreement_id]
        head = Head(row.id, row.entries, row.head_hash, row.installments_met_minor, row.interest_from)
        draft = Draft(
            key=f"opening_undone:{row.number}:{batch.id}",
            cause="opening_undone",
            currency=row.currency,
            effective_on=entry.effective_on,
            lines=tuple(lines[entry.id]),
            reverses_id=entry.id,
            note={"batch": batch.ref},
        )
        drafts.append((head, draft))
    posted = post_many(session, drafts, now=now, by=by)
    if drafts:
        session.execute(
            _SAVE,
            [
                {"key": head.agreement_id, "entries_now": head.entries, "head_now": head.head_hash}
                for head, _ in drafts
            ],
        )
    return {head.agreement_id: entry for (head, _), entry in zip(drafts, posted, strict=True)}


def _made(session: Session, batch: ImportBatch) -> tuple[list[int], list[int]]:
    """The units and the properties that the batch made."""
    kept = session.scalars(
        select(ImportRow.prepared).where(
            ImportRow.batch_id == batch.id, ImportRow.outcome.in_(("accepted", "warned"))
        )
    ).all()
    return [one["unit"] for one in kept if "unit" in one], [
        one["property"] for one in kept if "property" in one
    ]
