"""When the delinquency ladder looks at an agreement again. Verbs: `look_soon`, `keep_looks`. Never commits.

An agreement without a row is looked at with the next run; so is one on which something was posted since.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer, dialect_of
from models import LadderLook

_TABLE: Any = LadderLook.__table__


def _upsert(dialect: Any) -> ReadyMade:
    statement = dialect.insert(_TABLE)
    kept = {"look_on": statement.excluded.look_on, "entries": statement.excluded.entries}
    return ReadyMade(statement.on_conflict_do_update(index_elements=["agreement_id"], set_=kept))


_KEEP = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}
_FORGET = delete(_TABLE).where(_TABLE.c.agreement_id.in_(bindparam("ids", expanding=True)))


def look_soon(writer: Writer, agreement_ids: Sequence[int]) -> None:
    """Let the next run look at these agreements: something changed that no entry tells."""
    if agreement_ids:
        writer.execute(_FORGET, {"ids": list(agreement_ids)})


def look_at_all(writer: Writer) -> None:
    """Let the next run look at every agreement: the ladder itself has changed."""
    writer.execute(delete(_TABLE))


def keep_looks(writer: Writer, looks: Sequence[tuple[int, date | None, int]]) -> None:
    """Keep (agreement id, the day to look again or None, its number of entries) of agreements just looked at."""
    rows = [{"agreement_id": key, "look_on": day, "entries": entries} for key, day, entries in looks]
    if rows:
        _KEEP[dialect_of(writer)].change_many(writer, rows)
