"""Many rows at once, as each database takes them best. Verbs: `add_many`, `next_ids`, `name_lines`, `among`.

Postgres takes them by COPY, SQLite by statements of fifty rows; both inside the caller's transaction, with every index,
foreign key and trigger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    any_,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError

from domain.records.ready_made import ReadyMade
from models import BatchLine

_LINE = BatchLine.__table__
_TRACE = ReadyMade(update(_LINE).where(_LINE.c.id == bindparam("of")))
_TRACES = (
    "UPDATE batch_line SET trace = named.trace FROM unnest(%s::bigint[], %s::varchar[]) AS named (id, trace)"
    " WHERE batch_line.id = named.id"
)


@cache
def _insert(table: Table) -> ReadyMade:
    return ReadyMade(insert(table))


def add_many(door: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, which all name the same columns; a column that is not named must have no default in Python."""
    if not rows:
        return
    if door.dialect.name != "postgresql":
        _insert(table).change_many(door, rows)
        return
    names = list(rows[0])
    columns = ", ".join(door.dialect.identifier_preparer.quote(name) for name in names)
    with _errors(door), door.connection.cursor().copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def next_ids(door: Connection, table: Table, count: int) -> list[int]:
    """So many fresh ids of the table, rising. On SQLite the caller's transaction holds the only pen."""
    if door.dialect.name != "postgresql":
        last = int(door.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())
        return list(range(last + 1, last + count + 1))
    fresh = select(func.nextval(func.pg_get_serial_sequence(table.name, "id"))).select_from(
        func.generate_series(1, count)
    )
    return sorted(door.execute(fresh).scalars().all())


def name_lines(door: Connection, traces: Sequence[tuple[int, str]]) -> None:
    """Give lines of a batch the names by which the bank knows them: (id, trace)."""
    if door.dialect.name != "postgresql":
        _TRACE.change_many(door, [{"of": line, "trace": trace} for line, trace in traces])
        return
    with _errors(door):
        ids, names = [line for line, _ in traces], [trace for _, trace in traces]
        door.connection.cursor().execute(_TRACES, (ids, names))


@contextmanager
def _errors(door: Connection) -> Iterator[None]:
    """A driver's error as SQLAlchemy's own, without the values."""
    driver = door.dialect.loaded_dbapi.Error
    try:
        yield
    except driver as error:
        raise DBAPIError.instance(
            None, None, error, driver, hide_parameters=True, dialect=door.dialect
        ) from error


def among(door: Connection, column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether `column` is one of `ids`. A long list goes to Postgres as one array: its driver reads each place anew."""
    if door.dialect.name != "postgresql":
        return column.in_(ids)
    return column == any_(literal(list(ids), ARRAY(BigInteger)))
