"""Who gets through which door. `portal` and `office` ask here before each of their pages; nobody else decides.

A page that needs a sign-in answers a stranger with a way to it and back again; a request by HTMX is told to leave the
page (401 and HX-Redirect), because a sign-in form inside a fragment would be filled in by nobody. What somebody posted
is never sent again by itself.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.shared.htmx import wants_fragment
from blueprints.shared.signed_in import viewed

_LOCAL = re.compile(r"/(?![/\\])[A-Za-z0-9_.~/-]*(\?[A-Za-z0-9_.~/=&%+,:-]*)?\Z")


def local_path(wanted: str | None) -> str:
    """`wanted` when it is a plain path on this site ("/payments?page=2"), else an empty text (safety W12)."""
    wanted = wanted or ""
    return wanted if len(wanted) <= 500 and "//" not in wanted and _LOCAL.match(wanted) else ""


def home_of_visitor() -> str:
    """Where the signed-in person's own pages begin; the home page for everybody else."""
    if not current_user.is_authenticated:
        return url_for("public.home")
    if current_user.stage != "full":
        return url_for(next_step(current_user.stage))
    return own_home(current_user.role)


def next_step(stage: str) -> str:
    """The endpoint at which a sign-in that is not full yet goes on."""
    return "public.new_device" if stage == "device" else "public.second_factor"


def own_home(role: str) -> str:
    return url_for("portal.dashboard" if role == "customer" else "office.desk")


def anybody_signed_in() -> ResponseReturnValue | None:
    """Let everybody through who is fully signed in, whatever their role."""
    return _not_signed_in()


def customers_only() -> ResponseReturnValue | None:
    """Let a signed-in customer through, and staff who look at a customer's pages as far as reading goes.

    Other staff are sent to their own desk.
    """
    if answer := _not_signed_in():
        return answer
    if current_user.role == "customer":
        return None
    if viewed() is not None:
        return None if request.method in ("GET", "HEAD") else abort(403)
    if request.method == "GET" and not wants_fragment():
        return redirect(own_home(current_user.role), 303)
    return abort(404)


def office_only() -> ResponseReturnValue | None:
    """Let staff and landlords through; to a customer these pages do not exist."""
    if answer := _not_signed_in():
        return answer
    if current_user.role == "customer":
        abort(404)
    if not current_user.scope.may("office"):
        abort(403)
    return None


def _path_of(address: str) -> str:
    """Path and query of an address that a browser says; empty for one that nobody can read."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _not_signed_in() -> ResponseReturnValue | None:
    if current_user.is_authenticated and current_user.stage == "full":
        return None
    target = next_step(current_user.stage) if current_user.is_authenticated else "public.sign_in"
    if not wants_fragment():
        back = local_path(request.full_path.rstrip("?")) if request.method == "GET" else ""
        return redirect(url_for(target, next=back or None), 303)
    back = local_path(_path_of(request.headers.get("HX-Current-URL", "")))
    answer = make_response("", 401)
    answer.headers["HX-Redirect"] = url_for(target, next=back or None)
    return answer
