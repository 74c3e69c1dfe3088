"""`flask books ...`: prove the books, seal a day, export the journal."""

from __future__ import annotations

import os
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from domain.actions.day import seal_books
from domain.reports.book_check import GatewayUnread, check
from domain.reports.book_export import FORMATS
from models import db

books = AppGroup("books", help="The journal: verify, seal, export.")


@books.command("verify")
@click.option("--all", "show_all", is_flag=True, help="Print every difference found, not only the first.")
def verify(show_all: bool) -> None:
    """Check balances, sub-ledgers, hashes, seals and the gateways' records; exit 1 at the first difference."""
    if db.engine.dialect.name == "postgresql":
        # One view of everything that is read, however long it takes; on SQLite a reader always has one.
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        checked = check(db.session)
    except GatewayUnread as silent:
        raise click.ClickException(
            "A gateway does not answer, so its record could not be compared."
        ) from silent
    if checked.differences:
        for difference in checked.differences if show_all else checked.differences[:1]:
            click.echo(f"DIFFERENCE: {difference}")
        raise SystemExit(1)
    click.echo(
        f"The books agree: {checked.entries} entries on {checked.agreements} agreements,"
        f" {checked.charges} charges at the gateways."
    )


@books.command("seal")
def seal() -> None:
    """Seal the books under yesterday's date; once a day."""
    clock = current_app.extensions["clock"]
    done = seal_books(today=clock.today(), now=clock.now())
    click.echo("Sealed." if done else "That day is sealed already.")


@books.command("export")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), default="beancount", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write.",
)
def export(form: str, output: Path) -> None:
    """Write the whole journal to a file; the file appears whole or not at all."""
    temporary = output.with_name(f".{output.name}.part")
    try:
        with open(
            os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            for text in FORMATS[form](db.session):
                file.write(text)
        temporary.replace(output)
    except OSError as problem:
        raise click.ClickException(f"The file cannot be written: {problem.strerror}.") from problem
    finally:
        temporary.unlink(missing_ok=True)
    click.echo(f"Wrote {output}")
