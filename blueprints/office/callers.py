"""Who calls? Staff type the code that the caller was shown on their pages."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import TRIES, limit_posts
from domain.actions import support_codes as acts
from domain.words import Refused


class CallerForm(FlaskForm):
    code = text_field(_("Code of the caller"), 20, DataRequired(_("Type the eight digits.")))


@office.get("/office/callers", endpoint="callers")
def callers() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    return htmx.render("office/callers/caller.html", form=CallerForm(formdata=None))


@office.post("/office/callers", endpoint="check_caller")
@limit_posts(TRIES)
def check_caller() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    form = CallerForm()
    if form.validate():
        try:
            person = acts.use(form.code.data, who=scope(), now=now())
            flash(gettext("The code is right: this person is signed in and calls."), "success")
            return htmx.see_other(url_for("office.person", ref=person))
        except Refused as refused:
            blame(form, refused)
    return htmx.render("office/callers/caller.html", status=422, form=form)
