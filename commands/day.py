"""`flask run-day`: the timed duties of some days, as the timetable would do them. `flask worker`: the timetable."""

from __future__ import annotations

import signal
import threading
from datetime import date, datetime

import click
from flask import current_app

import jobs
from domain.actions.batches import Limits
from domain.actions.day import days, run_day
from domain.actions.tonight import rehearse
from domain.reports import run_pages
from domain.words import Conflict, Refused
from models import db
from papers.tables import to_csv


@click.command("run-day")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The first day; today when left out.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day; only one day when left out.")
@click.option("--dry", is_flag=True, help="Print what the days would do, as CSV, and change nothing.")
def run_day_command(on: datetime | None, until: datetime | None, dry: bool) -> None:
    """Do all timed duties of the given days in order. Safe to repeat and to run beside others."""
    clock = current_app.extensions["clock"]
    first: date = on.date() if on else clock.today()
    last: date = until.date() if until else first
    if last < first:
        raise click.ClickException(f"--until {last} lies before --on {first}.")
    if dry:
        _foresee(first, last)
        return
    for day in days(first, last):
        done = run_day(
            day, now=clock.now(), zone=clock.zone, post=current_app.extensions["post"],
            files=jobs.places(current_app._get_current_object()),  # type: ignore[attr-defined]
            reader=db.session,
        )  # fmt: skip
        click.echo(f"{day}: " + ", ".join(f"{name} {count}" for name, count in done.items()))


def _foresee(first: date, last: date) -> None:
    """Print every row of the runs of these days."""
    clock, settings = current_app.extensions["clock"], current_app.config["SETTINGS"]
    limits = Limits(settings.file_most_lines, settings.file_most_per_day)
    try:
        found = rehearse(last, first=first, now=clock.now(), zone=clock.zone, limits=limits)
    except (Refused, Conflict) as refused:
        raise click.ClickException(str(refused.sentence)) from refused
    rows = [[day.isoformat(), *row] for day, made in found.rows.items() for row in run_pages.table(made, str)]
    click.echo(to_csv(["Run", *run_pages.TABLE_HEAD], rows), nl=False)


@click.command("worker")
def worker() -> None:
    """The timed duties without the web server; as many beside each other as one likes on one Postgres."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    scheduler = jobs.start(current_app._get_current_object())  # type: ignore[attr-defined]
    click.echo("The worker is running. Stop it with Ctrl-C.")
    stop.wait()
    scheduler.shutdown(wait=True)
