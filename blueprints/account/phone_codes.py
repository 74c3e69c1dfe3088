"""Codes by text message, for customers: prove a number, change it, take it off."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
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
from blueprints.shared.lookup import forget
from blueprints.shared.second_factors import texts_go_out, texts_in_mailbox
from blueprints.shared.step_up import needs_step_up
from domain.actions import sms_numbers
from domain.reports.my_factors import my_factors
from domain.reports.waiting_codes import waiting_code
from domain.words import Refused


class NumberForm(FlaskForm):
    number = StringField(
        _("Number of your mobile phone"), [InputRequired(_("Write the number.")), Length(max=40)]
    )


class NumberCodeForm(FlaskForm):
    code = StringField(_("Six-digit code"), [InputRequired(_("Write the six digits.")), Length(max=40)])


@account.before_request
def customers_only() -> None:
    """To everybody else these pages do not exist: a text message is not strong enough for the office."""
    if request.path.startswith("/account/phone-codes") and current_user.role != "customer":
        abort(404)


@account.get("/account/phone-codes")
def phone_codes() -> ResponseReturnValue:
    return htmx.render(
        "account/phone_codes/phone_codes.html", has=my_factors(current_user.scope), texts=texts_go_out()
    )


@account.get("/account/phone-codes/new")
@needs_step_up()
def new_phone_code() -> ResponseReturnValue:
    return number_page(NumberForm(formdata=None))


@account.post("/account/phone-codes")
@needs_step_up(back="account.new_phone_code")
def ask_phone_code() -> ResponseReturnValue:
    form = NumberForm()
    if not form.validate():
        return number_page(form, 422)
    try:
        if not texts_go_out():
            raise Refused(sms_numbers.NO_WAY, field="number")
        sms_numbers.ask(
            current_user.user_id,
            current_user.sign_in_id,
            form.number.data or "",
            place=visit.place(),
            now=now(),
        )
    except Refused as refused:
        form.number.errors = [here().say(refused.sentence)]
        return number_page(form, 422)
    return htmx.see_other(url_for("account.number_code"))


@account.get("/account/phone-codes/code")
def number_code() -> ResponseReturnValue:
    waiting = waiting_code(current_user.sign_in_id, "number", now())
    if not waiting.sent_to:
        return redirect(url_for("account.phone_codes"), 303)
    return code_page(NumberCodeForm(formdata=None))


@account.post("/account/phone-codes/code", endpoint="prove_number")
@needs_step_up(back="account.number_code")
def prove_number() -> ResponseReturnValue:
    form = NumberCodeForm()
    if not form.validate():
        return code_page(form, 422)
    first = not my_factors(current_user.scope).recovery_codes
    try:
        sms_numbers.prove(
            current_user.user_id,
            current_user.sign_in_id,
            form.code.data or "",
            place=visit.place(),
            now=now(),
        )
    except Refused as refused:
        form.code.errors = [here().say(refused.sentence)]
        return code_page(form, 422)
    flash(gettext("Your number is proved. Sign-ins ask for a code from now on."))
    return htmx.see_other(url_for("account.recovery_codes" if first else "account.phone_codes"))


@account.post("/account/phone-codes/removed")
@needs_step_up(back="account.phone_codes")
def remove_number() -> ResponseReturnValue:
    sms_numbers.remove(current_user.user_id, current_user.sign_in_id, place=visit.place(), now=now())
    flash(gettext("No codes go to your phone any more. You are signed out everywhere else."))
    return htmx.see_other(url_for("account.phone_codes"))


def number_page(form: NumberForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("account/phone_codes/new.html", status=status, form=form, texts=texts_go_out())


def code_page(form: NumberCodeForm, status: int = 200) -> ResponseReturnValue:
    forget()
    waiting = waiting_code(current_user.sign_in_id, "number", now())
    return htmx.render(
        "account/phone_codes/code.html",
        status=status,
        form=form,
        waiting=waiting,
        in_mailbox=texts_in_mailbox(),
    )
