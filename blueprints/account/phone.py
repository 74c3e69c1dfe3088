"""The telephone number the business calls. For codes by text message there is a number of its own (`phone_codes`)."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from blueprints.account import account
from blueprints.shared import htmx, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.lookup import get_or_404
from blueprints.shared.step_up import needs_step_up
from domain.actions import own_credentials
from domain.words import Refused
from models import Person


class PhoneForm(FlaskForm):
    phone = StringField(_("Telephone"), [Length(max=40, message=_("Use at most 40 characters."))])


@account.get("/account/phone")
@needs_step_up()
def phone() -> ResponseReturnValue:
    person = get_or_404(Person, current_user.person_ref)
    return page(PhoneForm(formdata=None, phone=person.phone))


@account.post("/account/phone", endpoint="change_phone")
@needs_step_up()
def change_phone() -> ResponseReturnValue:
    form = PhoneForm()
    if not form.validate():
        return page(form, 422)
    try:
        own_credentials.change_phone(current_user.user_id, form.phone.data or "", visit.place(), now=now())
    except Refused as refused:
        form.phone.errors = [here().say(refused.sentence)]
        return page(form, 422)
    flash(gettext("Saved."))
    return htmx.see_other(url_for("account.security"))


def page(form: PhoneForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("account/phone/phone.html", status=status, form=form)
