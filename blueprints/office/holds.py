"""Holds: stop an agreement from being paid through the portal, say why, and let it be paid again."""

from __future__ import annotations

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from blueprints.office import office
from blueprints.office.adjusting import AdjustForm, acting, found, reason_field, tried
from blueprints.shared import htmx
from blueprints.shared.signed_in import scope
from domain.actions import holds as acts
from domain.reports import autopay_office
from domain.reports import holds as reports
from domain.reports.agreements import View

TYPES = [
    SelectChoice("eviction", _("Eviction")),
    SelectChoice("certified_funds", _("Certified funds only")),
    SelectChoice("other", _("Other")),
]


class HoldForm(AdjustForm):
    type = RadioField(_("Why"), choices=TYPES, validators=[InputRequired(_("Choose why."))])
    reason = reason_field()


@office.get("/office/agreements/<ref>/holds/new")
def new_hold(ref: str) -> ResponseReturnValue:
    at = found(ref, acts.RIGHT)
    return asked(at, HoldForm(at))


def asked(at: View, form: HoldForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/holds/new.html", status=status, at=at, form=form, held=reports.standing(scope(), at.agreement),
        under_way=reports.on_its_way(scope(), at.agreement),
        stopped=autopay_office.stopped_by_a_hold(scope(), at.agreement),
    )  # fmt: skip


@office.post("/office/agreements/<ref>/holds")
def create_hold(ref: str) -> ResponseReturnValue:
    at = found(ref, acts.RIGHT)
    form = HoldForm(at, request.form, sent=True)
    placed = tried(form, lambda: acts.place(at.ref, form.type.data, form.reason.data, form.ref, **acting()))
    if placed is None:
        return asked(at, form, 422)
    flash(gettext("%(number)s is on hold now: the portal takes no payments on it.", number=at.number))
    return htmx.see_other(url_for("office.agreement", ref=at.ref))


@office.get("/office/agreements/<ref>/holds/<hold>/end", endpoint="ask_lift_hold")
def ask_lift_hold(ref: str, hold: str) -> ResponseReturnValue:
    """What it means to lift the hold; nothing changes by looking."""
    at = found(ref, acts.RIGHT)
    stands = next((one for one in reports.standing(scope(), at.agreement) if one.ref == hold), None)
    if stands is None:
        abort(404)
    return htmx.render("office/holds/lift.html", at=at, hold=stands)


@office.post("/office/agreements/<ref>/holds/<hold>/end", endpoint="lift_hold")
def lift_hold(ref: str, hold: str) -> ResponseReturnValue:
    at = found(ref, acts.RIGHT)
    acts.lift(at.ref, hold[:64], **acting())
    flash(gettext("The hold on %(number)s was lifted.", number=at.number))
    return htmx.see_other(url_for("office.agreement", ref=at.ref))
