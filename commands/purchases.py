"""`flask import FILE --profile purchases`: a list of purchases on credit lines."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import click
from flask import current_app

from domain.access import Scope
from domain.actions import purchase_lists
from domain.words import DomainError
from papers.tables import guarded

PURCHASES = "purchases"
COMMAND = Scope("admin")


def purchases(path: Path, commit: bool) -> None:
    """Post the purchases of the file, or only say what would happen."""
    clock = current_app.extensions["clock"]
    work = purchase_lists.bring_in if commit else purchase_lists.check
    try:
        listed = work(path, who=COMMAND, today=clock.today(), now=clock.now())
    except DomainError as problem:
        raise click.ClickException(str(problem)) from problem
    except OSError as problem:
        raise click.ClickException(f"{path} cannot be read: {problem.strerror}.") from problem
    click.echo(f"rows read: {listed.read}")
    click.echo(f"accepted: {len(listed.fit)}")
    click.echo(f"refused: {len(listed.problems)}")
    click.echo(f"already here: {listed.already}")
    if listed.problems:
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(("line", "column", "reason"))
        for line, problem in listed.problems:
            table.writerow((line, problem.column, guarded(str(problem.sentence))))
    if commit and not listed.fit and not listed.already:
        raise click.ClickException("No line of this file can be brought in. Nothing was written.")
    click.echo("Nothing was written. Add --commit to post the purchases." if not commit else "Done.")
