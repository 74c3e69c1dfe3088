"""One answer for both kinds of request: the whole page, or its fragment alone when HTMX asked for it."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request


def wants_fragment() -> bool:
    """Whether HTMX asks for a part of a page; a boosted link and the browser's Back ask for all of it."""
    asked = request.headers
    whole = "true" in (asked.get("HX-Boosted"), asked.get("HX-History-Restore-Request"))
    return asked.get("HX-Request") == "true" and not whole


def render(page: str, /, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """Render `page`, or `fragment` when HTMX asked and there is one. Both templates get the same context."""
    name = fragment if fragment and wants_fragment() else page
    response = make_response(render_template(name, **context), status)
    response.vary.add("HX-Request")
    return response


def see_other(address: str) -> Response:
    """Go on with a GET of `address`: 303, or HX-Redirect for a request that HTMX made."""
    if wants_fragment():
        response = make_response("", 200)
        response.headers["HX-Redirect"] = address
        return response
    return redirect(address, 303)  # type: ignore[return-value]
