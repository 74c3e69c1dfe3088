"""`flask demo`: the demo business, once. Its passwords stand in a file of the instance folder, for its owner only."""

from __future__ import annotations

import os
from pathlib import Path

import click
from flask import current_app

from commands import demo_removal
from domain.actions import demo as action
from domain.actions import demo_houses
from domain.actions.demo_people import DemoSignIn
from domain.words import Conflict, DomainError

FILE = "demo-sign-ins.txt"


@click.command("demo")
@click.option(
    "--book", type=click.Choice(["dealer", *demo_houses.BOOKS]), default="dealer", show_default=True,
    help="A dealer with loans, leases and flats; a landlord with three houses; a manager of forty buildings.",
)  # fmt: skip
@click.option(
    "--remove",
    is_flag=True,
    help="Remove the demo and everything in it, and begin with an empty installation.",
)
def demo(book: str, remove: bool) -> None:
    """Fill in the demo business, once; a second run changes nothing."""
    clock = current_app.extensions["clock"]
    path = current_app.config["SETTINGS"].instance / FILE
    if remove:
        demo_removal.remove(click.prompt("Type the name of the demo business to remove all of it"), path)
        click.echo(
            "The demo is gone. Make your own sign-in: flask user create --role admin --name ... --email ..."
        )
        return
    try:
        if book == "dealer":
            sign_ins = action.fill(today=clock.today(), now=clock.now())
        else:
            uploads = current_app.config["SETTINGS"].uploads
            sign_ins = demo_houses.fill(book, today=clock.today(), now=clock.now(), uploads=uploads)
    except Conflict:
        click.echo(f"The demo business is here already. Its sign-ins stand in {path}" if path.exists() else
                   "This installation has a business already; nothing was changed.")  # fmt: skip
        return
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    _write(path, sign_ins)
    click.echo(f"The demo business is ready. Its sign-ins stand in {path}")


def _write(path: Path, sign_ins: list[DemoSignIn]) -> None:
    lines = ["Demo sign-ins, made at first run. username  role  password  [authenticator seed]"]
    lines += [f"{one.username}  {one.role}  {one.password}  {one.seed}".rstrip() for one in sign_ins]
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
