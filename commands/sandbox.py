"""`flask sandbox ...`: what the sandbox processor has recorded, and letting its days pass.

`charges` reads the processor's own file and nothing of ours, so it can be held against our books.
"""

from __future__ import annotations

import csv
import os
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from gateways.sandbox.processor import Processor

CHARGES_HEADER = ("key", "ref", "amount_minor", "currency", "state", "at")

sandbox = AppGroup("sandbox", help="The sandbox payment processor, which moves no real money.")


def charges_table(processor_path: str | os.PathLike[str]) -> list[tuple[str, str, int, str, str, str]]:
    """Every charge in the processor's record, oldest first, in the columns of CHARGES_HEADER.

    `at` is ISO 8601 in UTC. Raises FileNotFoundError when there is no record: none is made by asking for it.
    """
    return [
        (record.key, record.ref, record.amount_minor, record.currency, record.state, record.at.isoformat())
        for record in _processor(processor_path).charges()
    ]


def _processor(path: str | os.PathLike[str]) -> Processor:
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no record of a sandbox processor at {os.fspath(path)}")
    return Processor(path)


@sandbox.command("charges")
def charges() -> None:
    """Print the processor's own record of charges as CSV."""
    try:
        rows = charges_table(current_app.config["SANDBOX_DATABASE"])
    except (OSError, sqlite3.Error, RuntimeError) as problem:
        raise click.ClickException(str(problem)) from problem
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(CHARGES_HEADER)
    table.writerows(rows)


@sandbox.command("advance")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The business date, YYYY-MM-DD.")
def advance(on: datetime) -> None:
    """Let debits settle, come back and be disputed that are due up to a business date."""
    try:
        processor = _processor(current_app.config["SANDBOX_DATABASE"])
        happened = processor.advance(on.date(), datetime.now(UTC))
    except (OSError, sqlite3.Error, RuntimeError) as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{happened} happened up to {on.date()}")
