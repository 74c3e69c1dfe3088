"""The formats of the current request as template filters; see `papers.formats`.

Filters: `|money(currency)` "$1,234.50", `|plain_money(currency)` "1,234.50", `|day` "4 December 2026", `|day_short`
"4 Dec 2026", `|weekday`, `|moment` a local time, `|percent` "6.87 %", `|say` a `domain.words.Sentence` as text,
`|markdown` HTML that is safe.
A page asks for some fifty words and figures, so the request's formats and catalogue are found once and kept in `g`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g
from flask_babel import get_locale, get_translations
from flask_login import current_user
from markupsafe import Markup

from domain.rules.markdown_text import html_of
from papers.formats import Formats, major

__all__ = ["Formats", "here", "init_app", "major"]


def here() -> Formats:
    """The formats of the current request."""
    try:
        return g.formats
    except AttributeError:
        translations = get_translations()
        g.ngettext = translations.ungettext
        g.formats = Formats(
            str(get_locale() or "en"), current_app.extensions["clock"].zone, translations.ugettext,
            clock=current_user.zone if current_user.is_authenticated else "",
        )  # fmt: skip
        return g.formats


def _ngettext(one: str, many: str, number: int) -> str:
    here()
    return g.ngettext(one, many, number)


def _filter(name: str) -> Callable[..., str]:
    def apply(value: Any, *arguments: Any) -> str:
        return getattr(here(), name)(value, *arguments)

    return apply


def init_app(app: Flask) -> None:
    words = app.jinja_env
    words.install_gettext_callables(lambda msgid: here().translate(msgid), _ngettext, newstyle=True)  # type: ignore[attr-defined]
    words.globals["_"] = words.globals["gettext"]  # the alias looks the other one up at every word
    for name in ("money", "plain_money", "day", "day_short", "weekday", "moment", "percent", "say"):
        app.jinja_env.filters[name] = _filter(name)
    # All that html_of lets through are tags of its own: everything typed is escaped there.
    app.jinja_env.filters["markdown"] = lambda text: Markup(html_of(text))
