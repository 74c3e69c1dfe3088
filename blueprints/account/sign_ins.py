"""Where I am signed in, and ending what is not me or not needed any more."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from blueprints.account import account
from blueprints.shared import htmx, signed_in
from blueprints.shared.clock import now
from blueprints.shared.lookup import get_or_404
from domain.actions import sign_ins as actions
from domain.reports.my_sign_ins import open_sign_ins
from models import SignIn


@account.get("/account/sign-ins")
def sign_ins() -> ResponseReturnValue:
    moment = now()
    standing = [
        row
        for row in open_sign_ins(current_user.scope, current_user.sign_in_id)
        if actions.still_stands(current_user.role, row.created_at, row.last_used_at, moment)
    ]
    return htmx.render("account/sign_ins/sign_ins.html", sign_ins=standing)


@account.post("/account/sign-ins/ended")
def end_sign_in() -> ResponseReturnValue:
    row = get_or_404(SignIn, request.form.get("which", ""), by="id_hash")
    actions.end(row.id, why="ended by its owner", by=current_user.scope.by, now=now())
    flash(gettext("That sign-in was ended."))
    return htmx.see_other(url_for("account.sign_ins"))


@account.post("/account/sign-ins/others/ended")
def end_other_sign_ins() -> ResponseReturnValue:
    actions.end_all(
        current_user.user_id, why="ended by its owner", by=current_user.scope.by, now=now(),
        except_id=current_user.sign_in_id,
    )  # fmt: skip
    flash(gettext("You are signed out everywhere else."))
    return htmx.see_other(url_for("account.sign_ins"))


@account.post("/account/sign-ins/all/ended")
def end_all_sign_ins() -> ResponseReturnValue:
    actions.end_all(current_user.user_id, why="ended by its owner", by=current_user.scope.by, now=now())
    flash(gettext("You are signed out everywhere."))
    return signed_in.take_cookie(htmx.see_other(url_for("public.home")))
