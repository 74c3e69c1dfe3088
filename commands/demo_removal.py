"""`flask demo --remove`: the demo goes in one step, and an empty installation stays that asks its first questions.

Only a business that the demo made can be removed, and only in test mode. What people wrote into it since goes too, so
the name of the business has to be typed. The keys of the installation stay.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from sqlalchemy import create_engine, inspect, text

from domain.actions import export_runs
from domain.reports import set_up
from models import db


def remove(typed: str, sign_ins: Path) -> None:
    """Remove the demo. Raises ClickException, having removed nothing, where this is no demo or the name is another."""
    name = set_up.demo_name()
    if not name or not current_app.config["TEST_MODE"]:
        raise click.ClickException("This is not the demo business. Nothing was removed.")
    if typed != name:
        raise click.ClickException(f"The business is called {name!r}. Nothing was removed.")
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()
    _drop_all(current_app.config["MIGRATION_URL"])
    settings = current_app.config["SETTINGS"]
    for folder in (settings.uploads, settings.mailbox, settings.instance / export_runs.FOLDER):
        for one in folder.iterdir() if folder.is_dir() else ():
            shutil.rmtree(one) if one.is_dir() else one.unlink()
    for file in (settings.sandbox_database, sign_ins):
        for one in file.parent.glob(f"{file.name}*"):
            one.unlink(missing_ok=True)
    flask_migrate.upgrade()


def _drop_all(url: str) -> None:
    """Every table, guards included, in one transaction: all of them are gone, or none."""
    engine = create_engine(url)
    sqlite = engine.dialect.name == "sqlite"
    try:
        with engine.begin() as connection:
            if sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            for table in inspect(connection).get_table_names():
                # What a search index keeps in tables of its own goes with it, and stands in the list all the same.
                connection.execute(text(f'DROP TABLE IF EXISTS "{table}"{"" if sqlite else " CASCADE"}'))
    finally:
        engine.dispose()
