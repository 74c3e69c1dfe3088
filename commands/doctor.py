"""`flask doctor`: what is wrong with this installation, in words."""

from __future__ import annotations

import shutil

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from keeping import dangers
from models import Business, Outbox, Payment, db

LOW_DISK_BYTES = 200 * 1024 * 1024


@click.command("doctor")
def doctor() -> None:
    """Look at settings, keys, database, mails and payments; exit 1 when something needs a hand."""
    settings: Settings = current_app.config["SETTINGS"]
    found = [*dangers.of_settings(settings), *_database(), *_disk(settings)]
    for problem in found:
        click.echo(f"- {problem}")
    if found:
        raise SystemExit(1)
    click.echo("Nothing is wrong with this installation.")


def _database() -> list[str]:
    problem = database_problem()
    return [problem] if problem else _rows()


def database_problem() -> str | None:
    """Why nothing can be read or written at all: the database does not answer, or is of another version."""
    try:
        with db.engine.connect() as connection:
            have = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        return "The database does not answer. Check DUEBOOK_DATABASE_URL."
    want = ScriptDirectory(str(current_app.extensions["migrate"].directory)).get_current_head()
    if have != want:
        return (
            f"The database is at version {have or 'none'}, this program wants {want}. Run: flask db upgrade"
        )
    return None


def _rows() -> list[str]:
    found = []
    if db.session.scalar(select(Business.id)) is None:
        found.append("No business is set up yet. Run: flask demo")
    dead = db.session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state == "dead"))
    if dead:
        found.append(f"{dead} mails could not be sent; the desk of the office lists them.")
    unknown = db.session.scalar(select(func.count()).select_from(Payment).where(Payment.state == "unknown"))
    if unknown:
        found.append(f"{unknown} payments wait for a gateway's answer.")
    return found


def _disk(settings: Settings) -> list[str]:
    free = shutil.disk_usage(settings.instance).free
    if free >= LOW_DISK_BYTES:
        return []
    return [f"Only {free // 1024 // 1024} MB are free on the disk of {settings.instance}."]
