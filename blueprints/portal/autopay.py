"""Autopay of one agreement: how it stands, the debits ahead, pausing, skipping, answering, accepting and ending it.

One debit is skipped, taken after all or answered in place, in the page of the contract or in the list of what is
coming; without scripts the same forms lead back to a page. Whoever comes after the debit was sent is told so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from blueprints.portal import portal, upcoming
from blueprints.portal.agreements import viewed
from blueprints.portal.autopay_form import AcceptForm
from blueprints.portal.autopay_setup import Asked, ask
from blueprints.shared import htmx, lookup, visit
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import autopay as acts
from domain.actions.payment_limits import Accepted
from domain.reports import autopay as report
from domain.reports import my_permissions, ways_to_pay
from domain.reports.autopay import Told
from domain.rules.autopay_amount import percent
from domain.words import Conflict, Refused
from models import Autopay


class PauseForm(FlaskForm):
    until = DayField(_("Through"))


@portal.get("/agreements/<ref>/autopay")
def agreement_autopay(ref: str) -> ResponseReturnValue:
    """The visitor's own contract on the agreement, or how to begin one."""
    view = viewed(ref)
    current = report.contract_of(scope(), view.agreement)
    if current is not None:
        return htmx.see_other(url_for("portal.autopay", ref=current.ref))
    return htmx.render("portal/autopay/none.html", view=view, past=report.past_of(scope(), view.agreement))


@portal.get("/autopay/<ref>")
def autopay(ref: str) -> ResponseReturnValue:
    told = told_of(ref)
    if told.state == "prepared":
        return htmx.see_other(url_for("portal.accept_autopay", ref=ref))
    return page(told)


def told_of(ref: str) -> Told:
    """The visitor's contract of this ref, or 404."""
    row = lookup.get_or_404(Autopay, ref)
    told = report.told(scope(), row.ref, today())
    if told is None:
        abort(404)
    return told


def page(told: Told, status: int = 200, pause: PauseForm | None = None) -> ResponseReturnValue:
    given = my_permissions.permission(scope(), told.permission_ref) if told.permission_ref else None
    return htmx.render(
        "portal/autopay/autopay.html", "portal/autopay/_standing.html", status, told=told, permission=given,
        currency=told.contract.currency, percent=percent, pause=pause or PauseForm(formdata=None),
        done=request.args.get("done", ""),
    )  # fmt: skip


def by_me() -> dict[str, Any]:
    """Who does it, when and from where, as the actions take it."""
    return {"who": scope(), "today": today(), "now": now(), "place": visit.place()}


@portal.post("/autopay/<ref>/debits/<period>/skip")
def skip_debit(ref: str, period: str) -> ResponseReturnValue:
    return decided(ref, lambda: acts.skip(ref, period[:24], **by_me()))


@portal.post("/autopay/<ref>/debits/<period>/unskip")
def unskip_debit(ref: str, period: str) -> ResponseReturnValue:
    return decided(ref, lambda: acts.unskip(ref, period[:24], **by_me()))


@portal.post("/autopay/<ref>/debits/<period>/answer")
def answer_debit(ref: str, period: str) -> ResponseReturnValue:
    """Yes or no to a debit above the limit; anything else is no answer."""
    answer = request.form.get("answer")
    if answer not in ("yes", "no"):
        return decided(ref, lambda: None)
    return decided(ref, lambda: acts.answer_limit(ref, period[:24], answer == "yes", **by_me()))


def decided(ref: str, act: Callable[[], object]) -> ResponseReturnValue:
    """Do it, and show the list or the page it was asked in."""
    lookup.get_or_404(Autopay, ref)
    listed = request.form.get("in") == "upcoming"
    try:
        act()
    except (Refused, Conflict) as late:
        flash(here().say(late.sentence), "warning")
        return htmx.see_other(upcoming.address() if listed else url_for("portal.autopay", ref=ref))
    lookup.forget()
    if not htmx.wants_fragment():
        return htmx.see_other(upcoming.address() if listed else url_for("portal.autopay", ref=ref))
    return upcoming.page() if listed else page(told_of(ref))


@portal.post("/autopay/<ref>/pause")
def pause_autopay(ref: str) -> ResponseReturnValue:
    told, form = told_of(ref), PauseForm()
    if not form.validate():
        return page(told, 422, form)
    try:
        acts.pause(ref, until_on=form.until.data, **by_me())
    except Refused as refused:
        form.until.errors = [*form.until.errors, here().say(refused.sentence)]
        return page(told, 422, form)
    except Conflict as late:
        flash(here().say(late.sentence), "warning")
    else:
        flash(gettext("Autopay is paused. What falls due stays owed."))
    return htmx.see_other(url_for("portal.autopay", ref=ref))


@portal.post("/autopay/<ref>/resume")
def resume_autopay(ref: str) -> ResponseReturnValue:
    told_of(ref)
    try:
        acts.resume(ref, **by_me())
    except Refused as refused:
        # What stopped for good reason goes on only by a new yes.
        flash(here().say(refused.sentence), "warning")
        return htmx.see_other(url_for("portal.accept_autopay", ref=ref))
    except Conflict as late:
        flash(here().say(late.sentence), "warning")
    else:
        flash(gettext("Autopay takes money again."))
    return htmx.see_other(url_for("portal.autopay", ref=ref))


@portal.get("/autopay/<ref>/end")
def ask_end_autopay(ref: str) -> ResponseReturnValue:
    told = told_of(ref)
    if told.state == "ended":
        return htmx.see_other(url_for("portal.autopay", ref=ref))
    return htmx.render("portal/autopay/end.html", told=told, currency=told.contract.currency)


@portal.post("/autopay/<ref>/end")
def end_autopay(ref: str) -> ResponseReturnValue:
    """End it, or decline one that was prepared. Never made hard: no agreement depends on it, and nothing is taken."""
    told_of(ref)
    acts.end(ref, **by_me())
    flash(gettext("Autopay has ended. Nothing more is taken by itself."))
    return htmx.see_other(url_for("portal.autopay", ref=ref))


@portal.route("/autopay/<ref>/accept", methods=["GET", "POST"])
def accept_autopay(ref: str) -> ResponseReturnValue:
    """The text of a contract that staff prepared, or anew that of one that has stopped: read it, and say yes."""
    told = told_of(ref)
    if told.state not in ("prepared", "stopped", "paused"):
        return htmx.see_other(url_for("portal.autopay", ref=ref))
    view = viewed(told.agreement_ref)
    if not view.open:
        return page(told)
    usable = {way.ref: way for way in ways_to_pay.ways(scope(), view.agreement, today(), hosted=False)}
    ways = [usable[one] for one in told.method_refs if one in usable and usable[one].problem is None]
    if (
        len(ways) != len(told.method_refs)
        or told.contract.amount_rule not in report.offered(scope(), view).rules
    ):
        flash(
            gettext("One of its ways to pay cannot be used any more. Choose anew, then accept the text."),
            "warning",
        )
        return htmx.see_other(url_for("portal.new_autopay", ref=view.ref, step="methods"))
    address = url_for("portal.accept_autopay", ref=ref)
    asked = Asked(
        "prepared" if told.state == "prepared" else "again", view, told.contract, ways, told.debits, address, address,
        decline=url_for("portal.end_autopay", ref=ref),
    )  # fmt: skip

    def done(given: Accepted) -> str:
        return acts.accept(ref, permission=given, **by_me())

    try:
        return ask(asked, AcceptForm() if request.method == "POST" else None, done)
    except Refused as refused:
        flash(here().say(refused.sentence), "warning")
        return htmx.see_other(url_for("portal.autopay", ref=ref))
