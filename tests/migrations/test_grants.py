"""Where another role migrates, the program's own role works with the books by adding to them only."""

from __future__ import annotations

from types import SimpleNamespace

import psycopg
import pytest
import sqlalchemy as sa

from models import BOOK_TABLES
from tests.fixtures.books import fill_books
from tests.fixtures.databases import close
from tests.fixtures.databases import test_settings as settings_for
from tests.fixtures.people import build_house

pytestmark = [pytest.mark.postgres, pytest.mark.safety("D9")]
ROLE = "duebook_program"


@pytest.fixture
def apart(postgres_server, empty_database, instance):
    """An installation whose schema belongs to the owner; `.app` runs as a role that owns nothing."""
    import flask_migrate

    from app import create_app

    postgres_server.admin(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN"
        f" CREATE ROLE {ROLE} LOGIN; END IF; END $$"
    )
    owner = sa.make_url(empty_database("postgres"))
    program = owner.set(username=ROLE).render_as_string(hide_password=False)
    settings = settings_for(program, instance)
    settings["DUEBOOK_MIGRATION_URL"] = owner.render_as_string(hide_password=False)
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        flask_migrate.upgrade()
    yield SimpleNamespace(app=app, program=program)
    close(app)


CHANGES = [
    "UPDATE {table} SET id = id", "DELETE FROM {table}", "TRUNCATE {table} CASCADE", "DROP TABLE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL", "ALTER TABLE {table} ADD COLUMN x int",
    "DROP TRIGGER {table}_no_change ON {table}",
]  # fmt: skip


def test_the_program_works_with_such_rights_and_its_books_are_whole(apart) -> None:
    house = build_house(apart.app)
    fill_books(house)
    client = house.client("bo")
    assert client.get("/dashboard").status_code == 200
    assert client.post("/account/sign-ins/others/ended").status_code == 303
    done = apart.app.test_cli_runner().invoke(args=["books", "verify"])
    assert done.exit_code == 0, done.output


@pytest.mark.safety("M3")
def test_what_it_may_not_do_with_the_books_the_database_refuses(apart) -> None:
    engine = sa.create_engine(apart.program)
    answers = {}
    for table in BOOK_TABLES:
        for change in CHANGES:
            with engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError) as refused:
                connection.exec_driver_sql(change.format(table=table))
            answers[change.format(table=table)] = type(refused.value.orig)
    engine.dispose()
    assert set(answers.values()) == {psycopg.errors.InsufficientPrivilege}, answers
