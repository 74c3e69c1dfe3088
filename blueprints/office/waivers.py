"""Giving up what is open of a charge: all of it or a part, with a reason. The charge itself stays."""

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


class WaiverForm(AdjustForm):
    amount = MoneyField(_("How much is waived"), [InputRequired(_("Enter an amount above zero."))])
    reason = reason_field()


def form_of(at: View, charge: Line) -> WaiverForm:
    given = request.args if "form_ref" in request.args else None
    form = WaiverForm(at, given)
    if given is None:
        form.amount.data = charge.open_minor
    return form


@office.get("/office/agreements/<ref>/charges/<charge>/waivers/new")
def new_waiver(ref: str, charge: str) -> ResponseReturnValue:
    at = found(ref)
    line = charge_of(at, charge)
    return asked(at, form_of(at, line), line)


def asked(at: View, form: WaiverForm, charge: Line, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/waivers/new.html", status=status, at=at, form=form, charge=charge)


@office.get("/office/agreements/<ref>/charges/<charge>/waivers/review")
def review_waiver(ref: str, charge: str) -> ResponseReturnValue:
    at = found(ref)
    line, form = charge_of(at, charge), WaiverForm(at, request.args)
    effect = tried(
        form,
        lambda: acts.preview_waive(
            at.ref, line.id, form.amount.data or 0, form.reason.data, form.ref, **acting()
        ),
    )
    rows = [
        (gettext("Charge"), here().say(line.name)),
        (gettext("Waived"), here().money(form.amount.data or 0, at.currency)),
        (gettext("Reason"), form.reason.data),
    ]
    return reviewed(
        at, form, effect, lambda at, form, status: asked(at, form, line, status), title=gettext("Waive this?"),
        rows=rows, confirm=gettext("Waive"), action=url_for("office.create_waiver", ref=at.ref, charge=line.id),
        step=url_for("office.new_waiver", ref=at.ref, charge=line.id),
    )  # fmt: skip


@office.post("/office/agreements/<ref>/charges/<charge>/waivers")
def create_waiver(ref: str, charge: str) -> ResponseReturnValue:
    at = found(ref)
    line, form = charge_of(at, charge), WaiverForm(at, request.form, sent=True)
    made = tried(
        form,
        lambda: acts.waive(at.ref, line.id, form.amount.data or 0, form.reason.data, form.ref, **acting()),
    )
    if made is None:
        return asked(at, form, line, 422)
    amount = here().money(form.amount.data or 0, at.currency)
    flash(gettext("%(amount)s was waived of %(name)s.", amount=amount, name=here().say(line.name)))
    return htmx.see_other(url_for("office.agreement", ref=at.ref))
