"""What a command says when it cannot do its work: one clear line and exit code 1, never a traceback for what an
operator can mend (a database that is not there or of another version, something a rule refuses).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from commands.doctor import database_problem
from domain.words import DomainError


def in_one_line(command: click.Command) -> click.Command:
    """Make this command, and every one below it, answer so."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            in_one_line(below)
    elif command.callback is not None:
        command.callback = with_appcontext(_guarded(command.callback))
    return command


def _guarded(work: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(work)
    def answer(*arguments: Any, **options: Any) -> Any:
        try:
            return work(*arguments, **options)
        except DomainError as refused:
            raise click.ClickException(str(refused)) from refused
        except (OperationalError, ProgrammingError) as problem:
            known = database_problem()
            if known is None and isinstance(problem, ProgrammingError):
                raise
            raise click.ClickException(known or f"The database failed: {problem.orig}.") from problem

    return answer
