"""Paying: choose an amount and a method, check, pay. Nothing moves before the last step, and that step happens once.

The form's sealed `ref` is made when the form is opened and travels through every step: the same form sent again finds
the payment it began. On the way to the last step it is sealed again together with the amount and the method, so that a
changed hidden field opens nothing.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx
from blueprints.shared.addresses import own_address
from blueprints.shared.clock import now, today
from blueprints.shared.fields import MoneyField, RefField, open_ref, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import payments
from domain.actions.payment_intents import TwinPayment
from domain.reports import agreements, holds, my_methods, previews
from domain.reports.agreements import View
from domain.reports.payments import begun
from domain.sealing import fresh_ref
from domain.words import Conflict, Refused

PURPOSE = "payment"


class PayForm(FlaskForm):
    choice = RadioField(_("How much?"), [InputRequired(_("Choose how much to pay."))])
    amount = MoneyField(_("Another amount"))
    extra = RadioField(_("If it is more than is due, the rest shall"), default="shorter")
    method = RadioField(_("Pay from"), [InputRequired(_("Choose where the money comes from."))])
    ref = RefField(purpose=PURPOSE)

    @property
    def offer(self) -> previews.Choice | None:
        """The amount chosen with one tap; None where another was typed."""
        return next((offer for offer in self.offers if offer.name == self.choice.data), None)

    @property
    def wish(self) -> str:
        """What the money above what is due shall do."""
        if self.offer is not None:
            return self.offer.extra or "shorter"
        return (self.extra.data if self.extra else None) or "shorter"


class ReviewForm(FlaskForm):
    amount = HiddenField()
    extra = HiddenField()
    method = HiddenField()
    ref = RefField(purpose=PURPOSE)
    agree = BooleanField(_("Your permission"), [InputRequired(_("Tick the box to allow this payment."))])
    again = HiddenField()


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
    return page(view, new_form(view, *(request.args.get(name, "") for name in ("amount", "method", "extra"))))


@portal.post("/agreements/<ref>/payments/preview")
def preview_payment(ref: str) -> ResponseReturnValue:
    """What the amount on the form would do; the form stays as it is."""
    view = viewed(ref)
    form = pay_form(view)
    amount = chosen_amount(view, form)
    effect = previews.preview(view, amount, form.wish) if amount is not None else None
    wrong = [*form.choice.errors, *form.amount.errors]
    return htmx.render(
        "portal/pay/preview.html",
        "portal/pay/_effect.html",
        422 if wrong else 200,
        view=view,
        effect=effect,
        wrong=wrong,
    )


@portal.post("/agreements/<ref>/payments/review", endpoint="choose_payment")
def choose_payment(ref: str) -> ResponseReturnValue:
    """On to the review, which is a page of its own: Back and reload find it again without sending anything."""
    view = viewed(ref)
    form = pay_form(view)
    valid = form.validate()
    amount = chosen_amount(view, form)
    if "csrf_token" in form.errors:
        return page(view, form, 422)
    if not valid or amount is None:
        return htmx.see_other(address_of(view, form))
    method, extra = form.method.data, form.wish
    sealed = seal_ref(PURPOSE, form.ref.ref or "", owner(view, amount, method, extra))
    address = url_for(
        "portal.review_payment", ref=view.ref, amount=amount, method=method, extra=extra, sealed=sealed
    )
    return htmx.see_other(address)


@portal.get("/agreements/<ref>/payments/review")
def review_payment(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    form = ReviewForm(formdata=None)
    for name in ("amount", "method", "extra"):
        form[name].data = request.args.get(name, "")
    form.ref.data = request.args.get("sealed", "")
    opened = open_ref(PURPOSE, form.ref.data, bound(view, form))
    if not opened:
        return changed_on_the_way(view)
    if begun(scope(), opened):
        # Back from the receipt: what this page asks about has happened.
        return htmx.see_other(url_for("portal.payment", ref=opened))
    return review(view, form)


@portal.post("/agreements/<ref>/payments")
def create_payment(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    form = ReviewForm()
    form.ref.owner = bound(view, form)
    valid = form.validate()
    if not form.ref.ref:
        return changed_on_the_way(view)
    if not valid:
        return review(view, form, 422)
    amount, opened = int(form.amount.data), form.ref.ref or ""
    try:
        paid = payments.start(
            view.ref, amount, form.method.data, opened, who=scope(), today=today(), now=now(),
            return_url=own_address(url_for("portal.confirmed_payment", ref=opened)),
            again=form.again.data == "1", extra=form.extra.data or "shorter",
        )  # fmt: skip
    except TwinPayment as twin:
        return twin_page(view, form, twin)
    except (Refused, Conflict) as refused:
        again = new_form(view, form.amount.data or "", form.method.data or "", form.extra.data or "")
        return page(view, again, 422, [here().say(refused.sentence)])
    return htmx.see_other(url_for("portal.payment", ref=paid))


def owner(view: View, *bound: Any) -> str:
    """Whom and what a sealed ref is for: the user, the agreement, and on the review page the amount and method too."""
    return ":".join([current_user.user_ref, view.ref, *(str(part) for part in bound)])


def bound(view: View, form: ReviewForm) -> str:
    """Whom and what the ref of the review page was sealed for: with the amount, the method and what more money does."""
    return owner(view, form.amount.data, form.method.data, form.extra.data)


def address_of(view: View, form: PayForm) -> str:
    """Where a form that was refused is shown again, with what was typed: a page of its own that Back can show."""
    return url_for(
        "portal.new_payment", ref=view.ref, choice=(form.choice.data or "")[:20], amount=form.amount.typed or "",
        method=(form.method.data or "")[:64], extra=form.wish[:8], sealed=(form.ref.data or "")[:400],
    )  # fmt: skip


def asked_again(view: View) -> ResponseReturnValue:
    """The first step as it was sent and refused, saying what is wrong with it."""
    sent = {name: request.args.get(name, "") for name in ("choice", "amount", "extra", "method")}
    given = MultiDict({name: value for name, value in sent.items() if value})
    form = pay_form(view, given | {"ref": request.args["sealed"]})
    valid = form.validate()
    amount = chosen_amount(view, form)
    return page(view, form, 200 if valid and amount is not None else 422)


def pay_form(view: View, given: MultiDict[str, str] | None = None) -> PayForm:
    """The form as it was sent (or as an address gives it), with this agreement's amounts and this person's methods."""
    sent = request.form if given is None else given
    form = PayForm() if given is None else PayForm(given, meta={"csrf": False})
    form = _with_choices(form, view, sent.get("method", ""))
    if form.choice.data != "other":
        # What was once typed for another amount is not asked for any more.
        form.amount.process_errors = []
    return form


def new_form(view: View, amount: str = "", method: str = "", extra: str = "") -> PayForm:
    """A form with a new ref. `amount` (minor units) and `method` are chosen already where they can be."""
    form = _with_choices(PayForm(formdata=None), view, method)
    form.ref.data = seal_ref(PURPOSE, fresh_ref(), owner(view))
    saved = [one.ref for one in form.saved]
    form.method.data = method if method in saved else (saved[0] if saved else None)
    form.choice.data = form.offers[0].name if form.offers else "other"
    if amount.isascii() and amount.isdigit() and 0 < len(amount) < 13:
        offer = next((offer for offer in form.offers if offer.amount_minor == int(amount)), None)
        form.choice.data = offer.name if offer else "other"
        form.amount.data = None if offer else int(amount)
    if extra in view.offers.extra:
        form.extra.data = extra
    return form


def _with_choices(form: PayForm, view: View, method: str) -> PayForm:
    form.offers, form.saved = previews.choices(view), my_methods.methods(scope(), also=method)
    named = [SelectChoice(offer.name, here().say(offer.title)) for offer in form.offers]
    form.choice.choices = [*named, SelectChoice("other", gettext("Another amount"))]
    form.method.choices = [SelectChoice(one.ref, one.label) for one in form.saved]
    form.extra.choices = [
        SelectChoice(name, gettext(previews.EXTRA_WORDS[name])) for name in view.offers.extra
    ]
    if not form.extra.choices:
        del form.extra
    form.amount.currency = view.currency
    form.ref.owner = owner(view)
    return form


def chosen_amount(view: View, form: PayForm) -> int | None:
    """The amount the form asks for in minor units, checked against what is owed; None with the error in its field."""
    offer = form.offer
    field = form.choice if offer else form.amount
    amount = offer.amount_minor if offer else form.amount.data
    if field.errors or (offer is None and form.choice.data != "other"):
        return None
    if offer is None and form.amount.process_errors:
        form.amount.errors = list(form.amount.process_errors)
        return None
    try:
        previews.check(view, amount or 0)
    except Refused as refused:
        field.errors = [*field.errors, here().say(refused.sentence)]
        return None
    return amount


def page(
    view: View, form: PayForm, status: int = 200, others: list[str] | None = None
) -> ResponseReturnValue:
    amount = chosen_amount(view, form) if status == 200 else None
    effect = previews.preview(view, amount, form.wish) if amount else None
    return htmx.render(
        "portal/pay/new.html",
        status=status,
        view=view,
        form=form,
        others=others or [],
        effect=effect,
        wrong=[],
        held=holds.standing(scope(), view.agreement),
        under_way=holds.on_its_way(scope(), view.agreement),
    )


def review(view: View, form: ReviewForm, status: int = 200) -> ResponseReturnValue:
    """The page on which everything is said once more. The form's ref was opened: amount and method are as chosen.

    Back to the first step when that amount or method serves no more.
    """
    amount, saved = int(form.amount.data), my_methods.methods(scope(), also=form.method.data)
    method = next((one for one in saved if one.ref == form.method.data), None)
    try:
        effect = previews.preview(view, amount, form.extra.data or "shorter")
    except Refused:
        effect = None
    if method is None or effect is None:
        return htmx.see_other(url_for("portal.new_payment", ref=view.ref))
    days = current_app.config["SETTINGS"].sandbox_settle_days
    settles = previews.settles_on(method.instrument, today(), view.currency, days)
    return htmx.render(
        "portal/pay/review.html", status=status, view=view, form=form, method=method, effect=effect, settles=settles
    )  # fmt: skip


def changed_on_the_way(view: View) -> ResponseReturnValue:
    """The first step again, for a form whose amount, method or ref is not what we sealed."""
    said = gettext("This form was out of date or had been changed. Nothing was paid. Please choose again.")
    return page(view, new_form(view), 422, [said])


def twin_page(view: View, form: ReviewForm, twin: TwinPayment) -> ResponseReturnValue:
    """A payment of the same amount was begun minutes ago: show it, and ask before a second one."""
    return htmx.render("portal/pay/twin.html", status=409, view=view, form=form, twin=twin)
