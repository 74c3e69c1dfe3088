"""The form about oneself: the same for customers (inside the portal) and for the office (among one's own settings)."""

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

from blueprints.shared import frame, htmx, signed_in, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.lookup import get_or_404
from domain.actions import profiles
from domain.rules.contact_times import zones
from domain.words import Refused
from models import Person


def _hour(text: str | None) -> int | None:
    return int(text) if text else None


def _hours(first: int, last: int) -> list[SelectChoice]:
    return [
        SelectChoice("", _("Any time")),
        *(SelectChoice(str(h), f"{h}:00") for h in range(first, last + 1)),
    ]


class ProfileForm(FlaskForm):
    address = TextAreaField(_("Postal address"), [Length(max=500, message=_("Use at most 500 characters."))])
    language = SelectField(
        _("Language of our mail and pages"),
        choices=[
            SelectChoice("", _("As my browser asks")),
            *(SelectChoice(*one) for one in frame.LANGUAGES.items()),
        ],
    )
    zone = StringField(_("Time zone"), [Length(max=40)])
    contact_from_hour = SelectField(_("Reach me from"), choices=_hours(0, 23))
    contact_until_hour = SelectField(_("Reach me until"), choices=_hours(1, 24))


def show() -> ResponseReturnValue:
    looked_at = signed_in.viewed()
    person = get_or_404(Person, looked_at.ref if looked_at else current_user.person_ref)
    form = ProfileForm(
        formdata=None, address=person.address, language=person.language, zone=person.zone,
        contact_from_hour=_text(person.contact_from_hour), contact_until_hour=_text(person.contact_until_hour),
    )  # fmt: skip
    return _page(person, form)


def save(back: str) -> ResponseReturnValue:
    """Keep what was typed and go on to `back` (an endpoint), or show the page with what is wrong."""
    person = get_or_404(Person, current_user.person_ref)
    form = ProfileForm()
    if not form.validate():
        return _page(person, form, 422)
    try:
        profiles.change_profile(
            person.ref,
            profiles.Profile(
                form.address.data or "", form.language.data or "", (form.zone.data or "").strip(),
                _hour(form.contact_from_hour.data), _hour(form.contact_until_hour.data),
            ),
            visit.place(), by=current_user.scope.by, now=now(),
        )  # fmt: skip
    except Refused as refused:
        form[refused.field or "address"].errors = [here().say(refused.sentence)]
        return _page(person, form, 422)
    session.pop("language", None)
    flash(gettext("Saved."))
    return htmx.see_other(url_for(back))


def _text(hour: int | None) -> str:
    return "" if hour is None else str(hour)


def _page(person: Person, form: ProfileForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("shared/profile.html", status=status, person=person, form=form, zones=zones())
