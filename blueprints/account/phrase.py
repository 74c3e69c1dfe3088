"""The words by which I know your mail."""

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
from blueprints.shared.lookup import get_or_404
from domain.actions import profiles
from domain.words import Refused
from models import User


class PhraseForm(FlaskForm):
    phrase = StringField(_("Your phrase"), [InputRequired(_("Write a few words.")), Length(max=200)])


@account.get("/account/phrase")
def phrase() -> ResponseReturnValue:
    user = get_or_404(User, current_user.user_ref)
    return page(PhraseForm(formdata=None, phrase=user.phrase))


@account.post("/account/phrase", endpoint="change_phrase")
def change_phrase() -> ResponseReturnValue:
    form = PhraseForm()
    if not form.validate():
        return page(form, 422)
    try:
        profiles.change_phrase(current_user.user_id, form.phrase.data or "", visit.place(), now=now())
    except Refused as refused:
        form.phrase.errors = [here().say(refused.sentence)]
        return page(form, 422)
    flash(gettext("Saved. Our mails quote it from now on."))
    return htmx.see_other(url_for("account.security"))


def page(form: PhraseForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("account/phrase/phrase.html", status=status, form=form)
