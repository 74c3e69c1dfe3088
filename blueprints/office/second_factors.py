"""Take the second factors off somebody's account who lost them, with proof of who they are."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from blueprints.office import office
from blueprints.shared import htmx, lookup, step_up, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import factor_resets
from domain.reports.factors_of_others import Account, account_of
from domain.words import Refused
from models import Person


class ResetForm(FlaskForm):
    seen = RadioField(
        _("Which document did you see?"),
        choices=[SelectChoice(key, _(words)) for key, words in factor_resets.SEEN.items()],
        validators=[InputRequired(_("Say which document you saw."))],
    )
    reason = TextAreaField(
        _("Why, and how do you know that it is them?"),
        [InputRequired(_("Say in a few words why, and how you know that it is them.")), Length(max=300)],
    )


@office.get("/office/people/<ref>/second-factors")
def second_factors(ref: str) -> ResponseReturnValue:
    person, account = found(ref)
    return page(person, account, ResetForm(formdata=None))


@office.post("/office/people/<ref>/second-factors/reset")
def reset_second_factors(ref: str) -> ResponseReturnValue:
    person, account = found(ref)
    back = url_for("office.second_factors", ref=person.ref)
    about = f"reset-second-factors:{person.ref}"
    words = gettext("Take the second factors off the account of %(name)s.", name=person.name)
    if asked := step_up.required(about, words=words, back=back):
        return asked
    form = ResetForm()
    if not form.validate():
        return page(person, account, form, 422)
    try:
        factor_resets.reset(
            person.ref, seen=form.seen.data, reason=form.reason.data or "", who=scope(), place=visit.place(),
            now=now(),
        )  # fmt: skip
    except Refused as refused:
        form[refused.field or "reason"].errors = [here().say(refused.sentence)]
        return page(person, account, form, 422)
    flash(gettext("Done. They were told by mail, and so were you."))
    return htmx.see_other(url_for("office.person", ref=person.ref))


def found(ref: str) -> tuple[Person, Account]:
    """The person and their account; 404 without one, 403 without the right over such an account."""
    lookup.require("people")
    person = lookup.get_or_404(Person, ref)
    account = account_of(scope(), person)
    if account is None:
        abort(404)
    lookup.require(factor_resets.right_over(account.role))
    return person, account


def page(person: Person, account: Account, form: ResetForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/second_factors/second_factors.html", status=status, person=person, account=account, form=form
    )
