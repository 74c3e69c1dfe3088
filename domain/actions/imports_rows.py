"""Add many rows in one statement and learn their ids. Verb: `add_all`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session


def add_all(session: Session, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    """Insert the rows; their ids in the order of the rows.

    On SQLite, where RETURNING would send row after row, the ids are taken beforehand: there is one writer at a time, so
    those above the largest are free.
    """
    if session.get_bind().dialect.name == "sqlite":
        first = (session.scalar(select(func.max(table.c.id))) or 0) + 1
        ids = list(range(first, first + len(rows)))
        session.execute(insert(table), [row | {"id": key} for key, row in zip(ids, rows, strict=True)])
        return ids
    returned = session.execute(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows)
    return list(returned.scalars())
