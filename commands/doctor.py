"""`flask doctor`: what is wrong with this installation, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from domain.reports import operating
from keeping import dangers, worries
from models import Business, Outbox, Payment, db

STRIPE = "https://api.stripe.com"
OLDEST_POSTGRES = 130_000
NO_TICK_FOR = timedelta(minutes=15)


@click.command("doctor")
def doctor() -> None:
    """Look at settings, keys, clock, disk, mail, database, backups and payments; exit 1 when something needs a hand."""
    settings: Settings = current_app.config["SETTINGS"]
    found = [
        *dangers.of_settings(settings),
        *worries.of_settings(settings),
        *worries.of_mail_server(settings),
    ]
    found += [
        *_processor(settings),
        *_database(settings),
        *worries.of_machine(settings),
        *worries.of_backups(settings),
    ]
    for problem in found:
        click.echo(f"- {problem}")
    if found:
        raise SystemExit(1)
    click.echo("Nothing is wrong with this installation.")


def _processor(settings: Settings) -> Iterator[str]:
    if settings.ways.get("DUEBOOK_STRIPE_KEY"):
        yield from worries.of_clock(settings.ways.get("DUEBOOK_STRIPE_API") or STRIPE, settings.clock.now)


def _database(settings: Settings) -> list[str]:
    problem = database_problem()
    if problem:
        return [problem]
    sqlite = db.engine.dialect.name == "sqlite"
    how = dangers.of_database(settings, db.engine) if sqlite else _postgres(settings)
    return [*how, *_rows(), *(_kept(settings) if settings.production else ())]


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


def _postgres(settings: Settings) -> Iterator[str]:
    with db.engine.connect() as connection:
        theirs = connection.scalar(text("SELECT clock_timestamp()"))
        said = {name: str(connection.scalar(text(f"SHOW {name}"))) for name in (
            "server_version_num", "server_version", "server_encoding", "timezone", "fsync", "full_page_writes",
            "synchronous_commit",
        )}  # fmt: skip
    yield from worries.apart(settings.clock.now(), theirs, "the database's")
    if int(said["server_version_num"]) < OLDEST_POSTGRES:
        yield f"PostgreSQL {said['server_version']} is older than 13, which is the oldest this was written for."
    if said["server_encoding"] != "UTF8":
        yield f"The database keeps text as {said['server_encoding']}, not as UTF8: some names cannot be stored."
    if said["timezone"] != "UTC":
        yield f"The database answers in the time of {said['timezone']}, not in UTC."
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if settings.production and said[name] == "off":
            yield f"PostgreSQL runs with {name}=off: a payment could be lost when the power fails."


def _rows() -> Iterator[str]:
    if db.session.scalar(select(Business.id)) is None:
        yield "No business is set up yet. Run: flask demo"
    dead = db.session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state == "dead"))
    if dead:
        yield f"{dead} mails could not be sent; the desk of the office lists them."
    unknown = db.session.scalar(select(func.count()).select_from(Payment).where(Payment.state == "unknown"))
    if unknown:
        yield f"{unknown} payments wait for a gateway's answer."
    for one in operating.duties(current_app.extensions["marks"].timetable, _now()):
        if one.state == "failed":
            yield f"The timed duty {one.name} failed when it last ran ({one.failed}); the log says more."


def _kept(settings: Settings) -> Iterator[str]:
    kept, now = operating.last_backup(), _now()
    if kept is None:
        yield "No backup was ever made. Run: flask backup FILE"
    elif kept < now - operating.BACKUP_EVERY:
        yield f"The last backup is of {kept:%Y-%m-%d}. Run: flask backup FILE"
    ran = max((one.ran_at for one in operating.duties(current_app.extensions["marks"].timetable, now) if one.ran_at),
              default=None)  # fmt: skip
    if ran is None or ran < now - NO_TICK_FOR:
        since = f"since {ran:%Y-%m-%d %H:%M} UTC" if ran else "yet"
        yield f"No timed duty has run {since}. Start the portal with DUEBOOK_SCHEDULER=1, or: flask worker"


def _now() -> datetime:
    now: datetime = current_app.extensions["clock"].now()
    return now
