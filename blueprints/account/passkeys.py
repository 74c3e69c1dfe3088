"""My passkeys: add one under a name, see when each was used, rename, remove; and proving by one that it is me."""

from __future__ import annotations

from flask import flash, make_response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.account import account
from blueprints.account.step_up import proved
from blueprints.shared import htmx, passkey, step_up, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here as formats
from blueprints.shared.lookup import get_or_404
from domain.actions import own_passkeys, passkeys
from domain.reports.my_factors import my_factors
from domain.reports.my_passkeys import my_passkeys
from domain.words import Refused
from models import Passkey

NAME = _("Name of this passkey")


class NameForm(FlaskForm):
    name = StringField(
        NAME,
        [
            InputRequired(_("Give the passkey a name, so that you know which device it is.")),
            Length(max=own_passkeys.LONGEST_NAME, message=_("A name has at most 60 characters.")),
        ],
    )


class StepUpByPasskeyForm(FlaskForm):
    next = HiddenField()


@account.get("/account/passkeys", endpoint="passkeys")
def list_passkeys() -> ResponseReturnValue:
    return htmx.render(
        "account/passkeys/passkeys.html",
        passkeys=my_passkeys(current_user.scope),
        has=my_factors(current_user.scope),
    )


@account.get("/account/passkeys/new")
@step_up.needs_step_up()
def new_passkey() -> ResponseReturnValue:
    return new_page(NameForm(formdata=None, name=visit.device()[:60]))


@account.post("/account/passkeys/question")
@step_up.needs_step_up(back="account.new_passkey")
def ask_new_passkey() -> ResponseReturnValue:
    try:
        return passkey.question(own_passkeys.ask(current_user.user_id, passkey.here(), now=now()), new=True)
    except Refused as refused:
        return passkey.question(None, say=formats().say(refused.sentence))


@account.post("/account/passkeys", endpoint="create_passkey")
@step_up.needs_step_up(back="account.new_passkey")
def create_passkey() -> ResponseReturnValue:
    form = NameForm()
    if not form.validate():
        return new_page(form, status=422)
    try:
        own_passkeys.add(
            current_user.user_id,
            form.name.data,
            passkey.answer(),
            passkey.here(),
            now=now(),
            sign_in_id=current_user.sign_in_id,
        )
    except Refused as refused:
        return new_page(form, formats().say(refused.sentence), status=422)
    flash(gettext("Next time you can sign in with it, without a password."))
    return passkey.used_here(make_response(htmx.see_other(url_for("account.passkeys"))))


@account.get("/account/passkeys/<ref>", endpoint="passkey")
def show_passkey(ref: str) -> ResponseReturnValue:
    row = get_or_404(Passkey, ref)
    return own_page(row, NameForm(formdata=None, name=row.name))


@account.post("/account/passkeys/<ref>/name")
def rename_passkey(ref: str) -> ResponseReturnValue:
    row, form = get_or_404(Passkey, ref), NameForm()
    if not form.validate():
        return own_page(row, form, status=422)
    own_passkeys.rename(current_user.user_id, row.ref, form.name.data, now=now())
    flash(gettext("The passkey has its new name."))
    return htmx.see_other(url_for("account.passkeys"))


@account.post("/account/passkeys/<ref>/removed")
def remove_passkey(ref: str) -> ResponseReturnValue:
    row = get_or_404(Passkey, ref)
    if asked := step_up.required(back=url_for("account.passkey", ref=row.ref)):
        return asked
    try:
        own_passkeys.remove(
            current_user.user_id, row.ref, passkey.here(), now=now(), sign_in_id=current_user.sign_in_id
        )
    except Refused as refused:
        form = NameForm(formdata=None, name=row.name)
        return own_page(row, form, formats().say(refused.sentence), status=422)
    flash(gettext("The passkey opens nothing any more. You can delete it on your device as well."))
    return htmx.see_other(url_for("account.passkeys"))


@account.post("/account/step-up/passkey/question")
def ask_step_up_passkey() -> ResponseReturnValue:
    asked = passkeys.ask("step_up", current_user.user_id, passkey.here(), now=now())
    return passkey.question(asked, say=gettext("You have no passkey. Use your password."))


@account.post("/account/step-up/passkey")
def step_up_by_passkey() -> ResponseReturnValue:
    form = StepUpByPasskeyForm()
    about, _words = step_up.asked_for()
    secret = form.validate() and passkeys.step_up(
        current_user.sign_in_id,
        current_user.user_id,
        passkey.answer(),
        passkey.here(),
        about=about,
        now=now(),
    )
    if secret:
        return proved(secret, form.next.data)
    return htmx.render("account/passkeys/refused.html", status=422, back=form.next.data)


def new_page(form: NameForm, wrong: str = "", *, status: int = 200) -> ResponseReturnValue:
    return htmx.render("account/passkeys/new.html", status=status, form=form, wrong=[wrong] if wrong else [])


def own_page(row: Passkey, form: NameForm, wrong: str = "", *, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "account/passkeys/passkey.html", status=status, row=row, form=form, wrong=[wrong] if wrong else []
    )
