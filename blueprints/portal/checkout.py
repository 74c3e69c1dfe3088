"""Several agreements in one go, from the review to what became of it: check, pay, and see each payment with its state.

Nothing moves before `create_checkout`, and that happens once: the review carries the whole choice sealed, so that a
changed hidden field opens nothing, and the same choice sent again finds the payments it began.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from blueprints.portal import permission, portal
from blueprints.portal.checkout_choice import REVIEW, Choice, opened
from blueprints.portal.pay_several import PayForm, Row, mine, new_form, page
from blueprints.shared import htmx
from blueprints.shared.addresses import own_address
from blueprints.shared.clock import now, today
from blueprints.shared.fields import RefField, open_ref
from blueprints.shared.formats import here
from blueprints.shared.lookup import forget
from blueprints.shared.signed_in import scope
from domain.actions import checkouts as actions
from domain.actions.checkouts import NotAllBegun, TwinPayment
from domain.actions.payment_limits import Wanted
from domain.reports import checkouts as report
from domain.reports import previews, ways_to_pay
from domain.reports.agreements import View
from domain.reports.ways_to_pay import Way
from domain.rules.authorisations import text_hash
from domain.words import Money, Refused


class ReviewForm(FlaskForm):
    ref = RefField(purpose=REVIEW)
    agree = BooleanField(_("Your permission"), [InputRequired(_("Tick the box to allow these payments."))])
    again = HiddenField()
    shown = HiddenField()
    """The hash of the permissions as the page showed them."""


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
    given = permissions(choice, mine(choice.on))
    if (
        given
        and shown(given) != form.shown.data
        and choice.begun() != {ref for ref, _amount in choice.wishes}
    ):
        said = gettext(
            "What you are asked to allow has changed since. Nothing was paid. Please read it again."
        )
        return review(choice, form, 409, [said])
    try:
        actions.start(
            choice.checkout, choice.wishes, choice.method, who=scope(), today=today(), now=now(),
            return_url=lambda ref: own_address(url_for("portal.confirmed_payment", ref=ref)),
            again=form.again.data == "1",
            wanted={
                ref: Wanted(on=choice.on, fee_minor=fee, permission=given.get(ref))
                for (ref, _amount), fee in zip(choice.wishes, choice.fees, strict=True)
            },
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


def way_of(choice: Choice) -> Way | None:
    found = ways_to_pay.saved(scope(), also=choice.method)
    return next((way for way in found if way.ref == choice.method and way.problem is None), None)


def permissions(choice: Choice, views: Mapping[str, View]) -> dict[str, permission.Accepted]:
    """Agreement -> the permission for its payment, as the visitor gives it."""
    way = way_of(choice)
    if way is None:
        return {}
    times = ways_to_pay.times(way, choice.on, today(), now())
    given = {}
    for (ref, amount), fee in zip(choice.wishes, choice.fees, strict=True):
        if ref in views:
            payment_ref = actions.ref_of(choice.checkout, ref)
            text = permission.asked(views[ref], way, amount, fee, times.leaves_on, payment_ref)
            given[ref] = permission.accepted(text, payment_ref)
    return given


def shown(given: Mapping[str, permission.Accepted]) -> str:
    """The hash of all these permissions."""
    return text_hash("\n\n".join(one.text for one in given.values()))


def paragraphs(given: Mapping[str, permission.Accepted]) -> list[str]:
    """The permissions to be read in one go: what is the same in all of them once, after what is each one's own."""
    texts = [one.text.split("\n\n") for one in given.values()]
    common = [words for words in texts[0] if all(words in text for text in texts)] if len(texts) > 1 else []
    return [*(words for text in texts for words in text if words not in common), *common]


def review(
    choice: Choice, form: ReviewForm, status: int = 200, others: list[str] | None = None
) -> ResponseReturnValue:
    """The page on which everything is said once more, for what was not begun yet.

    On to the payments when all were; back to the first step when an amount or the method serves no more.
    """
    views = mine(choice.on)
    if not {ref for ref, _amount in choice.wishes} <= set(views):
        abort(404)
    begun = choice.begun()
    asked = [(views[ref], *one) for (ref, *one) in _asked(choice) if ref not in begun]
    if not asked:
        return htmx.see_other(url_for("portal.checkout", ref=choice.checkout))
    way = way_of(choice)
    if way is None or not _still(choice, way, asked):
        return htmx.see_other(url_for("portal.new_checkout", sealed=form.ref.data))
    given = permissions(choice, views)
    form.shown.data = shown(given)
    of_each = [Money(amount + fee, view.currency) for view, amount, fee in asked]
    return htmx.render(
        "portal/checkout/review.html", status=status, form=form, method=way, others=others or [], on=choice.on,
        effects=[(view, previews.preview(view, amount), fee) for view, amount, fee in asked],
        totals=report.totals(of_each), fees=report.totals(Money(fee, view.currency) for view, _, fee in asked),
        times=ways_to_pay.times(way, choice.on, today(), now()), terms=paragraphs(given),
        begun=choice.checkout if begun else "",
    )  # fmt: skip


def _asked(choice: Choice) -> list[tuple[str, int, int]]:
    """(agreement's ref, amount, fee) of each payment."""
    return [(ref, amount, fee) for (ref, amount), fee in zip(choice.wishes, choice.fees, strict=True)]


def _still(choice: Choice, way: Way, asked: list[tuple[View, int, int]]) -> bool:
    """Whether amounts, day, fees and the method serve as they did when they were chosen."""
    if choice.on is not None and choice.on < today():
        return False
    try:
        for view, amount, _fee in asked:
            previews.check(view, amount)
    except Refused:
        return False
    return all(
        ways_to_pay.objection(way, view.agreement, today()) is None
        and ways_to_pay.fees(view.agreement, [way], amount, today())[way.ref] == fee
        for view, amount, fee in asked
    )


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
        left = [one for one in _asked(choice) if one[0] not in begun]
        asked = [(views[ref], amount + fee, twins.get(ref)) for ref, amount, fee in left]
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
