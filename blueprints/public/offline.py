"""What a phone shows without a line: the worker keeps this page, and the page's script adds what was last seen.

One address for each language, because it is fetched without cookies: nothing of the person can stand on it.
"""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from blueprints.public import public
from blueprints.shared import frame, htmx


@public.get("/offline/<language>")
def offline(language: str) -> ResponseReturnValue:
    if language not in frame.LANGUAGES:
        abort(404)
    with force_locale(language):
        return htmx.render("public/offline/offline.html", lang=language)
