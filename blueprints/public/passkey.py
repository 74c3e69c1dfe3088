"""Fingerprint or face instead of name and password, and as the second step. Staff may set up their first one there."""

from __future__ import annotations

from flask import Response, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from blueprints.public import public
from blueprints.public.second_factor import waits_for_code
from blueprints.public.sign_in import enter
from blueprints.public.throttle import TRIES, limit_posts
from blueprints.shared import doors, htmx, passkey, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here as formats
from domain.actions import own_passkeys, passkeys
from domain.words import Refused

public.app_context_processor(passkey.for_pages)


@public.post("/sign-in/passkey/question", endpoint="ask_passkey")
@limit_posts(TRIES)
def ask_passkey() -> ResponseReturnValue:
    return passkey.question(passkeys.ask("sign_in", None, passkey.here(), now=now()))


@public.post("/sign-in/passkey", endpoint="sign_in_by_passkey")
@limit_posts(TRIES)
def sign_in_by_passkey() -> ResponseReturnValue:
    back = doors.local_path(request.form.get("next"))
    begun = passkeys.sign_in(passkey.answer(), passkey.here(), now=now())
    if begun:
        return let_in(begun.secret, back or doors.own_home(begun.role))
    return refused(url_for("public.sign_in", next=back or None))


@public.post("/second-factor/passkey/question", endpoint="ask_second_passkey")
@limit_posts(TRIES)
def ask_second_passkey() -> ResponseReturnValue:
    """The passkey that the user has; for who has no second factor of any kind yet, a new one."""
    if not waits_for_code():
        return elsewhere()
    here, moment = passkey.here(), now()
    if asked := passkeys.ask("second", current_user.user_id, here, now=moment):
        return passkey.question(asked)
    return passkey.question(own_passkeys.ask_first(current_user.sign_in_id, here, now=moment), new=True)


@public.post("/second-factor/passkey", endpoint="confirm_by_passkey")
@limit_posts(TRIES)
def confirm_by_passkey() -> ResponseReturnValue:
    if not waits_for_code():
        return elsewhere()
    secret = passkeys.confirm(current_user.sign_in_id, passkey.answer(), passkey.here(), now=now())
    return let_in(secret, onwards()) if secret else refused(back_to_step())


@public.post("/second-factor/passkey/new", endpoint="add_first_passkey")
@limit_posts(TRIES)
def add_first_passkey() -> ResponseReturnValue:
    if not waits_for_code():
        return elsewhere()
    name = visit.device()[:60] or gettext("My device")
    try:
        secret = own_passkeys.add_first(
            current_user.sign_in_id, name, passkey.answer(), passkey.here(), now=now()
        )
    except Refused as wrong:
        return refused(back_to_step(), formats().say(wrong.sentence))
    return let_in(secret, onwards()) if secret else refused(back_to_step())


def elsewhere() -> ResponseReturnValue:
    return htmx.see_other(
        doors.home_of_visitor() if current_user.is_authenticated else url_for("public.sign_in")
    )


def onwards() -> str:
    return doors.local_path(request.form.get("next")) or doors.own_home(current_user.role)


def back_to_step() -> str:
    return url_for("public.second_factor", next=doors.local_path(request.form.get("next")) or None)


def let_in(secret: str, page: str) -> Response:
    return passkey.used_here(make_response(enter(secret, page)))


def refused(again: str, why: str = "") -> ResponseReturnValue:
    why = why or gettext("Its answer came too late, or the passkey is not set up here any more.")
    return htmx.render("public/passkey/refused.html", status=422, again=again, why=why)
