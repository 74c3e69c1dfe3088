"""Proof, once more, that it is the owner of the account who asks for something risky."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.account import account
from blueprints.shared import htmx, signed_in, step_up, visit
from blueprints.shared.clock import now
from blueprints.shared.doors import local_path
from blueprints.shared.formats import here
from blueprints.shared.second_factors import texts_go_out
from domain.actions import sms_numbers, step_ups
from domain.reports.my_factors import my_factors
from domain.words import Refused


class StepUpForm(FlaskForm):
    password = PasswordField(_("Password"), [InputRequired(_("Write your password.")), Length(max=1000)])
    code = StringField(_("Six-digit code"), [Length(max=40)])
    next = HiddenField()


@account.get("/account/step-up", endpoint="step_up")
def ask_step_up() -> ResponseReturnValue:
    return page(StepUpForm(formdata=None, next=local_path(request.args.get("next"))))


@account.post("/account/step-up", endpoint="prove_step_up")
def prove_step_up() -> ResponseReturnValue:
    form = StepUpForm()
    if not form.validate():
        return page(form, 422)
    about, _words = step_up.asked_for()
    try:
        secret = step_ups.prove(
            current_user.sign_in_id, form.password.data or "", form.code.data or "", about=about,
            place=visit.place(), now=now(),
        )  # fmt: skip
    except Refused as refused:
        form[refused.field or "password"].errors = [here().say(refused.sentence)]
        return page(form, 422)
    return proved(secret, form.next.data)


@account.post("/account/step-up/text", endpoint="text_step_up")
def text_step_up() -> ResponseReturnValue:
    """Send a code to the proved telephone number of somebody who has no app at hand."""
    form = StepUpForm()
    try:
        if not texts_go_out():
            raise Refused(sms_numbers.NO_WAY, field="code")
        sms_numbers.send_code(current_user.sign_in_id, place=visit.place(), now=now())
    except Refused as refused:
        form.code.errors = [here().say(refused.sentence)]
        return page(form, 422)
    flash(gettext("A code is on its way to your phone. It works for 10 minutes."))
    return htmx.see_other(url_for("account.step_up", next=local_path(form.next.data) or None))


def proved(secret: str, back: str | None) -> ResponseReturnValue:
    """Go on where the person wanted to go, with the new id of their sign-in."""
    step_up.answered()
    return signed_in.give_cookie(htmx.see_other(local_path(back) or url_for("account.security")), secret)


def page(form: StepUpForm, status: int = 200) -> ResponseReturnValue:
    _about, words = step_up.asked_for()
    return htmx.render(
        "account/step_up/step_up.html", status=status, form=form, words=words, back=local_path(form.next.data),
        has=my_factors(current_user.scope),
    )  # fmt: skip
