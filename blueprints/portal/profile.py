"""Who we think this customer is, and what of it they may change themselves."""

from __future__ import annotations

from flask import flash, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from blueprints.portal import portal
from blueprints.shared import frame, htmx
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.lookup import get_or_404
from domain.actions import people
from domain.words import Refused
from models import Person


class ProfileForm(FlaskForm):
    phone = StringField(_("Telephone"), [Length(max=40, message=_("Use at most 40 characters."))])
    address = TextAreaField(_("Postal address"), [Length(max=500, message=_("Use at most 500 characters."))])
    language = SelectField(
        _("Language of our mail and pages"),
        choices=[
            SelectChoice("", _("As my browser asks")),
            *(SelectChoice(*one) for one in frame.LANGUAGES.items()),
        ],
    )


@portal.get("/profile")
def profile() -> ResponseReturnValue:
    person = get_or_404(Person, current_user.person_ref)
    return htmx.render(
        "portal/profile/profile.html", person=person, form=ProfileForm(formdata=None, obj=person)
    )


@portal.post("/profile", endpoint="change_profile")
def change_profile() -> ResponseReturnValue:
    person = get_or_404(Person, current_user.person_ref)
    form = ProfileForm()
    if form.validate():
        try:
            people.change_contact(
                person.ref, phone=form.phone.data or "", address=form.address.data or "",
                language=form.language.data or "", by=current_user.scope.by, now=now(),
            )  # fmt: skip
        except Refused as refused:
            form[refused.field or "phone"].errors = [here().say(refused.sentence)]
        else:
            session.pop("language", None)
            flash(gettext("Saved."))
            return htmx.see_other(url_for("portal.profile"))
    return htmx.render("portal/profile/profile.html", status=422, person=person, form=form)
