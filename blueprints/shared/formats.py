"""The formats of the current request as template filters; see `papers.formats`.

Filters: `|money(currency)` "$1,234.50", `|plain_money(currency)` "1,234.50", `|day` "4 December 2026", `|day_short`
"4 Dec 2026", `|weekday`, `|moment` a local time, `|percent` "6.87 %", `|say` a `domain.words.Sentence` as text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from flask_babel import get_locale, gettext

from papers.formats import Formats, major

__all__ = ["Formats", "here", "init_app", "major"]


def here() -> Formats:
    """The formats of the current request."""
    return Formats(str(get_locale() or "en"), current_app.extensions["clock"].zone, lambda msgid: gettext(msgid))


def _filter(name: str) -> Callable[..., str]:
    def apply(value: Any, *arguments: Any) -> str:
        return getattr(here(), name)(value, *arguments)

    return apply


def init_app(app: Flask) -> None:
    for name in ("money", "plain_money", "day", "day_short", "weekday", "moment", "percent", "say"):
        app.jinja_env.filters[name] = _filter(name)
