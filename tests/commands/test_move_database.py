"""`flask move-database`: all goes from SQLite to Postgres, or nothing: the same to the row, cent and hash."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import Base, JournalEntry, Seal
from tests.fixtures.books import fill_books, raw_engine

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def filled(house):
    return fill_books(house)


@pytest.fixture
def empty_postgres(postgres_server):
    postgres_server.admin('DROP DATABASE IF EXISTS "moved"', 'CREATE DATABASE "moved"')
    yield postgres_server.url("moved")
    postgres_server.admin('DROP DATABASE "moved" WITH (FORCE)')


def rows_of(engine: sa.Engine, table: sa.Table) -> list[sa.Row]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(*table.primary_key)))


def test_every_row_is_the_same_there_and_the_books_agree(
    runner, house, filled, database_url, empty_postgres
) -> None:
    done = runner.invoke(args=["move-database", empty_postgres])
    assert done.exit_code == 0, done.output
    assert "are the same on both sides." in done.output
    assert "The books agree there: " in done.output
    here, there = raw_engine(database_url), sa.create_engine(empty_postgres, poolclass=sa.NullPool)
    filled_tables = 0
    for table in Base.metadata.sorted_tables:
        rows = rows_of(here, table)
        assert rows_of(there, table) == rows, table.name
        filled_tables += bool(rows)
    assert filled_tables > 40
    with there.begin() as connection:
        with pytest.raises(sa.exc.DBAPIError, match="only ever added"), connection.begin_nested():
            connection.execute(sa.update(JournalEntry.__table__).values(cause="x"))
        last = connection.scalar(sa.select(sa.func.max(Seal.id)))
        assert connection.scalar(sa.text("SELECT nextval(pg_get_serial_sequence('seal', 'id'))")) == last + 1


def test_a_database_with_a_business_is_left_alone(runner, house, filled, empty_postgres) -> None:
    assert runner.invoke(args=["move-database", empty_postgres]).exit_code == 0
    again = runner.invoke(args=["move-database", empty_postgres])
    assert again.exit_code == 1
    assert "There is a business in that database already." in again.output


def test_one_row_that_differs_keeps_everything_back(
    runner, house, filled, empty_postgres, monkeypatch
) -> None:
    from keeping import moving

    real = moving._copy

    def lossy(old, new, table):
        count = real(old, new, table)
        if table.name == "allocation":
            new.execute("DELETE FROM allocation WHERE id = (SELECT max(id) FROM allocation)")
        return count

    monkeypatch.setattr(moving, "_copy", lossy)
    done = runner.invoke(args=["move-database", empty_postgres])
    assert done.exit_code == 1
    assert "allocation is not the same on both sides; nothing was moved." in done.output
    engine = sa.create_engine(empty_postgres, poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM business")) == 0


@pytest.mark.parametrize("address", ["sqlite:///other.db", "mysql://x/y", ""])
def test_only_postgres_is_moved_to(runner, house, address) -> None:
    done = runner.invoke(args=["move-database", address])
    assert done.exit_code == 1
    assert "postgresql+psycopg://" in done.output
