"""Several agreements in one go, from the review to what became of it: check, pay, and see each payment with its state.

Nothing moves before `create_checkout`, and that happens once: the review carries the whole choice sealed, so that a
changed hidden field opens nothing, and the same choice sent again finds the payments it began.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from blueprints.portal import portal
from blueprints.portal.pay_several import REVIEW, Choice, PayForm, Row, mine, new_form, opened, page
from blueprints.shared import htmx
from blueprints.shared.addresses import own_address
from blueprints.shared.clock import now, today
from blueprints.shared.fields import RefField, open_ref
from blueprints.shared.formats import here
from blueprints.shared.lookup import forget
from blueprints.shared.signed_in import scope
from domain.actions import checkouts as actions
from domain.actions.checkouts import NotAllBegun, TwinPayment
from domain.reports import checkouts as report
from domain.reports import my_methods, previews
from domain.words import Money, Refused


class ReviewForm(FlaskForm):
    ref = RefField(purpose=REVIEW)
    agree = BooleanField(_("Your permission"), [InputRequired(_("Tick the box to allow these payments."))])
    again = HiddenField()


@portal.get("/checkouts/review")
def review_checkout() -> ResponseReturnValue:
    form = ReviewForm(formdata=None)
    form.ref.data = request.args.get("sealed", "")
    choice = opened(open_ref(REVIEW, form.ref.data, current_user.user_ref))
    if choice is None:
        return changed_on_the_way()
    return review(choice, form)


@portal.post("/checkouts")
def create_checkout() -> ResponseReturnValue:
    form = ReviewForm()
    form.ref.owner = current_user.user_ref
    valid = form.validate()
    choice = opened(form.ref.ref)
    if choice is None:
        return changed_on_the_way()
    if not valid:
        return review(choice, form, 422)
    try:
        actions.start(
            choice.checkout, choice.wishes, choice.method, who=scope(), today=today(), now=now(),
            return_url=lambda ref: own_address(url_for("portal.confirmed_payment", ref=ref)),
            again=form.again.data == "1",
        )  # fmt: skip
    except NotAllBegun as stopped:
        forget()
        return not_all_begun(choice, form, stopped)
    return htmx.see_other(url_for("portal.checkout", ref=choice.checkout))


@portal.get("/checkouts/<ref>")
def checkout(ref: str) -> ResponseReturnValue:
    return _shown(ref)


@portal.get("/checkouts/<ref>/widgets/state")
def checkout_state(ref: str) -> ResponseReturnValue:
    """The same by itself, for a page that waits for an answer."""
    return _shown(ref)


def _shown(ref: str) -> ResponseReturnValue:
    found = report.checkout(scope(), ref, today()) if len(ref) <= 64 and "\x00" not in ref else None
    if found is None:
        abort(404)
    return htmx.render("portal/checkout/checkout.html", "portal/checkout/_checkout.html", checkout=found)


def review(choice: Choice, form: ReviewForm, status: int = 200) -> ResponseReturnValue:
    """The page on which everything is said once more, for what was not begun yet.

    On to the payments when all were; back to the first step when an amount or the method serves no more.
    """
    views = mine()
    if not {ref for ref, _amount in choice.wishes} <= set(views):
        abort(404)
    begun = choice.begun()
    left = [(views[ref], amount) for ref, amount in choice.wishes if ref not in begun]
    if not left:
        return htmx.see_other(url_for("portal.checkout", ref=choice.checkout))
    saved = my_methods.methods(scope(), also=choice.method)
    method = next((one for one in saved if one.ref == choice.method), None)
    try:
        effects = [(view, previews.preview(view, amount)) for view, amount in left]
    except Refused:
        effects = []
    if method is None or not effects:
        return htmx.see_other(url_for("portal.new_checkout", sealed=form.ref.data))
    days = current_app.config["SETTINGS"].sandbox_settle_days
    settles = {
        view.ref: previews.settles_on(method.instrument, today(), view.currency, days) for view, _ in left
    }
    return htmx.render(
        "portal/checkout/review.html", status=status, form=form, method=method, effects=effects,
        totals=report.totals(Money(amount, view.currency) for view, amount in left),
        settles=max(settles.values()), begun=choice.checkout if begun else "",
    )  # fmt: skip


def changed_on_the_way() -> ResponseReturnValue:
    """The first step again, for a form that is not what we sealed."""
    said = gettext("This form was out of date or had been changed. Nothing was paid. Please choose again.")
    return page(*new_form(), 422, [said])


def not_all_begun(choice: Choice, form: ReviewForm, stopped: NotAllBegun) -> ResponseReturnValue:
    """Ask about payments that look like the same one twice; for anything else the first step with what is wrong."""
    begun = choice.begun()
    some = choice.checkout if begun else ""
    twins = {ref: why for ref, why in stopped.why.items() if isinstance(why, TwinPayment)}
    views = mine()
    if len(twins) == len(stopped.why):
        asked = [(views[ref], amount, twins.get(ref)) for ref, amount in choice.wishes if ref not in begun]
        total = report.totals(Money(amount, view.currency) for view, amount, _twin in asked)
        return htmx.render(
            "portal/checkout/twins.html", status=409, form=form, asked=asked, totals=total, begun=some
        )
    again, rows = new_form(choice=choice)
    others = place(stopped.why, again, rows)
    return page(again, rows, 422, others, some)


def place(why: Mapping[str, Any], form: PayForm, rows: list[Row]) -> list[str]:
    """Put each reason where it belongs: to its row, to the method, or above the form. Gives the last ones."""
    of_row = {row.view.ref: row for row in rows}
    others: list[str] = []
    for ref, refused in why.items():
        said = here().say(refused.sentence)
        if refused.field == "method":
            form.method.errors = [said]
        elif ref in of_row and (refused.field == "amount" or isinstance(refused, TwinPayment)):
            of_row[ref].wrong = said
            of_row[ref].fields.amount.errors = [said]
        elif said not in others:
            others.append(said)
    return others
