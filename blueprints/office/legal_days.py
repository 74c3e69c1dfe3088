"""Days that the law gives: to settle a deposit, to tell of a higher rent. The operator keeps them, with their source.

Duebook brings none along. A change of law is a further row; rows that stand are never changed.
"""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, WholeField
from blueprints.shared.signed_in import scope
from domain.actions import legal_days as acts
from domain.reports import legal_days as reports
from domain.rules.legal_days import MOST_PLACE, MOST_SOURCE, WHAT, LegalDays
from domain.words import Refused


class LegalDaysForm(FlaskForm):
    what = SelectField(_("What the law gives days for"))
    jurisdiction = text_field(_("Where"), MOST_PLACE)
    days = WholeField(_("Days"), [InputRequired(_("Write a number, for example 30."))])
    effective_from = DayField(_("In force from"), [DataRequired(_("Choose the day."))])
    source = text_field(
        _("Where it stands"), MOST_SOURCE, DataRequired(_("Say where the figure stands: a statute, a page."))
    )
    verified_on = DayField(_("Looked up on"), [DataRequired(_("Choose the day."))])

    def asking(self) -> LegalDaysForm:
        self.what.choices = [SelectChoice(name, gettext(words)) for name, words in WHAT.items()]
        return self

    @property
    def row(self) -> LegalDays:
        return LegalDays(
            (self.jurisdiction.data or "").strip().upper(), self.what.data, self.effective_from.data,
            self.days.data, self.source.data, self.verified_on.data,
        )  # fmt: skip


@office.get("/office/legal-days")
def legal_days() -> ResponseReturnValue:
    lookup.require("adjust")
    return htmx.render("office/legal_days/index.html", rows=reports.rows(scope(), today()), what=WHAT)


@office.get("/office/legal-days/new")
def new_legal_days() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    form = LegalDaysForm(formdata=None, effective_from=today(), verified_on=today()).asking()
    return htmx.render("office/legal_days/new.html", form=form)


@office.post("/office/legal-days")
def create_legal_days() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    form = LegalDaysForm().asking()
    if form.validate():
        try:
            acts.add(form.row, who=scope(), today=today(), now=now())
            flash(gettext("The days were kept. They count from their day on."))
            return htmx.see_other(url_for("office.legal_days"))
        except Refused as refused:
            blame(form, refused)
    return htmx.render("office/legal_days/new.html", status=422, form=form)
