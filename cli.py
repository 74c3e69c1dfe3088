"""The command line. One file per family of commands stands in `commands/`; this is the list."""

from flask import Flask

from commands.answers import in_one_line
from commands.backup import backup, backup_key, backup_prove, restore
from commands.bank import bank
from commands.batches import batches
from commands.books import books
from commands.day import run_day_command, worker
from commands.demo import demo
from commands.doctor import doctor
from commands.explain import explain, quote
from commands.export_all import export_all
from commands.import_book import import_book
from commands.keys import keys
from commands.move_database import move_database
from commands.sandbox import sandbox
from commands.schedule import schedule
from commands.search import search
from commands.user import user

COMMANDS = tuple(
    in_one_line(command)
    for command in (
        batches,
        backup,
        backup_key,
        backup_prove,
        bank,
        books,
        demo,
        doctor,
        explain,
        export_all,
        import_book,
        keys,
        move_database,
        quote,
        restore,
        run_day_command,
        sandbox,
        schedule,
        search,
        user,
        worker,
    )  # fmt: skip
)


def init_app(app: Flask) -> None:
    """Add our commands to `flask`."""
    for command in COMMANDS:
        app.cli.add_command(command)
