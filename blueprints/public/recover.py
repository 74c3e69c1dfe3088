"""Forgotten password, forgotten username. Whatever is typed here, the page that follows is the same."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.public import public
from blueprints.public.sent import sent
from blueprints.public.throttle import MAILS, TRIES, limit_posts, same_time_for_all
from blueprints.shared import htmx, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from domain.actions import recovery
from domain.reports import links
from domain.rules import passwords
from domain.words import Refused

ON_ITS_WAY = _("If we know you, a mail is on its way to the address we have on file.")
LASTS = _("The link in it works for 30 minutes.")


class RecoverForm(FlaskForm):
    name = StringField(
        _("Username, e-mail or customer number"),
        [InputRequired(_("Write your username, e-mail address or customer number.")), Length(max=254)],
    )


class UsernameForm(FlaskForm):
    email = StringField(
        _("E-mail address"), [InputRequired(_("Write your e-mail address.")), Length(max=254)]
    )


class NewPasswordForm(FlaskForm):
    password = PasswordField(_("New password"), [InputRequired(_("Choose a password.")), Length(max=1000)])


@public.get("/recover")
def recover() -> ResponseReturnValue:
    return htmx.render("public/recover/password.html", form=RecoverForm(formdata=None))


@public.post("/recover", endpoint="ask_recovery")
@limit_posts(MAILS)
@same_time_for_all
def ask_recovery() -> ResponseReturnValue:
    form = RecoverForm()
    if not form.validate():
        return htmx.render("public/recover/password.html", status=422, form=form)
    recovery.ask(form.name.data, base_url=current_app.config["BASE_URL"], now=now())
    return sent(ON_ITS_WAY, LASTS, again=url_for("public.recover"), name=form.name.data)


@public.get("/recover/username")
def recover_username() -> ResponseReturnValue:
    return htmx.render("public/recover/username.html", form=UsernameForm(formdata=None))


@public.post("/recover/username", endpoint="ask_username")
@limit_posts(MAILS)
@same_time_for_all
def ask_username() -> ResponseReturnValue:
    form = UsernameForm()
    if not form.validate():
        return htmx.render("public/recover/username.html", status=422, form=form)
    recovery.ask_username(form.email.data, base_url=current_app.config["BASE_URL"], now=now())
    next_hour = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return sent(
        ON_ITS_WAY, _("It holds your username."), again=url_for("public.recover_username"), again_at=next_hour,
        email=form.email.data,
    )  # fmt: skip


@public.get("/recover/<secret>")
def recover_link(secret: str) -> ResponseReturnValue:
    link = links.look(secret, "recover", now())
    return page(link, NewPasswordForm(formdata=None)) if link.state == "open" else spent(link)


@public.post("/recover/<secret>", endpoint="use_recover_link")
@limit_posts(TRIES)
def use_recover_link(secret: str) -> ResponseReturnValue:
    link = links.look(secret, "recover", now())
    if link.state != "open":
        return spent(link)
    form = NewPasswordForm()
    if not form.validate():
        return page(link, form, 422)
    try:
        done = recovery.recover(
            secret, form.password.data, address=visit.address(), device=visit.device(),
            base_url=current_app.config["BASE_URL"], now=now(),
        )  # fmt: skip
    except Refused as refused:
        form.password.errors = [here().say(refused.sentence)]
        return page(link, form, 422)
    if not done:
        return spent(links.look(secret, "recover", now()))
    flash(gettext("Your new password is set. You were signed out everywhere: sign in with it."))
    return htmx.see_other(url_for("public.sign_in"))


def page(link: links.LinkState, form: NewPasswordForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "public/recover/new_password.html",
        status=status,
        form=form,
        link=link,
        secret=(request.view_args or {})["secret"],
        shortest=passwords.shortest(link.role, second_factor=link.second_factor),
    )


def spent(link: links.LinkState) -> ResponseReturnValue:
    return htmx.render("public/recover/spent.html", status=404 if link.state == "unknown" else 410, link=link)
