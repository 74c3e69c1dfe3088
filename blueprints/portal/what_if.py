"""What if I pay more each time, once, or on another day? Answered while typing, and as a page without scripts."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import SelectChoice

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx
from blueprints.shared.fields import DayField, MoneyField
from blueprints.shared.formats import here
from domain.reports import what_ifs
from domain.words import Refused


class WhatIfForm(FlaskForm):
    """It is asked by GET and changes nothing: the address can be kept and shared."""

    class Meta:
        csrf = False

    way = RadioField(
        _("What would you do?"),
        choices=[
            SelectChoice("more", _("Pay more each time")),
            SelectChoice("once", _("Pay more once")),
            SelectChoice("day", _("Pay on another day")),
        ],
        default="more",
    )
    amount = MoneyField(_("How much more"))
    on = DayField(_("On which day"))


@portal.get("/agreements/<ref>/what-if")
def what_if(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    if not what_ifs.offered(view):
        abort(404)
    form = WhatIfForm(request.args)
    form.amount.currency = view.currency
    begun = bool((form.amount.typed or "").strip() or (request.args.get("on") or "").strip())
    told = _told(view, form) if begun and form.validate() else None
    wrong = [*form.way.errors, *form.amount.errors, *form.on.errors]
    return htmx.render(
        "portal/what_if/what_if.html", "portal/what_if/_effect.html", status=422 if wrong else 200,
        view=view, form=form, told=told, wrong=wrong,
    )  # fmt: skip


def _told(view: Any, form: WhatIfForm) -> Any:
    """What would be; None with the error at its field."""
    if form.way.data != "day" and form.amount.process_errors:
        form.amount.errors = list(form.amount.process_errors)
        return None
    try:
        return what_ifs.what_if(view, what_ifs.Asked(form.way.data, form.amount.data, form.on.data))
    except Refused as refused:
        field = form.on if refused.field == "on" else form.amount
        field.errors = [*field.errors, here().say(refused.sentence)]
        return None
