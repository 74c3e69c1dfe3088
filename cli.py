"""The command line. One file per family of commands stands in `commands/`; this is the list."""

from flask import Flask

from commands.answers import in_one_line
from commands.books import books
from commands.day import run_day_command, worker
from commands.demo import demo
from commands.doctor import doctor
from commands.explain import explain, quote
from commands.import_book import import_book
from commands.keys import keys
from commands.sandbox import sandbox
from commands.schedule import schedule
from commands.user import user

COMMANDS = tuple(
    in_one_line(command)
    for command in (
        books,
        demo,
        doctor,
        explain,
        import_book,
        keys,
        quote,
        run_day_command,
        sandbox,
        schedule,
        user,
        worker,
    )  # fmt: skip
)


def init_app(app: Flask) -> None:
    """Add our commands to `flask`."""
    for command in COMMANDS:
        app.cli.add_command(command)
