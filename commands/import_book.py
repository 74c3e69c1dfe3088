"""`flask import FILE --profile NAME`: bring a loan book in, or only say what would happen."""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DatabaseError

from commands.purchases import PURCHASES, purchases
from domain.actions import imports
from domain.reports.imports import profiles
from domain.words import DomainError, Money, plain_money
from papers.tables import guarded

MONEY = {
    "principal": "amount of the loans",
    "balance": "balance",
    "past_due": "past due",
    "difference": "opening difference",
    "rent": "rent and charges a month",
    "prepaid": "paid ahead",
    "deposit": "deposits held",
}


HINTS = {
    "as_of": "Use --as-of YYYY-MM-DD.",
    "decimal": "Use --decimal point or --decimal comma.",
    "date_order": "Use --date-order day or --date-order month.",
}


@click.command("import")
@click.argument("file")
@click.option(
    "--profile", required=True, metavar="NAME", help=f"One of {', '.join((*profiles(), PURCHASES))}."
)
@click.option("--as-of", metavar="DATE", help="The day the balances are of, YYYY-MM-DD.")
@click.option(
    "--due-day", default="1", show_default=True, metavar="N", help="For files that name months only."
)
@click.option("--decimal", type=click.Choice(["point", "comma"]), help="For a file that does not show it.")
@click.option(
    "--date-order", type=click.Choice(["day", "month"]), help="Which comes first, if a file hides it."
)
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=HEADING", help="Say which column a field is in."
)
@click.option("--commit", is_flag=True, help="Bring the book in. Without it nothing is written.")
@with_appcontext
def import_book(
    file: str,
    profile: str,
    as_of: str | None,
    due_day: str,
    decimal: str | None,
    date_order: str | None,
    mapping: tuple[str, ...],
    commit: bool,
) -> None:
    """Bring in a loan book, or a list of purchases, from a CSV or XLSX FILE, or report what it holds."""
    clock = current_app.extensions["clock"]
    path = Path(file)
    if not path.is_file():
        raise click.ClickException(f"There is no file {file}.")
    if profile == PURCHASES:
        purchases(path, commit)
        return
    if not due_day.isascii() or not due_day.isdigit() or len(due_day) > 2:
        raise click.ClickException("The due day is a day of the month, 1 to 31.")
    options = imports.Options(
        today=clock.today(),
        as_of=_day(as_of),
        due_day=int(due_day),
        decimal=decimal or "",
        date_order=date_order or "",
        mapping=_mapping(mapping),
    )
    try:
        if commit:
            book, report = imports.bring_in_file(
                path, path.name, profile, options, by="command", now=clock.now(), clock=clock.now
            )
        else:
            book, report = imports.dry_run(path, profile, options)
    except DomainError as problem:
        hint = HINTS.get(problem.field or "", "")
        raise click.ClickException(f"{problem} {hint}".strip()) from problem
    except OSError as problem:
        raise click.ClickException(f"{file} cannot be read: {problem.strerror}.") from problem
    except DatabaseError as problem:
        raise click.ClickException(
            "The database does not answer as it should. Try: flask db upgrade"
        ) from problem
    _print(book, report)
    if commit and not report.accepted and not report.already:
        raise click.ClickException("No line of this file can be brought in. Nothing was written.")
    click.echo(_ending(commit, report))


def _print(book: imports.Book, report: imports.Report) -> None:
    """The report: counts, problems as a table, sums by kind and money."""
    for note in (*book.notes, *book.controls):
        click.echo(str(note))
    click.echo(f"rows read: {report.read}")
    click.echo(f"accepted: {report.accepted}")
    click.echo(f"warned: {report.warned}")
    click.echo(f"refused: {report.refused}")
    click.echo(f"already here: {report.already}")
    if report.problems:
        click.echo("")
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(("line", "column", "outcome", "reason"))
        for line, problem in report.problems:
            outcome = "refused" if problem.grave else "warned"
            table.writerow((line, guarded(problem.column), outcome, guarded(str(problem.sentence))))
        if report.more_problems:
            click.echo(f"and {report.more_problems} more")
    totals = report.totals()
    click.echo("")
    for kind, count in totals["kinds"].items():
        if kind == "unit":
            click.echo(f"empty units: {count}")
            continue
        statuses = ", ".join(f"{status} {number}" for status, number in totals["statuses"].items())
        click.echo(f"{kind}: {count} ({statuses})")
    for name, minor in totals["money"].items():
        click.echo(f"{MONEY[name]}: {plain_money(Money(minor, book.options.currency))}")
    click.echo(f"late: {totals['late']}")
    click.echo(f"without a person: {totals['without_person']}")


def _ending(commit: bool, report: imports.Report) -> str:
    if not commit:
        return "Nothing was written. Add --commit to bring the book in."
    if not report.accepted:
        return "Every line is here already. Nothing was written."
    units = report.kinds.get("unit", 0)
    return f"Brought in: {report.accepted - units} agreements" + (
        f" and {units} empty units." if units else "."
    )


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        if len(text) != 10:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f"{text[:24]} is not a date. Write it like 2026-01-15.") from None


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    if any(not mark for _, mark, _ in split):
        raise click.ClickException("Write --map as FIELD=HEADING, for example --map balance=Outstanding.")
    return {field.strip(): heading.strip() for field, _, heading in split}
