"""The command line. One file per family of commands stands in `commands/`; this is the list."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add our commands to `flask`."""
