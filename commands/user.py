"""`flask user ...`: make people who may sign in, and let one in again who was locked out."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from domain.actions import claims, credentials, people
from domain.words import DomainError

BY = "operator"

user = AppGroup("user", help="People who may sign in.")


@user.command("create")
@click.option("--role", type=click.Choice(credentials.ROLES), required=True)
@click.option("--name", required=True, help="The person's name.")
@click.option("--email", required=True, help="Where their mail goes, and one of the names they sign in by.")
@click.option("--username", default="", help="What they sign in by; customers may choose it themselves.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of making one."
)
def create(role: str, name: str, email: str, username: str, password_stdin: bool) -> None:
    """Make a person who may sign in.

    A customer without --username gets a link to claim the account, printed once. Everybody else gets a password, made
    here and printed once; staff, landlords and administrators set up their authenticator app at the first sign-in.
    """
    now = current_app.extensions["clock"].now()
    if role == "customer" and not username and password_stdin:
        raise click.UsageError("--password-stdin needs --username.")
    typed = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    try:
        if role == "customer" and not username:
            person_ref = people.create_person(name, email, by=BY, now=now)
            base_url = current_app.config["BASE_URL"]
            link = claims.link_for(person_ref, by=BY, now=now, base_url=base_url)
            click.echo(f"Give {name} this link. It works once, for 72 hours:\n{link}")
            return
        password = typed or credentials.generated_password()
        wanted = username or email.partition("@")[0]
        credentials.create_person_with_user(name, email, role, wanted, password, by=BY, now=now)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name} signs in as {wanted}.")
    if not password_stdin:
        click.echo(f"The password, shown this once: {password}")


@user.command("unlock")
@click.argument("name")
def unlock(name: str) -> None:
    """Forget the failed tries of NAME (username, e-mail or customer number), so that they may try again now."""
    try:
        credentials.unlock(name, by=BY, now=current_app.extensions["clock"].now())
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name} may try again.")
