"""Taking a charge back, all of it or a part: it should not have been. What was paid of it becomes credit."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired

from blueprints.office import office
from blueprints.office.adjusting import (
    AdjustForm,
    acting,
    charge_of,
    found,
    reason_field,
    reviewed,
    tried,
)
from blueprints.shared import htmx
from blueprints.shared.fields import MoneyField
from blueprints.shared.formats import here
from domain.actions import charges as acts
from domain.reports.agreements import View
from domain.reports.charge_lines import Line


class CorrectionForm(AdjustForm):
    amount = MoneyField(
        _("What it should have been"), [InputRequired(_("Enter an amount; zero takes all of it back."))]
    )
    reason = reason_field()


def form_of(at: View) -> CorrectionForm:
    given = request.args if "form_ref" in request.args else None
    form = CorrectionForm(at, given)
    if given is None:
        form.amount.data = 0
    return form


@office.get("/office/agreements/<ref>/charges/<charge>/corrections/new")
def new_correction(ref: str, charge: str) -> ResponseReturnValue:
    at = found(ref)
    line = charge_of(at, charge)
    return asked(at, form_of(at), line)


def asked(at: View, form: CorrectionForm, charge: Line, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/corrections/new.html", status=status, at=at, form=form, charge=charge)


@office.get("/office/agreements/<ref>/charges/<charge>/corrections/review")
def review_correction(ref: str, charge: str) -> ResponseReturnValue:
    at = found(ref)
    line, form = charge_of(at, charge), CorrectionForm(at, request.args)
    effect = tried(
        form,
        lambda: acts.preview_correct(
            at.ref, line.id, form.amount.data, form.reason.data, form.ref, **acting()
        ),
    )
    rows = [
        (gettext("Charge"), here().say(line.name)),
        (gettext("Stands at"), here().money(line.stands_minor, at.currency)),
        (gettext("Set to"), here().money(form.amount.data or 0, at.currency)),
        (gettext("Reason"), form.reason.data),
    ]
    return reviewed(
        at, form, effect, lambda at, form, status: asked(at, form, line, status),
        title=gettext("Take this back?"), rows=rows, confirm=gettext("Take back"),
        action=url_for("office.create_correction", ref=at.ref, charge=line.id),
        step=url_for("office.new_correction", ref=at.ref, charge=line.id),
    )  # fmt: skip


@office.post("/office/agreements/<ref>/charges/<charge>/corrections")
def create_correction(ref: str, charge: str) -> ResponseReturnValue:
    at = found(ref)
    line, form = charge_of(at, charge), CorrectionForm(at, request.form, sent=True)
    made = tried(
        form, lambda: acts.correct(at.ref, line.id, form.amount.data, form.reason.data, form.ref, **acting())
    )
    if made is None:
        return asked(at, form, line, 422)
    amount = here().money(form.amount.data, at.currency)
    flash(gettext("%(name)s stands at %(amount)s now.", name=here().say(line.name), amount=amount))
    return htmx.see_other(url_for("office.agreement", ref=at.ref))
