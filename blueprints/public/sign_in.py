"""Signing in and out. The form stands on the home page and, alone, here."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from flask import current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.public import public
from blueprints.public.throttle import TRIES, limit_posts, wait_for_all
from blueprints.shared import doors, htmx, known_browser, push_here, signed_in, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.lookup import forget
from domain.actions import credentials, known_devices, sign_ins
from domain.reports.locks import closed_until


class SignInForm(FlaskForm):
    name = StringField(
        _("Username, e-mail or customer number"),
        [InputRequired(_("Write your username, e-mail address or customer number.")), Length(max=254)],
    )
    password = PasswordField(_("Password"), [InputRequired(_("Write your password.")), Length(max=1000)])
    next = HiddenField()


@public.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    back = doors.local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(back or doors.home_of_visitor(), 303)
    return htmx.render("public/sign_in/sign_in.html", form=SignInForm(formdata=None, next=back), back=back)


@public.post("/sign-in", endpoint="start_sign_in")
@limit_posts(TRIES)
def start_sign_in() -> ResponseReturnValue:
    began = time.monotonic()
    form = SignInForm()
    back = doors.local_path(form.next.data)
    closed = None
    if form.validate():
        begun = credentials.sign_in(
            form.name.data, form.password.data, address=visit.address(), device=visit.device(),
            base_url=current_app.config["BASE_URL"], now=now(), known=known_browser.known(),
        )  # fmt: skip
        if begun:
            page = (
                doors.own_home(begun.role)
                if begun.stage == "full"
                else url_for(doors.next_step(begun.stage), next=back or None)
            )
            answer = enter(begun.secret, (back or page) if begun.stage == "full" else page)
            if begun.short:
                flash(short_alone(), "warning")
            return answer
        forget()
        closed = closed_until(form.name.data or "", now())
    wrong = [] if form.errors else [why_not(closed)]
    wait_for_all(began)
    return htmx.render(
        "public/sign_in/sign_in.html", status=422, form=form, back=back, wrong=wrong, closed=closed
    )


def short_alone() -> str:
    return gettext(
        "Your password is short for one that stands alone. Under “Sign-in and security” choose a longer one, or set up"
        " a second step."
    )


def why_not(closed: datetime | None) -> str:
    """What somebody is told who did not get in: nothing of whether anybody has that name."""
    if closed is None:
        return gettext("This is not right. Check the name and the password.")
    left = closed - now()
    if left < timedelta(minutes=1):
        return gettext(
            "This is not right. Wait %(seconds)s seconds before the next try.", seconds=left.seconds + 1
        )
    return gettext(
        "There were too many wrong tries. Signing in with this name and a password is closed until %(time)s.",
        time=here().moment(closed),
    )


@public.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        leave("signed out")
    flash(gettext("You are signed out."))
    return signed_in.take_cookie(htmx.see_other(url_for("public.home")))


def enter(secret: str, page: str, *, trust: bool = False) -> ResponseReturnValue:
    """Go to `page` with a new sign-in: an earlier one of this browser ends, and forms it had open no longer count.

    By a full sign-in the browser becomes a known one; `trust`: it stands for the second factor for 30 days.
    """
    if current_user.is_authenticated:
        leave("replaced")
    else:
        forget_page_session()
    fresh = known_devices.remember(secret, known_browser.known(), trust=trust, now=now())
    answer = push_here.make_way(signed_in.give_cookie(htmx.see_other(page), secret), secret)
    return known_browser.give(answer, fresh)


def leave(why: str) -> None:
    sign_ins.end(current_user.sign_in_id, why=why, by=current_user.scope.by, now=now())
    forget_page_session()


def forget_page_session() -> None:
    """A fresh form token for whoever comes next in this browser; the language chosen stays."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
