"""`flask bank import FILE`: bring a statement of our bank in, or only say what would happen."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from domain.access import Scope
from domain.actions import bank_statements, certain_matches
from domain.reports.bank_files import Planned, learned, plan, shown_account, statements_in
from domain.words import DomainError, Money, plain_money
from models import db

bank = AppGroup("bank", help="The bank: bring statements in.")


class AtTheCommandLine(Scope):
    """Whoever may run commands here: an administrator without an account."""

    @property
    def by(self) -> str:
        return "command"


@bank.command("import")
@click.argument("file")
@click.option("--commit", is_flag=True, help="Bring it in. Without it nothing is written.")
def import_statement(file: str, commit: bool) -> None:
    """Bring in a statement (OFX, CAMT.053, or a CSV whose columns were explained in the office)."""
    path = Path(file)
    if not path.is_file():
        raise click.ClickException(f"There is no file {file}.")
    try:
        read = statements_in(path.read_bytes(), learned(db.session))
        planned = None if not hasattr(read, "statements") else list(plan(db.session, read.statements))
    except DomainError as refused:
        raise click.ClickException(str(refused.sentence)) from refused
    if planned is None:
        raise click.ClickException(
            "Nobody said yet what the columns of this CSV are. Hand it in once under Bank in the office."
        )
    for one in planned:
        click.echo(_told(one))
    if commit:
        _bring_in(path)
    else:
        click.echo("Nothing was written. Use --commit to bring it in.")


def _told(one: Planned) -> str:
    data = one.data
    closing = (
        f", balance {plain_money(Money(data.closing_minor, data.currency))}"
        if data.closing_minor is not None
        else ""
    )
    return (
        f"Account {shown_account(data.account)}, {data.first_on} to {data.last_on}: {one.new} new movements,"
        f" {one.known} known{closing}."
    )


def _bring_in(path: Path) -> None:
    clock, settings = current_app.extensions["clock"], current_app.config["SETTINGS"]
    who = AtTheCommandLine("admin")
    db.session.rollback()
    try:
        refs = bank_statements.bring_in_file(path, folder=settings.received, who=who, now=clock.now())
    except DomainError as refused:
        raise click.ClickException(str(refused.sentence)) from refused
    matched = certain_matches.match_certain(refs, who=who, today=clock.today(), now=clock.now())
    click.echo(f"Brought in. {matched} movements were matched by themselves.")
