"""My authenticator app: set one up, replace it by another, and for customers take it off again."""

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
from blueprints.shared.lookup import forget, get_or_404
from blueprints.shared.second_factors import app_to_set_up, signing_key
from blueprints.shared.step_up import needs_step_up
from domain.actions import second_factors
from domain.reports.my_factors import my_factors
from domain.words import Refused
from models import User


class AppCodeForm(FlaskForm):
    code = StringField(_("Six-digit code"), [InputRequired(_("Write the six digits.")), Length(max=40)])


@account.get("/account/authenticator")
def authenticator() -> ResponseReturnValue:
    return htmx.render("account/authenticator/authenticator.html", has=my_factors(current_user.scope))


@account.get("/account/authenticator/new")
@needs_step_up()
def new_authenticator() -> ResponseReturnValue:
    return page(AppCodeForm(formdata=None))


@account.post("/account/authenticator")
@needs_step_up(back="account.new_authenticator")
def set_authenticator() -> ResponseReturnValue:
    form = AppCodeForm()
    if not form.validate():
        return page(form, 422)
    first = not my_factors(current_user.scope).recovery_codes
    try:
        second_factors.set_app(
            current_user.user_id, current_user.sign_in_id, form.code.data or "", key=signing_key(),
            place=visit.place(), now=now(),
        )  # fmt: skip
    except Refused as refused:
        form.code.errors = [here().say(refused.sentence)]
        return page(form, 422)
    flash(gettext("Your authenticator app is set up. You are signed out everywhere else."))
    return htmx.see_other(url_for("account.recovery_codes" if first else "account.authenticator"))


@account.post("/account/authenticator/removed")
@needs_step_up(back="account.authenticator")
def remove_authenticator() -> ResponseReturnValue:
    second_factors.remove_app(current_user.user_id, current_user.sign_in_id, place=visit.place(), now=now())
    flash(gettext("The app opens nothing here any more. You are signed out everywhere else."))
    return htmx.see_other(url_for("account.authenticator"))


def page(form: AppCodeForm, status: int = 200) -> ResponseReturnValue:
    forget()
    before = get_or_404(User, current_user.user_ref).totp_sealed or ""
    return htmx.render(
        "account/authenticator/new.html",
        status=status,
        form=form,
        replaces=bool(before),
        **app_to_set_up(before),
    )
