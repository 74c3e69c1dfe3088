"""Choosing another password while signed in."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from blueprints.account import account
from blueprints.shared import htmx, signed_in, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.step_up import needs_step_up
from domain.actions import own_credentials
from domain.reports.my_factors import my_factors
from domain.rules import passwords
from domain.words import Refused


class PasswordForm(FlaskForm):
    password = PasswordField(_("New password"), [InputRequired(_("Choose a password.")), Length(max=1000)])


@account.get("/account/password")
@needs_step_up()
def password() -> ResponseReturnValue:
    return page(PasswordForm(formdata=None))


@account.post("/account/password", endpoint="change_password")
@needs_step_up()
def change_password() -> ResponseReturnValue:
    form = PasswordForm()
    if not form.validate():
        return page(form, 422)
    try:
        secret = own_credentials.change_password(
            current_user.user_id, current_user.sign_in_id, form.password.data or "", visit.place(), now=now()
        )
    except Refused as refused:
        form.password.errors = [here().say(refused.sentence)]
        return page(form, 422)
    flash(gettext("Your password was changed. You are signed out everywhere else."))
    return signed_in.give_cookie(htmx.see_other(url_for("account.security")), secret)


def page(form: PasswordForm, status: int = 200) -> ResponseReturnValue:
    second_factor = my_factors(current_user.scope).any
    shortest = passwords.shortest(current_user.role, second_factor=second_factor)
    return htmx.render("account/password/password.html", status=status, form=form, shortest=shortest)
