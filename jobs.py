"""The timetable and one thin function per timed duty. APScheduler only ticks; what is due stands in the database."""

from flask import Flask

from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Start the timetable in this process when the settings ask for it."""
