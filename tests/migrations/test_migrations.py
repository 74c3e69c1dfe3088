"""Migrations make what the models say, and leave the guards of the books standing."""

from __future__ import annotations

import contextlib
import shutil
import sys
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from domain.records import accounts
from migrations import searching, triggers
from models import Base, LedgerAccount
from tests.fixtures.books import fill_books, raw_engine
from tests.fixtures.databases import close
from tests.fixtures.databases import test_settings as settings_for

BATCH = '''"""Rebuild tables of the books, as a later change of a column would."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade():
    for table in {tables!r}:
        with op.batch_alter_table(table, recreate="{recreate}") as batch:
            batch.add_column(sa.Column("later", sa.Integer()))


def downgrade():
    for table in {tables!r}:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("later")
'''


@pytest.fixture
def installation(app):
    """The application of this test, its migrations ready to run."""
    with app.app_context():
        yield app


@contextlib.contextmanager
def standing(url: str):
    engine = raw_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def trigger_names(url: str) -> set[str]:
    with standing(url) as connection:
        return triggers.standing_triggers(connection)


def test_models_and_migrations_agree(database_url) -> None:
    with standing(database_url) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": searching.ours}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_every_guard_stands_after_the_migrations(database_url, database_kind) -> None:
    dialect = {"sqlite": "sqlite", "postgres": "postgresql"}[database_kind]
    assert trigger_names(database_url) == set(triggers.expected_triggers(dialect))


def test_a_guard_that_was_dropped_is_back_after_the_next_upgrade(
    installation, database_url, database_kind
) -> None:
    before = trigger_names(database_url)
    gone = {
        "journal_entry_balances",
        "receipt_no_delete" if database_kind == "sqlite" else "receipt_no_change",
    }
    with standing(database_url) as connection:
        for name in gone:
            on = (
                ""
                if database_kind == "sqlite"
                else f" ON {'receipt' if 'receipt' in name else 'journal_entry'}"
            )
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
        connection.commit()
    assert trigger_names(database_url) == before - gone
    flask_migrate.upgrade()
    assert trigger_names(database_url) == before


@pytest.mark.parametrize(
    "tables", [("journal_entry", "journal_line"), triggers.BOOKS], ids=["journal", "all"]
)
def test_a_migration_that_rebuilds_book_tables_keeps_rows_and_guards(
    house, database_url, database_kind, tmp_path, monkeypatch, tables
) -> None:
    fill_books(house)
    before, rows = trigger_names(database_url), counts(database_url)
    folder = tmp_path / "migrations"
    shutil.copytree(Path(triggers.__file__).parent, folder)
    recreate = "always" if database_kind == "sqlite" else "never"
    with house.app.app_context():
        config = house.app.extensions["migrate"].migrate.get_config(str(folder))
        head = ScriptDirectory.from_config(config).get_current_head()
        (folder / "versions" / "9999_later.py").write_text(
            BATCH.format(head=head, tables=tables, recreate=recreate)
        )
        monkeypatch.setattr(sys, "path", sys.path[:])
        flask_migrate.upgrade(directory=str(folder))
        assert trigger_names(database_url) == before
        assert counts(database_url) == rows
        flask_migrate.downgrade(directory=str(folder))
        assert trigger_names(database_url) == before
        assert counts(database_url) == rows


def counts(url: str) -> dict[str, int]:
    with standing(url) as connection:
        return {
            table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in triggers.BOOKS
        }


def test_an_empty_database_goes_down_to_nothing_and_up_again(empty_database, database_kind, tmp_path) -> None:
    from app import create_app

    url = empty_database(database_kind)
    instance = tmp_path / "down"
    instance.mkdir(mode=0o700)
    application = create_app(settings_for(url, instance))
    with application.app_context():
        flask_migrate.upgrade()
        whole = trigger_names(url)
        flask_migrate.downgrade(revision="base")
        with standing(url) as connection:
            assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}
            assert triggers.standing_triggers(connection) == set()
        flask_migrate.upgrade()
        assert trigger_names(url) == whole
    close(application)


GATEWAYS = ("sandbox", "stripe", "ach_file", "sepa_file", "bacs_file", "counter", "bank_transfer")


def test_the_chart_of_accounts_is_the_one_that_the_code_names(app) -> None:
    from models import db

    named = {value for name, value in vars(accounts).items() if name.isupper() and isinstance(value, str)}
    named |= {accounts.clearing(gateway) for gateway in GATEWAYS}
    with app.app_context():
        rows = {row.code: row.type for row in db.session.scalars(sa.select(LedgerAccount))}
    assert named == set(rows)
    assert {rows[code] for code in accounts.RECEIVABLES} == {"asset"}
