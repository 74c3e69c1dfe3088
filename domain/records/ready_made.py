"""Statements that run so often that they are made once and handed to the driver as text. Class: `ReadyMade`.

What SQLAlchemy does around each statement (finding the compiled form, preparing its places, building a result) costs
more than most statements of a payment cost the database. None of it changes from one run to the next. So a statement
is written in SQLAlchemy Core as everywhere, compiled when it is first run, per database and per set of values, and run
through the driver's own cursor. Three things that SQLAlchemy does for its callers are kept:

- Values pass the types of their columns both ways: instants become UTC, JSON becomes text, a day comes back as a day.
- A driver's error is raised as SQLAlchemy's own (IntegrityError and its like), without the values.
- A connection that is lost is thrown away, so that the pool never gives it to the next.

A Session runs the statement itself, so that functions which take either need not ask which they were given.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Connection, Date, Insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable

from models import UTCDateTime

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]

WIDTH = 50
"""How many rows SQLite takes at once: starting a statement costs it as much as a narrow row."""


class Written(str):
    """A value of a JSON column that is text already."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one database takes it: its text, its places, and how its rows are read."""

    text: str
    names: tuple[str, ...]
    pick: Callable[[Values], Sequence[Any]]
    write: tuple[tuple[int, Convert], ...]
    constants: Mapping[str, Any]
    by_position: bool
    row: Callable[[Sequence[Any]], Any]
    read: tuple[tuple[int, Convert], ...]
    wide: str

    def bound(self, values: Values) -> Any:
        """The values as the driver takes them: in the order of the places, or by their names."""
        cells = list(self.pick({**self.constants, **values} if self.constants else values))
        for place, convert in self.write:
            cells[place] = convert(cells[place])
        return cells if self.by_position else dict(zip(self.names, cells, strict=True))

    def told(self, raw: Sequence[Any]) -> Any:
        """A row of the driver with its columns as attributes and their types as in the models."""
        if self.read:
            cells = list(raw)
            for place, convert in self.read:
                cells[place] = convert(cells[place])
            raw = cells
        return self.row(raw)


class ReadyMade:
    """One statement of SQLAlchemy Core, ready to run. Columns that have a default in Python must be given a value."""

    def __init__(self, statement: Any):
        self.statement = statement
        self._compiled: dict[tuple[str, tuple[str, ...]], _Compiled] = {}

    def first(self, writer: Any, values: Values) -> Any:
        """The first row, None where there is none."""
        if not isinstance(writer, Connection):
            return writer.execute(self.statement, values).first()
        compiled, cursor = self._run(writer, values)
        raw = cursor.fetchone()
        cursor.close()
        return None if raw is None else compiled.told(raw)

    def all(self, writer: Any, values: Values) -> Sequence[Any]:
        """Every row."""
        if not isinstance(writer, Connection):
            return writer.execute(self.statement, values).all()
        compiled, cursor = self._run(writer, values)
        raw = cursor.fetchall()
        cursor.close()
        return [compiled.told(one) for one in raw]

    def all_of(self, writer: Any, ids: Sequence[int]) -> Sequence[Any]:
        """Every row; the statement asks for what is in the list `ids` and for no other value.

        SQLite is given a place for each; Postgres takes the list as one array.
        """
        if not isinstance(writer, Connection):
            return list(writer.execute(self.statement, {"ids": ids}).all())
        compiled = self._for(writer, {"ids": ids})
        if writer.dialect.name != "sqlite":
            text = compiled.text.replace("IN (__[POSTCOMPILE_ids])", "= ANY(%(ids)s)")
            cursor = _send(writer, "execute", text, compiled.bound({"ids": list(ids)}))
            raw = cursor.fetchall()
            cursor.close()
            return [compiled.told(one) for one in raw]
        text = compiled.text.replace("__[POSTCOMPILE_ids]", ", ".join("?" * len(ids)))
        place, cells = compiled.names.index("ids"), compiled.bound({"ids": ids})
        cursor = _send(writer, "execute", text, [*cells[:place], *ids, *cells[place + 1 :]])
        raw = cursor.fetchall()
        cursor.close()
        return [compiled.told(one) for one in raw]

    def change(self, writer: Any, values: Values) -> int:
        """Run an INSERT or an UPDATE; returns how many rows it changed."""
        if not isinstance(writer, Connection):
            return int(writer.execute(self.statement, values).rowcount)
        _, cursor = self._run(writer, values)
        changed = cursor.rowcount
        cursor.close()
        return int(changed)

    def change_many(self, writer: Any, rows: Sequence[Values]) -> None:
        """Run an INSERT or an UPDATE once for each of `rows`, which all name the same values."""
        if not isinstance(writer, Connection):
            writer.execute(self.statement, rows)
        elif rows:
            compiled = self._for(writer, rows[0])
            cells = [compiled.bound(values) for values in rows]
            wide = compiled.wide if len(cells) >= WIDTH else ""
            several = len(cells) // WIDTH * WIDTH if wide else 0
            for first in range(0, several, WIDTH):
                flat = list(chain.from_iterable(cells[first : first + WIDTH]))
                _send(writer, "execute", wide, flat).close()
            if several < len(cells):
                _send(writer, "executemany", compiled.text, cells[several:]).close()

    def _run(self, door: Connection, values: Values) -> tuple[_Compiled, Any]:
        compiled = self._for(door, values)
        return compiled, _send(door, "execute", compiled.text, compiled.bound(values))

    def _for(self, door: Connection, values: Values) -> _Compiled:
        key = door.dialect.name, tuple(values)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = _compile(self.statement, door.dialect, key[1])
        return found


def _compile(statement: Executable, dialect: Any, names: tuple[str, ...]) -> _Compiled:
    if isinstance(statement, Insert) and not statement.exported_columns:
        statement = statement.inline()  # asks for no id back
    made: Any = statement.compile(dialect=dialect, column_keys=list(names))  # type: ignore[attr-defined]
    if made.insert_prefetch or made.update_prefetch:
        raise ValueError(f"a column with a default in Python was given no value: {made}")
    converts = {name: _writer(bind.type, dialect) for bind, name in made.bind_names.items()}
    places = tuple(made.positiontup or converts)
    columns = statement.exported_columns if hasattr(statement, "exported_columns") else ()
    readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    row = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]
    return _Compiled(
        text=made.string,
        names=places,
        pick=_picker(places),
        write=tuple((place, convert) for place, name in enumerate(places) if (convert := converts[name])),
        constants={name: value for name, value in made.params.items() if name not in names},
        by_position=made.positional,
        row=row._make,
        read=tuple((place, reader) for place, reader in enumerate(readers) if reader),
        wide=_widened(statement, made),
    )


def _widened(statement: Executable, made: Any) -> str:
    """An INSERT of `WIDTH` rows at once for SQLite, "" where the statement is not one of one row of values."""
    one = f"({', '.join('?' * len(made.positiontup or ()))})"
    if not isinstance(statement, Insert) or not made.positional or made.string.count(f"VALUES {one}") != 1:
        return ""
    text: str = made.string
    return text.replace(f"VALUES {one}", f"VALUES {', '.join([one] * WIDTH)}")


def _picker(names: tuple[str, ...]) -> Callable[[Values], Sequence[Any]]:
    """Values by their names, in that order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _writer(type_: Any, dialect: Any) -> Convert | None:
    """How a value of that type is handed to the driver; None: as it is. Days and instants come again and again."""
    convert: Convert | None = type_.dialect_impl(dialect).bind_processor(dialect)
    if convert is None:
        return None
    if isinstance(type_, Date | UTCDateTime):
        return lru_cache(maxsize=512)(convert)
    if isinstance(type_, JSON):
        return lambda value: str(value) if type(value) is Written else convert(value)
    return convert


def _send(door: Connection, how: str, text: str, values: Any) -> Any:
    """Run the text on a cursor of the driver; its errors become SQLAlchemy's."""
    if not door.in_transaction():
        raise RuntimeError("a ready-made statement was run outside a transaction")
    cursor = door.connection.cursor()
    try:
        getattr(cursor, how)(text, values)
    except door.dialect.loaded_dbapi.Error as error:
        lost = door.dialect.is_disconnect(error, door.connection.dbapi_connection, cursor)
        if lost:
            door.invalidate(error)
        raise DBAPIError.instance(
            text, None, error, door.dialect.loaded_dbapi.Error,
            hide_parameters=True, connection_invalidated=lost, dialect=door.dialect,
        ) from error  # fmt: skip
    return cursor
