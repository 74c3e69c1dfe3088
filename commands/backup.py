"""`flask backup`, `backup-prove`, `backup-key`, `restore`: one file that holds everything, and putting it back."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import flask_migrate
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from domain.actions import duty_marks, restoring
from domain.reports.book_check import GatewayUnread, check
from domain.reports.copy_check import differences
from domain.reports.operating import BACKUP
from keeping import archive, databases, instances, nights
from keeping.databases import CannotKeep
from models import db

FILE = click.Path(dir_okay=False, path_type=Path)
IDENTITY = click.option("--identity", type=FILE, help="The key that opens an encrypted backup.")
TO = click.option("--to", default="", help="Encrypt it for this public key of age (age1...).")


@click.command("backup")
@click.argument("file", type=FILE)
@click.option(
    "--keys",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the keys and settings into a file of their own.",
)
@TO
@with_appcontext
def backup(file: Path, keys: Path | None, to: str) -> None:
    """Write the database and all files into FILE while the portal runs. Keys are never in it: keep them elsewhere."""
    settings, now = _settings(), current_app.extensions["clock"].now()
    try:
        size = instances.keep(settings, file, now=now, recipient=to)
        if keys is not None:
            instances.keep_keys(settings, keys, now=now, recipient=to)
        _write_down(now)
    except CannotKeep as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"Wrote {file} ({_megabytes(size)}{', encrypted' if to else ''}).")
    if keys is None:
        click.echo(
            f"The keys are not in it. Without {settings.instance / 'keys'} bank numbers cannot be read again."
        )
    else:
        click.echo(f"Wrote {keys}: keep it apart from the backup.")


def _write_down(began: datetime) -> None:
    """When it was made, for whoever watches. A database that takes no writes just now was copied all the same."""
    try:
        duty_marks.keep(BACKUP, began=began, now=current_app.extensions["clock"].now())
    except SQLAlchemyError:
        click.echo("That it was made could not be written down: flask doctor will not know of it.", err=True)


@click.command("backup-prove")
@click.argument("file", type=FILE)
@IDENTITY
@with_appcontext
def backup_prove(file: Path, identity: Path | None) -> None:
    """Put FILE back in a scratch place, prove its books and take it away again; the portal may run meanwhile."""
    settings = _settings()
    try:
        found = nights.prove(settings, file, differences, identity)
    except CannotKeep as problem:
        raise click.ClickException(str(problem)) from problem
    for difference in found[:5]:
        click.echo(f"DIFFERENCE: {difference}")
    if found:
        raise SystemExit(1)
    if databases.is_sqlite(settings.database_url) or settings.proof_url:
        click.echo("It can be put back, and its books agree.")
    else:
        click.echo("All of it can be read. With DUEBOOK_PROOF_DATABASE_URL its books are proved, too.")


@click.command("backup-key")
@click.argument("file", type=FILE)
def backup_key(file: Path) -> None:
    """Make a key for encrypted backups in FILE; take it off this machine, and name its public part with --to."""
    try:
        click.echo(f"flask backup FILE --to {archive.make_identity(file)}")
    except CannotKeep as problem:
        raise click.ClickException(str(problem)) from problem


@click.command("restore")
@click.argument("file", type=FILE)
@click.option(
    "--keys", type=click.Path(dir_okay=False, path_type=Path), help="The file that `backup --keys` wrote."
)
@IDENTITY
@click.option(
    "--replace", is_flag=True, help="Put it in the place of what is here now, which is moved aside."
)
@with_appcontext
def restore(file: Path, keys: Path | None, identity: Path | None, replace: bool) -> None:
    """Put back what FILE holds. Stop the portal first. It starts with all payments stopped."""
    settings = _settings()
    now: datetime = current_app.extensions["clock"].now()
    with tempfile.TemporaryDirectory(dir=settings.instance, prefix=".restore-") as made:
        folder = Path(made) / "backup"
        folder.mkdir()
        try:
            facts = archive.read(file, folder, identity)
            _check(settings, facts, replace)
            if keys is not None:
                instances.put_keys_back(settings, keys, Path(made) / "keys", identity)
            _let_go()
            aside = instances.put_back(settings, folder, now=now)
        except CannotKeep as problem:
            raise click.ClickException(str(problem)) from problem
    flask_migrate.upgrade()
    made_at = datetime.fromisoformat(facts["made_at"])
    restoring.begin(made_at, now=now)
    if aside:
        click.echo(f"What was here before is in {aside}.")
    click.echo(f"Restored what was there on {made_at:%Y-%m-%d at %H:%M} UTC.")
    _prove()
    click.echo("All payments are stopped. Compare /office/tie-out with the bank before you let them go on.")


def _check(settings: Settings, facts: dict[str, Any], replace: bool) -> None:
    """Raises CannotKeep for a backup of another sort of database or a version this program does not know."""
    scripts = ScriptDirectory(str(current_app.extensions["migrate"].directory))
    known = {script.revision for script in scripts.walk_revisions()}
    if facts["schema"] not in known:
        raise CannotKeep(
            f"This backup is of version {facts['schema']}, which this program does not know. Update it first."
        )
    if facts["database"] != databases.name_of(settings.database_url):
        raise CannotKeep(
            "This backup is of the other sort of database. Point DUEBOOK_DATABASE_URL to one of its sort."
        )
    if not replace and instances.in_use(settings):
        raise CannotKeep("There is a business here already. With --replace it is moved aside.")


def _let_go() -> None:
    """Close what is open on the database that is put aside."""
    db.session.remove()
    db.engine.dispose()
    restoring.let_go()


def _prove() -> None:
    """Say whether the books agree and what cannot be opened."""
    try:
        checked = check(db.session)
    except GatewayUnread:
        click.echo("A gateway does not answer: run `flask books verify` once it does.")
    else:
        for difference in checked.differences[:5]:
            click.echo(f"DIFFERENCE: {difference}")
        if not checked.differences:
            click.echo(f"The books agree: {checked.entries} entries on {checked.agreements} agreements.")
    lost = restoring.unreadable()
    for what, count in lost.items():
        click.echo(f"NOT READABLE without its key: {count} x {what}.")
    if not lost:
        click.echo("Everything that is sealed can be opened.")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
