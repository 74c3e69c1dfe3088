"""`flask move-database URL`: from SQLite into Postgres, compared to the row, the cent and the hash."""

from __future__ import annotations

from urllib.parse import urlsplit

import click
import flask_migrate
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from domain.reports.book_check import GatewayUnread, check
from keeping import databases, moving
from keeping.databases import CannotKeep
from models import Base


@click.command("move-database")
@click.argument("url")
@with_appcontext
def move_database(url: str) -> None:
    """Copy everything from the SQLite database in use into the empty Postgres at URL. Stop the portal first."""
    source = current_app.config["SETTINGS"].database_url
    if not databases.is_sqlite(source) or not url.startswith("postgresql+psycopg://"):
        raise click.ClickException("This moves from SQLite to postgresql+psycopg://user:password@host/name.")
    try:
        _make_tables(url)
        moved = moving.move(source, url, Base.metadata, _tell)
    except CannotKeep as problem:
        raise click.ClickException(str(problem)) from problem
    except sa.exc.OperationalError as problem:
        raise click.ClickException("That database does not answer.") from problem
    click.echo(f"{sum(moved.values()):,} rows of {len(moved)} tables are the same on both sides.")
    _prove(url)
    parts = urlsplit(url)
    hidden = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":...@", 1)).geturl()
    click.echo(f"Now set DUEBOOK_DATABASE_URL={hidden} and start the portal; the SQLite file stays as it is.")


def _tell(table: str, rows: int) -> None:
    if rows:
        click.echo(f"{rows:>12,}  {table}")


def _make_tables(url: str) -> None:
    names = ("MIGRATION_URL", "SQLALCHEMY_DATABASE_URI")
    before = {name: current_app.config[name] for name in names}
    current_app.config.update(dict.fromkeys(names, url))
    try:
        flask_migrate.upgrade()
    finally:
        current_app.config.update(before)


def _prove(url: str) -> None:
    """The whole proof of the books, over there: balances, hashes, seals. Exits with 1 at a difference."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    try:
        with Session(engine) as session:
            checked = check(session)
    except GatewayUnread:
        click.echo("A gateway does not answer: run `flask books verify` there once it does.")
        return
    finally:
        engine.dispose()
    for difference in checked.differences[:5]:
        click.echo(f"DIFFERENCE: {difference}")
    if checked.differences:
        raise SystemExit(1)
    click.echo(f"The books agree there: {checked.entries} entries on {checked.agreements} agreements.")
