"""`flask batches ...`: files for the bank and from it, for operators and timers of their own."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from config import Settings
from domain.actions import bank_files, batch_ends, batch_files
from domain.actions import batches as building
from domain.words import DomainError, plain_amount, sentence_from
from models import BankFile, Batch, db

BY = "operator"

batches = AppGroup(
    "batches", help="Files for the bank: list, build, write, hand over; and those that come back."
)


@batches.command("list")
def list_batches() -> None:
    """Name the files for the bank, the newest last, with what they hold."""
    for row in db.session.scalars(select(Batch).order_by(Batch.id)):
        total = plain_amount(row.debit_minor, row.currency)
        click.echo(
            f"{row.ref}  {row.gateway}  {row.leaves_on}  {row.state}  {row.count} lines  {total} {row.currency}"
            f"  {row.file_name}"
        )


@batches.command("build")
@click.argument("gateway")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="The day the file leaves; today when left out."
)
def build(gateway: str, day: datetime | None) -> None:
    """Put what is due into files for the bank (GATEWAY: ach_file, sepa_file or bacs_file)."""
    clock, settings = current_app.extensions["clock"], _settings()
    try:
        refs = building.build(
            gateway, day.date() if day else clock.today(), today=clock.today(), now=clock.now(), by=BY,
            folder=settings.outgoing, limits=building.Limits(settings.file_most_lines, settings.file_most_per_day),
        )  # fmt: skip
    except (DomainError, LookupError) as problem:
        raise click.ClickException(str(problem)) from problem
    for ref in refs:
        click.echo(ref)


@batches.command("write")
@click.argument("ref")
@click.option(
    "--to", type=click.Path(path_type=Path), help="Where to write it; to the standard output when left out."
)
@click.option("--handed-over", is_flag=True, help="Note that the bank has it now.")
def write(ref: str, to: Path | None, handed_over: bool) -> None:
    """Write a file for the bank. It holds account numbers: it is made readable for its owner alone."""
    clock = current_app.extensions["clock"]
    try:
        name, content = batch_files.take_out(ref, folder=_settings().outgoing, now=clock.now(), by=BY)
        if to is None:
            sys.stdout.buffer.write(content)
        else:
            place = to / name if to.is_dir() else to
            place.touch(mode=0o600)
            place.write_bytes(content)
            click.echo(str(place))
        if handed_over:
            batch_ends.hand_over(ref, today=clock.today(), now=clock.now(), by=BY)
    except DomainError as problem:
        raise click.ClickException(str(problem)) from problem
    except OSError as problem:
        raise click.ClickException(f"{to} cannot be written: {problem.strerror}.") from problem


@batches.command("take")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take(path: Path) -> None:
    """Take a file that came from the bank: returns, corrections, answers."""
    clock, settings = current_app.extensions["clock"], _settings()
    try:
        taken = bank_files.take(
            path.read_bytes(), path.name, folder=settings.received, today=clock.today(), now=clock.now(), by=BY,
            base_url=settings.base_url,
        )  # fmt: skip
    except DomainError as problem:
        raise click.ClickException(str(problem)) from problem
    file = db.session.scalars(select(BankFile).where(BankFile.ref == taken.ref)).one()
    if file.state == "refused":
        raise click.ClickException(str(sentence_from(file.problem)))
    counts = ", ".join(f"{name} {count}" for name, count in sorted(file.outcome.get("counts", {}).items()))
    click.echo(f"{'taken before' if taken.again else 'taken'}: {counts or 'nothing'}")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
