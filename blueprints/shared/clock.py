"""The edge's clock: the one place where pages learn what time it is."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app

from config import Clock


def _clock() -> Clock:
    return current_app.extensions["clock"]


def now() -> datetime:
    """This instant, aware, UTC."""
    return _clock().now()


def today() -> date:
    """The business's local date."""
    return _clock().today()


def zone() -> ZoneInfo:
    """The business's time zone."""
    return _clock().zone
