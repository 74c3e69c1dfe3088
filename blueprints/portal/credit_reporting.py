"""Credit reporting on an agreement: whether and to whom, what would be sent now, one's consent, and where to object."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import frame, htmx
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import credit_reporting as acts
from domain.reports import credit_reporting as report
from domain.reports.agreements import View
from domain.rules.credit_reporting import DAYS_TO_ANSWER
from domain.words import N_, Conflict, Sentence


class ConsentForm(FlaskForm):
    """One button: `answer` is "yes" or "no", `rule` the version of the business's rule that was read."""

    answer = HiddenField()
    rule = HiddenField()


@portal.get("/agreements/<ref>/credit-reporting")
def credit_reporting(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    told = told_of(view)
    rule = str(told.rule.id) if told.rule else ""
    return htmx.render(
        "portal/credit_reporting/reporting.html", view=view, told=told, rule=rule, days=DAYS_TO_ANSWER
    )


@portal.post("/agreements/<ref>/credit-reporting")
def agree_to_credit_reporting(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    told, form = told_of(view), ConsentForm()
    yes = form.answer.data == "yes"
    if yes and form.rule.data != (str(told.rule.id) if told.rule else ""):
        raise Conflict(Sentence(N_("What the business reports has changed meanwhile. Read it again.")))
    acts.agree(ref, yes, here().say(told.consent), who=scope(), today=today(), now=now())
    flash(
        gettext("Your payments are reported from now on.") if yes else gettext("You took your consent back.")
    )
    return htmx.see_other(url_for("portal.credit_reporting", ref=ref))


def told_of(view: View) -> report.Told:
    return report.told(scope(), view, str((frame.business() or {}).get("name", "")), today())
