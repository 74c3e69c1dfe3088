"""Whether the business reports payments to credit bureaus, to whom, and where disputes go; each change is kept."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import Optional

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField
from blueprints.shared.signed_in import scope
from domain.actions import credit_reporting as acts
from domain.reports import credit_reporting as report
from domain.words import Refused


class RuleForm(FlaskForm):
    reports = BooleanField(_("We report payments"))
    furnisher = text_field(_("Service that sends them"), acts.MOST_NAME)
    bureaus = text_field(_("To whom"), acts.MOST_BUREAUS)
    dispute_address = text_field(
        _("Where somebody writes who finds a mistake"), acts.MOST_ADDRESS, lines=True
    )
    needs_consent = BooleanField(_("Only for people who agreed"))
    effective_from = DayField(_("Counts from"), [Optional()])


@office.get("/office/credit-reporting")
def credit_reporting() -> ResponseReturnValue:
    lookup.require("settings")
    known = report.rules(scope())
    given = known[0] if known else None
    form = RuleForm(formdata=None, obj=given) if given else RuleForm(formdata=None, needs_consent=True)
    form.effective_from.data = today()
    return _page(form)


@office.post("/office/credit-reporting")
def change_credit_reporting() -> ResponseReturnValue:
    lookup.require("settings")
    form = RuleForm()
    if form.validate():
        rule = acts.Rule(
            form.reports.data, form.furnisher.data or "", form.bureaus.data or "", form.dispute_address.data or "",
            form.needs_consent.data, form.effective_from.data,
        )  # fmt: skip
        try:
            if acts.set_rule(rule, who=scope(), today=today(), now=now()):
                flash(gettext("Kept. It counts from its day on."))
            return htmx.see_other(url_for("office.credit_reporting"))
        except Refused as refused:
            blame(form, refused)
    return _page(form, 422)


def _page(form: RuleForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/credit_reporting/index.html", status=status, form=form, known=report.rules(scope())
    )
