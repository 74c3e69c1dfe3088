"""When reminders look at an agreement again. Verbs: `look_soon`, `look_at_all`, `keep_looks`. Never commits.

An agreement without a row is looked at with the next run; so is one on which something was posted since.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer, dialect_of
from models import ReminderLook

_TABLE: Any = ReminderLook.__table__


def _upsert(dialect: Any) -> ReadyMade:
    statement = dialect.insert(_TABLE)
    kept = {"look_on": statement.excluded.look_on, "entries": statement.excluded.entries}
    return ReadyMade(statement.on_conflict_do_update(index_elements=["agreement_id"], set_=kept))


_KEEP = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


def look_soon(writer: Writer, agreement_id: int) -> None:
    """Let the next run look at the agreement: something changed that no entry tells."""
    writer.execute(delete(_TABLE).where(_TABLE.c.agreement_id == agreement_id))


def look_at_all(writer: Writer) -> None:
    """Let the next run look at every agreement: the days of the business have changed."""
    writer.execute(delete(_TABLE))


def keep_looks(writer: Writer, looks: Sequence[tuple[int, date, int]]) -> None:
    """Keep (agreement id, the day to look again, its number of entries) of agreements just looked at."""
    rows = [{"agreement_id": key, "look_on": day, "entries": entries} for key, day, entries in looks]
    if rows:
        _KEEP[dialect_of(writer)].change_many(writer, rows)
