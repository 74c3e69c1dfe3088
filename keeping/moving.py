"""Move everything from SQLite into an empty Postgres: every table, in one transaction, then compared.

The writers of SQLite wait meanwhile, so that what was moved is all there is. The guards of the books are off only
inside the transaction that fills them, which ends with the same guards or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects import postgresql

from keeping.databases import CannotKeep

BLOCK = 2_000
LEFT_OUT = frozenset({"alembic_version"})


def move(source: str, target: str, metadata: sa.MetaData, tell: Callable[[str, int], None]) -> dict[str, int]:
    """Fill the migrated database `target` with what is in `source`; table -> rows. Raises CannotKeep.

    Both are compared before anything is kept: the rows of each table, and the sum of each column of whole numbers.
    """
    moved = {}
    with _still(source) as old, psycopg.connect(target.replace("+psycopg", "", 1)) as new:
        tables = [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]
        _empty(new, tables)
        for table in tables:
            moved[table.name] = _copy(old, new, table)
            tell(table.name, moved[table.name])
        for table in tables:
            _compare(old, new, table)
            _count_on(new, table)
        new.execute(
            "SET CONSTRAINTS ALL IMMEDIATE"
        )  # what was put off is looked at before the guards stand again
        _guards(new, tables, "ENABLE")
    return moved


@contextmanager
def _still(source: str) -> Iterator[sa.Connection]:
    """SQLite with the door for writing held, so that nobody adds anything meanwhile."""
    engine = sa.create_engine(source, poolclass=sa.NullPool)
    sa.event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            yield connection
    except sa.exc.OperationalError as problem:
        raise CannotKeep("The SQLite database is in use. Stop the portal first.") from problem
    finally:
        engine.dispose()


def _empty(new: psycopg.Connection[Any], tables: Sequence[sa.Table]) -> None:
    """Take out the few rows that the migrations put in; refuse a database that somebody uses already."""
    if new.execute("SELECT 1 FROM business").fetchone():
        raise CannotKeep("There is a business in that database already. Name an empty one.")
    _guards(new, tables, "DISABLE")
    for table in reversed(tables):
        new.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))


def _guards(new: psycopg.Connection[Any], tables: Sequence[sa.Table], how: str) -> None:
    for table in tables:
        order = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
        new.execute(order.format(sql.Identifier(table.name), sql.SQL(how)))


def _copy(old: sa.Connection, new: psycopg.Connection[Any], table: sa.Table) -> int:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    columns = list(table.columns)
    makers = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    rows = old.execution_options(yield_per=BLOCK).execute(sa.select(table).order_by(*table.primary_key))
    order = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    )
    count = 0
    with new.cursor() as cursor, cursor.copy(order) as pipe:
        for row in rows:
            pipe.write_row([
                make(value) if make is not None and value is not None else value
                for make, value in zip(makers, row, strict=True)
            ])  # fmt: skip
            count += 1
    return count


def _compare(old: sa.Connection, new: psycopg.Connection[Any], table: sa.Table) -> None:
    summed = [
        column for column in table.columns if isinstance(column.type, sa.Integer) and not column.foreign_keys
    ]
    figures = [sa.func.count(), *(sa.func.coalesce(sa.func.sum(column), 0) for column in summed)]
    here = [int(figure) for figure in old.execute(sa.select(*figures).select_from(table)).one()]
    parts = [sql.SQL("count(*)")]
    parts += [sql.SQL("coalesce(sum({}), 0)").format(sql.Identifier(column.name)) for column in summed]
    asked = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(parts), sql.Identifier(table.name))
    there = [int(figure) for figure in new.execute(asked).fetchone() or ()]
    if here != there:
        raise CannotKeep(f"{table.name} is not the same on both sides; nothing was moved.")


def _count_on(new: psycopg.Connection[Any], table: sa.Table) -> None:
    """Let new rows be counted on from the last one."""
    if "id" not in table.columns:
        return
    found = new.execute("SELECT pg_get_serial_sequence(%s, 'id')", (table.name,)).fetchone()
    if found and found[0]:
        last = sql.SQL(
            "SELECT setval(%s, greatest((SELECT max(id) FROM {}), 1), (SELECT count(*) > 0 FROM {}))"
        )
        name = sql.Identifier(table.name)
        new.execute(last.format(name, name), (found[0],))
