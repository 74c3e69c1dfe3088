"""What a phone reads to put the portal on its home screen: name, colours, icons, and the two ways people take most."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from blueprints.public import public
from blueprints.shared import frame

BAR, PAGE = "#ffffff", "#f6f6f2"
"""The colours of the bar and of the page in the light theme, as in static/app.css."""
SHORT = 12
"""How many letters fit under an icon."""
ICONS = [
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("maskable-192.png", "192x192", "maskable"),
    ("maskable-512.png", "512x512", "maskable"),
]


@public.get("/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """In the language that the page asks for in `lang`: browsers fetch this without cookies."""
    language = request.args.get("lang", "")
    language = language if language in frame.LANGUAGES else current_app.extensions["language"]()
    with force_locale(language):
        content = _content(language)
    return Response(json.dumps(content, ensure_ascii=False), content_type="application/manifest+json")


def _content(language: str) -> dict[str, Any]:
    asset = current_app.jinja_env.globals["asset"]
    business = frame.business()
    name = business["name"] if business else gettext("Payments")
    images = [
        {"src": asset(f"icons/{file}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for file, sizes, purpose in ICONS
    ]
    ways = [(gettext("Pay"), "portal.pay"), (gettext("Messages"), "portal.messages")]
    return {
        "id": "/",
        "name": name,
        "short_name": _short(name),
        "lang": language,
        "start_url": url_for("portal.dashboard"),
        "scope": "/",
        "display": "standalone",
        "theme_color": BAR,
        "background_color": PAGE,
        "icons": images,
        "shortcuts": [
            {"name": words, "url": url_for(page), "icons": images[:1]}
            for words, page in ways
            if page in current_app.view_functions
        ],
    }


def _short(name: str) -> str:
    """As many whole words of the name as fit under an icon; the beginning of one that is longer."""
    kept = ""
    for word in name.split():
        longer = f"{kept} {word}".strip()
        if len(longer) > SHORT:
            break
        kept = longer
    return kept or name[:SHORT]
