"""Post entries to the books, inside the caller's transaction. Verbs: `lock`, `post`, `post_many`, `save`.

An entry is drafted (`Draft`), asserted to balance, chained to the agreement's last entry by hash, and written with its
lines and the balances they move. Nothing here commits, changes or deletes a posted row.

The order of writing differs by database because the guards do: SQLite checks the sum when the header is written, so
the lines go first under an id taken beforehand (there is one writer at a time, so max + 1 is free); Postgres checks at
commit, so the header goes first and gives its id. That order also lets a daily seal wait for postings under way: their
lock on the header's table is taken before their id.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.records.ready_made import ReadyMade, Written
from domain.records.writers import Writer, dialect_of
from domain.words import canonical_json
from models import Balance, JournalEntry, JournalLine, Standing

_ENTRY = JournalEntry.__table__
_LINE = JournalLine.__table__
_STANDING = Standing.__table__

_HEADS = select(
    _STANDING.c.agreement_id,
    _STANDING.c.entries,
    _STANDING.c.head_hash,
    _STANDING.c.installments_met_minor,
    _STANDING.c.interest_from,
    _STANDING.c.billed_through,
    _STANDING.c.next_bill_on,
)
_LOCK = ReadyMade(_HEADS.where(_STANDING.c.agreement_id == bindparam("of")).with_for_update())
_LOCK_MANY = (
    _HEADS.where(_STANDING.c.agreement_id.in_(bindparam("ids", expanding=True)))
    .order_by(_STANDING.c.agreement_id)
    .with_for_update(skip_locked=True)
)
_SAVE = ReadyMade(update(_STANDING).where(_STANDING.c.agreement_id == bindparam("of")))
_LAST_ID = ReadyMade(select(func.coalesce(func.max(_ENTRY.c.id), 0)))
_INSERT_ENTRY = ReadyMade(insert(_ENTRY))
_INSERT_ENTRY_RETURNING = insert(_ENTRY).returning(_ENTRY.c.id, sort_by_parameter_order=True)
_INSERT_LINE = ReadyMade(insert(_LINE))


_quoted = json.encoder.encode_basestring_ascii


def _upsert(dialect: Any) -> ReadyMade:
    statement = dialect.insert(Balance.__table__)
    moved = Balance.__table__.c.amount_minor + statement.excluded.amount_minor
    return ReadyMade(
        statement.on_conflict_do_update(
            index_elements=["agreement_id", "account"], set_={"amount_minor": moved}
        )
    )


_UPSERT = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


HOUSE = 0
"""In place of an agreement: an entry of the house itself."""


@dataclass(slots=True)
class Head:
    """Where an agreement stands, as locked: changed in memory while posting and written back by `save`.

    `HOUSE` in place of an agreement: the end of the house's own chain (`domain.records.house_entries`), which keeps no
    balances.
    """

    agreement_id: int
    entries: int
    head_hash: str
    installments_met_minor: int
    interest_from: date
    billed_through: date | None = None
    next_bill_on: date | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be posted. `lines` are (account, amount in minor units; debit positive) and must sum to zero.

    `key` is UNIQUE per cause ("payment:REF:settled"). `note` is plain JSON, or its text by
    `canonical_json`: the reason, shown by "why this amount?".
    """

    key: str
    cause: str
    currency: str
    effective_on: date
    lines: tuple[tuple[str, int], ...]
    payment_id: int | None = None
    reverses_id: int | None = None
    note: Mapping[str, Any] | str = field(default_factory=dict)


class Unbalanced(ValueError):
    """The lines of a draft do not sum to zero, or one of them is zero. A fault of ours, never of a person."""


def lock(session: Writer, agreement_id: int) -> Head:
    """The agreement's standing, locked until the transaction ends. Raises LookupError where there is none."""
    row = _LOCK.first(session, {"of": agreement_id})
    if row is None:
        raise LookupError(f"agreement {agreement_id} has no standing")
    return Head(*row)


def lock_many(session: Writer, ids: Sequence[int]) -> dict[int, Head]:
    """The standings of these agreements, locked until the transaction ends.

    On Postgres those that somebody else holds just now are left out: they are for later.
    """
    rows = session.execute(_LOCK_MANY, {"ids": list(ids)})
    return {row.agreement_id: Head(*row) for row in rows}


def save_many(session: Writer, heads: Sequence[Head]) -> None:
    """Write many standings back in one statement."""
    if heads:
        _SAVE.change_many(session, [_kept(head) for head in heads])


def save(session: Writer, head: Head) -> None:
    """Write the standing back; to be called once, after the last posting of the transaction."""
    _SAVE.change(session, _kept(head))


def _kept(head: Head) -> dict[str, Any]:
    return {
        "of": head.agreement_id,
        "entries": head.entries,
        "head_hash": head.head_hash,
        "installments_met_minor": head.installments_met_minor,
        "interest_from": head.interest_from,
        "billed_through": head.billed_through,
        "next_bill_on": head.next_bill_on,
    }


def post(session: Writer, head: Head, draft: Draft, *, now: datetime, by: str) -> int:
    """Post one entry to the agreement of `head` and return its id. Raises Unbalanced, or IntegrityError on its key."""
    return post_many(session, [(head, draft)], now=now, by=by)[0]


def post_many(session: Writer, drafts: Sequence[tuple[Head, Draft]], *, now: datetime, by: str) -> list[int]:
    """Post many entries in few statements (an import); the ids come back in the order of `drafts`."""
    if not drafts:
        return []
    sqlite_here = dialect_of(session) == "sqlite"
    first = _LAST_ID.first(session, {})[0] + 1 if sqlite_here else 0
    headers = [_chained(head, draft, now, by) for head, draft in drafts]
    if sqlite_here:
        session = session if isinstance(session, Connection) else session.connection()
        ids = list(range(first, first + len(headers)))
        for entry_id, header in zip(ids, headers, strict=True):
            header["id"] = entry_id
        _INSERT_LINE.change_many(session, _lines(ids, drafts))
        _INSERT_ENTRY.change_many(session, headers)
    else:
        for header in headers:
            header["note"] = json.loads(header["note"])
        ids = list(session.execute(_INSERT_ENTRY_RETURNING, headers).scalars())
        _INSERT_LINE.change_many(session, _lines(ids, drafts))
    moved: dict[tuple[int, str], int] = defaultdict(int)
    for head, draft in drafts:
        if head.agreement_id == HOUSE:
            continue
        for account, amount in draft.lines:
            moved[head.agreement_id, account] += amount
    if moved:
        _UPSERT["sqlite" if sqlite_here else "postgresql"].change_many(
            session,
            [
                {"agreement_id": agreement_id, "account": account, "amount_minor": amount}
                for (agreement_id, account), amount in sorted(moved.items())
            ],
        )
    return ids


def _lines(ids: Sequence[int], drafts: Sequence[tuple[Head, Draft]]) -> list[dict[str, Any]]:
    return [
        {"entry_id": entry_id, "account": account, "amount_minor": amount}
        for entry_id, (_, draft) in zip(ids, drafts, strict=True)
        for account, amount in draft.lines
    ]


def _chained(head: Head, draft: Draft, now: datetime, by: str) -> dict[str, Any]:
    """The header row of a draft, with the hash that follows the agreement's last one; moves `head` on."""
    total = 0
    for _, amount in draft.lines:
        if amount == 0:
            raise Unbalanced(f"{draft.key}: a line of zero")
        total += amount
    if total or not draft.lines:
        raise Unbalanced(f"{draft.key}: the lines sum to {total}")
    position = head.entries + 1
    header: dict[str, Any] = {
        "key": draft.key,
        "cause": draft.cause,
        "agreement_id": head.agreement_id or None,
        "position": position,
        "payment_id": draft.payment_id,
        "reverses_id": draft.reverses_id,
        "currency": draft.currency,
        "effective_on": draft.effective_on,
        "recorded_at": now,
        "recorded_by": by,
        "note": Written(draft.note if isinstance(draft.note, str) else canonical_json(draft.note)),
        "previous_hash": head.head_hash,
    }
    header["hash"] = _hash_of(header, draft.lines, header["note"])
    head.entries, head.head_hash = position, header["hash"]
    return header


def content_hash(header: Mapping[str, Any], lines: Sequence[tuple[str, int]]) -> str:
    """SHA-256 over everything an entry says and the hash before it, in one canonical text.

    `flask books verify` computes it again from the stored row, so the text uses only what is stored: instants in UTC to
    the microsecond, dates as ISO text, lines in the order they were written.
    """
    return _hash_of(header, lines, canonical_json(header["note"]))


def _hash_of(header: Mapping[str, Any], lines: Sequence[tuple[str, int]], note: str) -> str:
    """The hash, with the note as text already: the array of all that is said, as `canonical_json` would write it."""
    said = (
        _quoted(header["key"]),
        _quoted(header["cause"]),
        _number(header["agreement_id"]),
        _number(header["position"]),
        _number(header["payment_id"]),
        _number(header["reverses_id"]),
        _quoted(header["currency"]),
        _quoted(header["effective_on"].isoformat()),
        _quoted(_instant(header["recorded_at"])),
        _quoted(header["recorded_by"]),
        note,
        "[" + ",".join([f"[{_quoted(account)},{amount}]" for account, amount in lines]) + "]",
        _quoted(header["previous_hash"]),
    )
    return hashlib.sha256(f"[{','.join(said)}]".encode()).hexdigest()


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


@lru_cache(maxsize=8)
def _instant(at: datetime) -> str:
    """An instant in UTC to the microsecond; all entries of a run have the same."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
