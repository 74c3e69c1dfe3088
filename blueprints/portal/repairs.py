"""A tenant reports what is broken, and sees what becomes of it."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields import SelectChoice

from blueprints.portal import portal
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.talking import OFTEN, SayForm, blame, short_text, text_area
from blueprints.shared.throttle import limit_posts
from blueprints.shared.uploads import handed_in, uploads
from domain.actions import repairs as acts
from domain.reports import repairs as reports
from domain.reports import thread_pages
from domain.rules.repairs import MOST_PLACE, MOST_TIMES, MOST_TITLE, URGENCY_WORDS, Report
from domain.words import Conflict, Gone, Refused
from models import MaintenanceRequest


class RepairForm(SayForm):
    agreement = SelectField(_("Where?"))
    title = short_text(_("What is broken?"), MOST_TITLE)
    place = short_text(_("In which room?"), MOST_PLACE)
    text = text_area(_("Describe it"))
    urgency = RadioField(_("How urgent is it?"), validate_choice=False)
    may_enter = BooleanField(_("You may come in when nobody is there"))
    times = short_text(_("When can somebody come?"), MOST_TIMES)


def repair_form(*, sent: bool = False) -> RepairForm:
    form = RepairForm("repair", sent=sent)
    form.agreement.choices = [SelectChoice(*one) for one in reports.homes(scope())]
    form.urgency.choices = [SelectChoice(key, gettext(words)) for key, words in URGENCY_WORDS.items()]
    if not sent:
        form.urgency.data = "normal"
    return form


@portal.get("/repairs")
def repairs() -> ResponseReturnValue:
    return htmx.render(
        "portal/repairs/repairs.html", lines=reports.mine(scope()), homes=reports.homes(scope())
    )


@portal.get("/repairs/new")
def new_repair() -> ResponseReturnValue:
    return page(repair_form())


def page(form: RepairForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("portal/repairs/new.html", status=status, form=form)


@portal.post("/repairs")
@limit_posts(OFTEN)
def create_repair() -> ResponseReturnValue:
    form = repair_form(sent=True)
    if form.validate():
        said = Report(
            form.title.data or "", form.text.data or "", form.place.data or "", form.urgency.data or "",
            bool(form.may_enter.data), form.times.data or "",
        )  # fmt: skip
        try:
            ref = acts.report(
                form.agreement.data, said, form.form_ref.ref or "", who=scope(), today=today(), now=now(),
                uploads=uploads(), files=handed_in(form.file.data),
            )  # fmt: skip
            flash(gettext("We have your report."))
            return htmx.see_other(url_for("portal.repair", ref=ref))
        except (Refused, Gone) as refused:
            blame(form, Refused(refused.sentence, getattr(refused, "field", "")))
        except Conflict as conflict:
            form.form_errors = [*form.form_errors, here().say(conflict.sentence)]
    return page(form, 422)


@portal.get("/repairs/<ref>", endpoint="repair")
def show_repair(ref: str) -> ResponseReturnValue:
    row = lookup.get_or_404(MaintenanceRequest, ref)
    line = reports.one(scope(), ref)
    if line is None:
        abort(404)
    said = thread_pages.messages(scope(), row.thread_id) if row.thread_id else ()
    return htmx.render(
        "portal/repairs/repair.html", line=line, steps=reports.steps(scope(), row), said=said,
        mine=row.person_id == scope().person_id,
    )  # fmt: skip
