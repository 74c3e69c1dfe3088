"""`flask search ...`: the words by which people, agreements, units and vehicles are found."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from domain.actions import search_words

search = AppGroup("search", help="The words of the search.")


@search.command("rebuild")
def rebuild() -> None:
    """Bring the words of the search up to the rows; nothing else changes."""
    click.echo(f"{search_words.rebuild()} words came or went.")
