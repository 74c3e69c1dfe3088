"""An account by the number of one's agreement: the link to it goes to the address on file and nowhere else."""

from __future__ import annotations

from flask import current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from blueprints.public import public
from blueprints.public.sent import sent
from blueprints.public.throttle import MAILS, limit_posts, same_time_for_all
from blueprints.shared import htmx
from blueprints.shared.clock import now
from domain.actions import registration


class RegisterForm(FlaskForm):
    number = StringField(
        _("Agreement number"),
        [InputRequired(_("Write the number of your agreement.")), Length(max=registration.LONGEST_NUMBER)],
    )


@public.get("/register")
def register() -> ResponseReturnValue:
    return htmx.render("public/register/register.html", form=RegisterForm(formdata=None))


@public.post("/register", endpoint="ask_registration")
@limit_posts(MAILS)
@same_time_for_all
def ask_registration() -> ResponseReturnValue:
    form = RegisterForm()
    if not form.validate():
        return htmx.render("public/register/register.html", status=422, form=form)
    registration.ask_by_agreement(form.number.data, base_url=current_app.config["BASE_URL"], now=now())
    return sent(
        _("If we know that number, a link is on its way to the address we have on file for it."),
        _("The link in it works for 72 hours. Who has an account already is told so."),
        again=url_for("public.register"),
        number=form.number.data,
    )
