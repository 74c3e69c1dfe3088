"""`flask export-all FOLDER`: everything that may leave, as CSV and JSON Lines files, below a folder."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from domain.actions.everything import write_folder


@click.command("export-all")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export_all(folder: Path) -> None:
    """Write everything into FOLDER: a CSV and a JSON Lines file per table, and the files that were handed in."""
    settings, clock = current_app.config["SETTINGS"], current_app.extensions["clock"]
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty. Name a new folder.")
    unfinished = folder.with_name(f".{folder.name}.part")
    if unfinished.exists():
        raise click.ClickException(f"{unfinished} is left of an export that was stopped. Take it away first.")
    written = 0

    def tell(done: int, _total: int) -> None:
        nonlocal written
        written = done

    try:
        write_folder(unfinished, settings.uploads, now=clock.now(), tell=tell)
        if folder.exists():
            folder.rmdir()
        unfinished.replace(folder)
    except OSError as problem:
        raise click.ClickException(f"The files cannot be written: {problem.strerror}.") from problem
    click.echo(f"Wrote {folder}: {written // 2} rows, as CSV and as JSON Lines.")
