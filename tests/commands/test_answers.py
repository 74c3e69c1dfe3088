"""A command that cannot work says why in one line; what an operator cannot mend is not hidden."""

from __future__ import annotations

import click
import pytest
from flask import Flask

import cli
from commands import answers
from commands.answers import in_one_line
from domain.words import Refused, Sentence
from tests.fixtures.databases import close
from tests.fixtures.databases import test_settings as settings_for

COMMANDS = (["books", "verify"], ["books", "seal"], ["demo"], ["run-day"], ["doctor"])


@pytest.fixture
def installed(tmp_path):
    """Call it with a URL: the command line of an installation on that database."""
    made: list[Flask] = []

    def install(url: str):
        from app import create_app

        instance = tmp_path / f"instance-{len(made)}"
        instance.mkdir(mode=0o700)
        made.append(create_app(settings_for(url, instance)))
        return made[-1].test_cli_runner()

    yield install
    for application in made:
        close(application)


def test_a_database_without_tables_is_named_with_what_to_do(installed, empty_database, database_kind) -> None:
    runner = installed(empty_database(database_kind))
    for arguments in COMMANDS:
        done = runner.invoke(args=arguments)
        assert done.exit_code == 1, (arguments, done.exception)
        line = done.output.removeprefix("Error: ").removeprefix("- ")
        assert line.startswith("The database is at version none, this program wants"), (
            arguments,
            done.output,
        )
        assert line.endswith("Run: flask db upgrade\n")
        assert line.count("\n") == 1


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://nobody@127.0.0.1:9/none", "sqlite:////no/such/folder/x.db"]
)
def test_a_database_that_does_not_answer_is_named(installed, url) -> None:
    runner = installed(url)
    for arguments in COMMANDS:
        done = runner.invoke(args=arguments)
        assert (done.exit_code, done.output.count("\n")) == (1, 1), (arguments, done.output)
        assert "The database does not answer. Check DUEBOOK_DATABASE_URL." in done.output


def test_every_command_of_ours_answers_so(app, runner) -> None:
    def leaves(command: click.Command) -> list[click.Command]:
        if isinstance(command, click.Group):
            return [leaf for below in command.commands.values() for leaf in leaves(below)]
        return [command]

    def wrapped_by(callback) -> set[str]:
        files = {callback.__code__.co_filename}
        return files | wrapped_by(callback.__wrapped__) if hasattr(callback, "__wrapped__") else files

    for command in cli.COMMANDS:
        for leaf in leaves(command):
            assert answers.__file__ in wrapped_by(leaf.callback), leaf.name
        assert runner.invoke(args=[command.name, "--help"]).exit_code == 0


def test_a_refusal_of_the_domain_is_one_line_and_a_fault_of_ours_is_not_hidden() -> None:
    from click.testing import CliRunner

    @click.command()
    @click.option("--fault", is_flag=True)
    def work(fault: bool) -> None:
        if fault:
            raise ZeroDivisionError
        raise Refused(Sentence("Nothing of %(what)s.", {"what": "that"}))

    in_one_line(work)
    refused = CliRunner().invoke(work)
    assert (refused.exit_code, refused.output) == (1, "Error: Nothing of that.\n")
    assert isinstance(CliRunner().invoke(work, ["--fault"]).exception, ZeroDivisionError)
