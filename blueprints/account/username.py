"""Choosing another username."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from blueprints.account import account
from blueprints.shared import htmx, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.step_up import needs_step_up
from domain.actions import own_credentials
from domain.words import Refused


class UsernameForm(FlaskForm):
    username = StringField(_("Username"), [InputRequired(_("Choose a username.")), Length(max=64)])


@account.get("/account/username")
@needs_step_up()
def username() -> ResponseReturnValue:
    return page(UsernameForm(formdata=None, username=current_user.username))


@account.post("/account/username", endpoint="change_username")
@needs_step_up()
def change_username() -> ResponseReturnValue:
    form = UsernameForm()
    if not form.validate():
        return page(form, 422)
    try:
        own_credentials.change_username(
            current_user.user_id, form.username.data or "", visit.place(), now=now()
        )
    except Refused as refused:
        form.username.errors = [here().say(refused.sentence)]
        return page(form, 422)
    flash(gettext("Saved. You sign in with this username from now on."))
    return htmx.see_other(url_for("account.security"))


def page(form: UsernameForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("account/username/username.html", status=status, form=form)
