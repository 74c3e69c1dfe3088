"""A new e-mail address: asked for here, proved by a link that is mailed to it, opened by the same person signed in.

Reading the link changes nothing; the form below it does. Without the sign-in a mistyped address would hand the account
to whoever reads there.
"""

from __future__ import annotations

from flask import current_app, flash, url_for
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
from domain.reports import links
from domain.words import Refused


class EmailForm(FlaskForm):
    email = StringField(
        _("New e-mail address"), [InputRequired(_("Write your e-mail address.")), Length(max=254)]
    )


@account.get("/account/email")
@needs_step_up()
def email() -> ResponseReturnValue:
    return page(EmailForm(formdata=None))


@account.post("/account/email", endpoint="ask_email")
@needs_step_up()
def ask_email() -> ResponseReturnValue:
    form = EmailForm()
    if not form.validate():
        return page(form, 422)
    wanted = (form.email.data or "").strip()
    try:
        own_credentials.ask_email(current_user.user_id, wanted, visit.place(), now=now())
    except Refused as refused:
        form.email.errors = [here().say(refused.sentence)]
        return page(form, 422)
    return htmx.render(
        "account/email/sent.html", sent_to=wanted, sender=current_app.config["SETTINGS"].mail_from
    )


@account.get("/account/email/<secret>")
def email_link(secret: str) -> ResponseReturnValue:
    link = links.look(secret, "email", now(), person_id=current_user.person_id)
    return htmx.render("account/email/confirm.html", link=link) if link.state == "open" else spent(link)


@account.post("/account/email/<secret>", endpoint="confirm_email")
def confirm_email(secret: str) -> ResponseReturnValue:
    if not own_credentials.confirm_email(current_user.user_id, secret, visit.place(), now=now()):
        return spent(links.look(secret, "email", now(), person_id=current_user.person_id))
    flash(gettext("Your e-mail address was changed."))
    return htmx.see_other(url_for("account.security"))


def page(form: EmailForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("account/email/email.html", status=status, form=form)


def spent(link: links.LinkState) -> ResponseReturnValue:
    return htmx.render("account/email/spent.html", status=404 if link.state == "unknown" else 410, link=link)
