"""The command line. One file per family of commands stands in `commands/`; this is the list."""

from flask import Flask

from commands.books import books
from commands.day import run_day_command, worker
from commands.demo import demo
from commands.doctor import doctor
from commands.sandbox import sandbox
from commands.schedule import schedule

COMMANDS = (books, demo, doctor, run_day_command, sandbox, schedule, worker)


def init_app(app: Flask) -> None:
    """Add our commands to `flask`."""
    for command in COMMANDS:
        app.cli.add_command(command)
