"""Paying: choose an amount, a day and a method, check, pay. Nothing moves before the last step, and that happens once.

The form's sealed `ref` is made when the form is opened and travels through every step: the same form sent again finds
the payment it began. On the way to the last step it is sealed again together with the amount, the fee, the day and the
method, so that a changed hidden field opens nothing.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from blueprints.portal import permission, portal
from blueprints.portal.agreements import viewed
from blueprints.portal.pay_form import (
    CARRIED,
    PURPOSE,
    SEALED,
    Asked,
    PayForm,
    ReviewForm,
    address_of,
    asked_of,
    change_address,
    chosen_amount,
    new_form,
    owner,
    pay_form,
    review_address,
    way_serves,
)
from blueprints.shared import htmx, lookup
from blueprints.shared.addresses import here as loopback
from blueprints.shared.addresses import own_address
from blueprints.shared.clock import now, today
from blueprints.shared.fields import open_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import payments
from domain.actions.payment_limits import TwinPayment, Wanted
from domain.reports import agreements, autopay_coming, holds, my_methods, previews, ways_to_pay
from domain.reports.agreements import View
from domain.reports.payments import begun
from domain.reports.ways_to_pay import Way
from domain.rules.authorisations import text_hash
from domain.words import Conflict, Refused
from models import Payment


@portal.get("/pay-now")
def pay() -> ResponseReturnValue:
    mine, method = agreements.views(scope(), today()), request.args.get("method", "")
    views = [view for view in mine if view.open and view.payable_minor]
    if len(views) == 1:
        return redirect(url_for("portal.new_payment", ref=views[0].ref, method=method or None), 303)
    return htmx.render("portal/pay/choose.html", views=views, linked=bool(mine), method=method)


@portal.get("/agreements/<ref>/payments/new")
def new_payment(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    if "sealed" in request.args:
        return asked_again(view)
    given = (request.args.get(name, "") for name in ("amount", "method", "extra", "on"))
    return page(view, new_form(view, *given))


@portal.post("/agreements/<ref>/payments/preview")
def preview_payment(ref: str) -> ResponseReturnValue:
    """What the amount on the form would do; the form stays as it is."""
    view = viewed(ref)
    form = pay_form(view)
    told = effect_of(view, form)
    wrong = [*form.on.errors, *form.choice.errors, *form.amount.errors]
    return htmx.render(
        "portal/pay/preview.html", "portal/pay/_effect.html", 422 if wrong else 200, view=view, wrong=wrong, **told
    )  # fmt: skip


@portal.post("/agreements/<ref>/payments/review", endpoint="choose_payment")
def choose_payment(ref: str) -> ResponseReturnValue:
    """On to the review, which is a page of its own: Back and reload find it again without sending anything."""
    view = viewed(ref)
    form = pay_form(view)
    valid = form.validate()
    amount = chosen_amount(form)
    if "csrf_token" in form.errors:
        return page(view, form, 422)
    if not valid or amount is None or not way_serves(form):
        return htmx.see_other(address_of(view, form))
    return htmx.see_other(review_address(view, asked_of(view, form, amount), form.ref.ref or ""))


@portal.get("/agreements/<ref>/payments/review")
def review_payment(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    form = ReviewForm(formdata=None)
    for name in SEALED:
        form[name].data = request.args.get(name, "")
    form.ref.data = request.args.get("sealed", "")
    opened = open_ref(PURPOSE, form.ref.data, owner(view, *form.sealed))
    if not opened:
        return changed_on_the_way(view)
    if begun(scope(), opened):
        # Back from the receipt: what this page asks about has happened.
        return htmx.see_other(url_for("portal.payment", ref=opened))
    return review(view, form, opened)


@portal.post("/agreements/<ref>/payments")
def create_payment(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    form = ReviewForm()
    form.ref.owner = owner(view, *form.sealed)
    valid = form.validate()
    if not form.ref.ref:
        return changed_on_the_way(view)
    if not valid:
        return review(view, form, form.ref.ref, 422)
    asked, opened = form.opened(), form.ref.ref
    way = way_of(view, asked.method)
    given = accepted(view, way, asked, opened) if way else None
    if given is not None and text_hash(given.text) != form.shown.data:
        # The file for the bank has left meanwhile, or another language was chosen: nobody has read these words.
        said = gettext(
            "What you are asked to allow has changed since. Nothing was paid. Please read it again."
        )
        return review(view, form, opened, 409, [said])
    try:
        paid = payments.start(
            view.ref, asked.amount, "" if way and way.hosted else asked.method, opened, who=scope(), today=today(),
            now=now(), return_url=own_address(url_for("portal.confirmed_payment", ref=opened)),
            again=form.again.data == "1",
            wanted=Wanted(
                extra=asked.extra, on=asked.on, choice=asked.choice, fee_minor=asked.fee, permission=given,
                hosted=way.hosted if way else "",
            ),
        )  # fmt: skip
    except TwinPayment as twin:
        return twin_page(view, form, twin)
    except (Refused, Conflict) as refused:
        on = asked.on.isoformat() if asked.on else ""
        again = new_form(view, str(asked.amount), asked.method, asked.extra, on)
        return page(view, again, 422, [here().say(refused.sentence)])
    return htmx.see_other(_onward(paid, way))


def _onward(paid: str, way: Way | None) -> str:
    """To the payment; or at once to the processor's page, where the payer chooses how to pay."""
    if way is not None and way.hosted:
        lookup.forget()
        row = lookup.get_or_404(Payment, paid)
        if row.state == "awaiting" and row.confirm_url:
            return loopback(row.confirm_url)
    return url_for("portal.payment", ref=paid)


def accepted(view: View, way: Way, asked: Asked, payment_ref: str) -> permission.Accepted:
    """The permission for this payment, as the visitor gives it."""
    times = ways_to_pay.times(way, asked.on, today(), now())
    text = permission.asked(view, way, asked.amount, asked.fee, times.leaves_on, payment_ref)
    return permission.accepted(text, payment_ref)


def way_of(view: View, ref: str) -> Way | None:
    """The way to pay of this ref that the visitor can use now."""
    found = ways_to_pay.ways(scope(), view.agreement, today(), also=ref)
    return next((way for way in found if way.ref == ref and way.problem is None), None)


def asked_again(view: View) -> ResponseReturnValue:
    """The first step as it was sent and refused, saying what is wrong with it."""
    sent = {name: request.args.get(name, "") for name in ("choice", "amount", "extra", "method", "on")}
    given = MultiDict({name: value for name, value in sent.items() if value})
    form = pay_form(view, given | {"ref": request.args["sealed"]})
    valid = form.validate()
    amount = chosen_amount(form)
    serves = way_serves(form)
    return page(view, form, 200 if valid and serves and amount is not None else 422)


def effect_of(view: View, form: PayForm) -> dict[str, Any]:
    """What the form asks for would do (None while it cannot be told), and what it comes to by each way."""
    amount = chosen_amount(form)
    if not amount:
        return {"effect": None, "form": form, "totals": {}}
    fees = ways_to_pay.fees(view.agreement, form.saved, amount, today())
    return {
        "effect": previews.preview(form.at, amount, form.wish),
        "form": form,
        "totals": {ref: (fee, amount + fee) for ref, fee in fees.items()} if any(fees.values()) else {},
        "times": ways_to_pay.times(form.way, form.on.data, today(), now()) if form.way else None,
    }


def page(
    view: View, form: PayForm, status: int = 200, others: list[str] | None = None
) -> ResponseReturnValue:
    told = effect_of(view, form) if status == 200 else {"effect": None, "form": form, "totals": {}}
    return htmx.render(
        "portal/pay/new.html",
        status=status,
        view=view,
        others=others or [],
        wrong=[],
        held=holds.standing(scope(), view.agreement),
        under_way=holds.on_its_way(scope(), view.agreement),
        additions=my_methods.additions(scope()),
        autopay_next=autopay_coming.next_debit(scope(), view.agreement, today()),
        **told,
    )


def review(
    view: View, form: ReviewForm, payment_ref: str, status: int = 200, others: list[str] | None = None
) -> ResponseReturnValue:
    """The page on which everything is said once more. The form's ref was opened: all of it is as chosen.

    Back to the first step when that amount, day, fee or method serves no more.
    """
    asked = form.opened()
    way = way_of(view, asked.method)
    on = asked.on or view.on
    try:
        effect = (
            previews.preview(previews.on_day(view, on), asked.amount, asked.extra) if on >= view.on else None
        )
    except Refused:
        effect = None
    if way is None or effect is None:
        return htmx.see_other(url_for("portal.new_payment", ref=view.ref))
    if ways_to_pay.fees(view.agreement, [way], asked.amount, today())[way.ref] != asked.fee:
        return htmx.see_other(change_address(view, asked))
    terms = accepted(view, way, asked, payment_ref).text
    form.shown.data = text_hash(terms)
    return htmx.render(
        "portal/pay/review.html", status=status, view=view, form=form, asked=asked, way=way, effect=effect,
        times=ways_to_pay.times(way, asked.on, today(), now()), terms=terms.split("\n\n"), others=others or [],
        change=change_address(view, asked), sealed=CARRIED,
    )  # fmt: skip


def changed_on_the_way(view: View) -> ResponseReturnValue:
    """The first step again, for a form whose amount, method or ref is not what we sealed."""
    said = gettext("This form was out of date or had been changed. Nothing was paid. Please choose again.")
    return page(view, new_form(view), 422, [said])


def twin_page(view: View, form: ReviewForm, twin: TwinPayment) -> ResponseReturnValue:
    """A payment of the same amount was begun minutes ago: show it, and ask before a second one."""
    return htmx.render("portal/pay/twin.html", status=409, view=view, form=form, twin=twin, sealed=CARRIED)
