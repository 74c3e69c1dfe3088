"""What ends an agreement on a day: the amount part by part, a table of the coming days, and a letter to keep."""

from __future__ import annotations

from datetime import date

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import frame, htmx
from blueprints.shared.addresses import own_address
from blueprints.shared.clock import today
from blueprints.shared.fields import DayField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.reports import payoffs
from domain.reports.agreements import View
from domain.words import Refused
from papers.payoff_letter import payoff_letter_pdf


class DayForm(FlaskForm):
    """The day asked for. It is asked by GET and changes nothing."""

    class Meta:
        csrf = False

    on = DayField(_("Choose a day"))


@portal.get("/agreements/<ref>/payoff")
def payoff(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    form, told = asked(view)
    return htmx.render(
        "portal/payoff/payoff.html", "portal/payoff/_quote.html", status=422 if form.on.errors else 200,
        view=view, form=form, told=told, days=payoffs.days(view), farthest=payoffs.farthest(view),
    )  # fmt: skip


@portal.get("/agreements/<ref>/payoff/letter.pdf")
@limit_reads(PAPERS)
def payoff_letter(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    form, told = asked(view)
    if form.on.errors:
        return htmx.see_other(url_for("portal.payoff", ref=ref, on=request.args.get("on", "")[:20]))
    business = (frame.business() or {}) | {"test_mode": current_app.config["TEST_MODE"]}
    address = own_address(url_for("public.home"))
    data = payoffs.letter(scope(), view, told.quote.on, business, address)
    answer = Response(payoff_letter_pdf(data, here().voice()), mimetype="application/pdf")
    name = f"payoff-{view.number}-{told.quote.on}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def asked(view: View) -> tuple[DayForm, payoffs.Payoff]:
    """The form, and what ends it on the day asked for; today's, with the error at the field, for a day that is none."""
    form = DayForm(request.args if request.args.get("on") else None)
    valid = form.validate()
    on: date = form.on.data or today()
    if valid:
        form.on.data = on
        try:
            return form, payoffs.payoff(view, on)
        except Refused as refused:
            form.on.errors = [here().say(refused.sentence)]
    return form, payoffs.payoff(view, today())
