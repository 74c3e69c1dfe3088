"""A sign-in from a browser that we do not know: the six digits that were mailed to the address on file."""

from __future__ import annotations

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.public import public
from blueprints.public.sign_in import enter
from blueprints.public.throttle import MAILS, TRIES, limit_posts
from blueprints.shared import doors, htmx, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.lookup import forget
from domain.actions import new_devices
from domain.reports.links import masked_email
from domain.reports.waiting_codes import waiting_code
from domain.words import Refused


class MailedCodeForm(FlaskForm):
    code = StringField(_("Six-digit code"), [InputRequired(_("Write the six digits.")), Length(max=40)])
    next = HiddenField()


@public.get("/new-device")
def new_device() -> ResponseReturnValue:
    if not waits():
        return redirect(elsewhere(), 303)
    return page(MailedCodeForm(formdata=None, next=doors.local_path(request.args.get("next"))))


@public.post("/new-device", endpoint="confirm_new_device")
@limit_posts(TRIES)
def confirm_new_device() -> ResponseReturnValue:
    if not waits():
        return htmx.see_other(elsewhere())
    form = MailedCodeForm()
    if form.validate():
        secret = new_devices.confirm(
            current_user.sign_in_id, form.code.data or "", place=visit.place(), now=now()
        )
        if secret:
            return enter(secret, doors.local_path(form.next.data) or doors.own_home(current_user.role))
        form.code.errors = [
            gettext("This code is not right, or it does not count any more. Have another one sent.")
        ]
    return page(form, 422)


@public.post("/new-device/code")
@limit_posts(MAILS)
def send_device_code() -> ResponseReturnValue:
    """Mail another code; the one before does not count any more."""
    if not waits():
        return htmx.see_other(elsewhere())
    form = MailedCodeForm()
    try:
        new_devices.send_again(current_user.sign_in_id, place=visit.place(), now=now())
    except Refused as refused:
        form.code.errors = [here().say(refused.sentence)]
        return page(form, 422)
    flash(gettext("Another code is on its way. The one before does not count any more."))
    return htmx.see_other(url_for("public.new_device", next=doors.local_path(form.next.data) or None))


def waits() -> bool:
    return current_user.is_authenticated and current_user.stage == "device"


def elsewhere() -> str:
    return doors.home_of_visitor() if current_user.is_authenticated else url_for("public.sign_in")


def page(form: MailedCodeForm, status: int = 200) -> ResponseReturnValue:
    forget()
    return htmx.render(
        "public/new_device/new_device.html", status=status, form=form, back=doors.local_path(form.next.data),
        address=masked_email(current_user.email), sender=current_app.config["SETTINGS"].mail_from,
        waiting=waiting_code(current_user.sign_in_id, "device", now()),
    )  # fmt: skip
