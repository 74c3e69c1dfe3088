"""The forms of paying one agreement: what can be chosen, what was chosen, and how it travels from step to step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from blueprints.shared.clock import today
from blueprints.shared.fields import DayField, MoneyField, RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions.payment_limits import check_day
from domain.reports import previews, ways_to_pay
from domain.reports.agreements import View
from domain.reports.ways_to_pay import Way
from domain.sealing import fresh_ref
from domain.words import Refused

PURPOSE = "payment"
SEALED = ("amount", "fee", "method", "extra", "on", "choice")
"""What the review asks about, and its sealed ref is bound to."""
CARRIED = (*SEALED, "shown")
"""The hidden fields that the review sends."""


class PayForm(FlaskForm):
    choice = RadioField(_("How much?"), [InputRequired(_("Choose how much to pay."))])
    amount = MoneyField(_("Another amount"))
    extra = RadioField(_("If it is more than is due, the rest shall"), default="shorter")
    method = RadioField(_("Pay from"), [InputRequired(_("Choose where the money comes from."))])
    on = DayField(_("On a later day"))
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

    @property
    def way(self) -> Way | None:
        return next((way for way in self.saved if way.ref == self.method.data), None)


class ReviewForm(FlaskForm):
    amount = HiddenField()
    fee = HiddenField()
    method = HiddenField()
    extra = HiddenField()
    on = HiddenField()
    choice = HiddenField()
    ref = RefField(purpose=PURPOSE)
    agree = BooleanField(_("Your permission"), [InputRequired(_("Tick the box to allow this payment."))])
    again = HiddenField()
    shown = HiddenField()
    """The hash of the permission as the page showed it."""

    @property
    def sealed(self) -> list[str]:
        """What its ref was sealed for, besides the user and the agreement."""
        return [self[name].data or "" for name in SEALED]

    def opened(self) -> Asked:
        """What it asks about. Only for a form whose ref was opened: then these values are ours."""
        on = date.fromisoformat(self.on.data) if self.on.data else None
        return Asked(
            int(self.amount.data), int(self.fee.data), self.method.data, self.extra.data or "shorter", on,
            self.choice.data or "",
        )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the payer is about to confirm, in minor units; `on` is None for today."""

    amount: int
    fee: int
    method: str
    extra: str
    on: date | None
    choice: str


def owner(view: View, *bound: Any) -> str:
    """Whom and what a sealed ref is for: the user, the agreement, and on the review page what it asks about."""
    return ":".join([current_user.user_ref, view.ref, *(str(part) for part in bound)])


def pay_form(view: View, given: MultiDict[str, str] | None = None) -> PayForm:
    """The form as it was sent (or as an address gives it), with this agreement's amounts and this person's methods."""
    sent = request.form if given is None else given
    form = PayForm() if given is None else PayForm(given, meta={"csrf": False})
    form = _with_choices(form, view, sent.get("method", ""))
    if form.choice.data != "other":
        # What was once typed for another amount is not asked for any more.
        form.amount.process_errors = []
    return form


def new_form(view: View, amount: str = "", method: str = "", extra: str = "", on: str = "") -> PayForm:
    """A form with a new ref. `amount` (minor units), `method` and day are chosen already where they can be."""
    form = PayForm(formdata=None)
    form.on.data = _day(on)
    form = _with_choices(form, view, method)
    form.ref.data = seal_ref(PURPOSE, fresh_ref(), owner(view))
    usable = [one.ref for one in form.saved if one.problem is None]
    form.method.data = method if method in usable else (usable[0] if usable else None)
    # Nobody pays a whole loan off by not looking: that is never what is chosen already.
    asked = (
        one.name for one in form.offers if one.extra != "close" or one.amount_minor <= view.due.headline_minor
    )
    form.choice.data = next(asked, "other")
    if amount.isascii() and amount.isdigit() and 0 < len(amount) < 13:
        offer = next((offer for offer in form.offers if offer.amount_minor == int(amount)), None)
        form.choice.data = offer.name if offer else "other"
        form.amount.data = None if offer else int(amount)
    if extra in view.offers.extra:
        form.extra.data = extra
    return form


def _day(text: str) -> date | None:
    """The later day that an address names; None for today and for what is none."""
    try:
        return _served(date.fromisoformat(text[:10]) if text else None)
    except ValueError:
        return None


def _served(day: date | None) -> date | None:
    """The day where one can pay on it; else None, and the amounts offered are those of today."""
    try:
        check_day(day, today())
    except Refused:
        return None
    return day


def _with_choices(form: PayForm, view: View, method: str) -> PayForm:
    form.at = previews.on_day(view, max(_served(form.on.data) or view.on, view.on))
    form.offers = previews.choices(form.at)
    form.saved = ways_to_pay.ways(scope(), view.agreement, today(), also=method)
    named = [SelectChoice(offer.name, here().say(offer.title)) for offer in form.offers]
    form.choice.choices = [*named, SelectChoice("other", gettext("Another amount"))]
    form.method.choices = [SelectChoice(one.ref, here().say(one.label)) for one in form.saved]
    form.extra.choices = [
        SelectChoice(name, gettext(previews.EXTRA_WORDS[name])) for name in view.offers.extra
    ]
    if not form.extra.choices:
        del form.extra
    form.amount.currency = view.currency
    form.ref.owner = owner(view)
    return form


def chosen_amount(form: PayForm) -> int | None:
    """The amount the form asks for in minor units, checked against what is owed; None with the error in its field."""
    if not _day_serves(form):
        return None
    offer = form.offer
    field = form.choice if offer else form.amount
    amount = offer.amount_minor if offer else form.amount.data
    if field.errors or (offer is None and form.choice.data != "other"):
        return None
    if offer is None and form.amount.process_errors:
        form.amount.errors = list(form.amount.process_errors)
        return None
    try:
        previews.check(form.at, amount or 0)
    except Refused as refused:
        field.errors = [*field.errors, here().say(refused.sentence)]
        return None
    return amount


def _day_serves(form: PayForm) -> bool:
    if form.on.process_errors:
        form.on.errors = list(form.on.process_errors)
        return False
    try:
        check_day(form.on.data, today())
    except Refused as refused:
        form.on.errors = [here().say(refused.sentence)]
        return False
    return True


def way_serves(form: PayForm) -> bool:
    """Whether the chosen way can be used for this payment; else with the error in its field."""
    way, later = form.way, form.on.data is not None and form.on.data > today()
    wrong = ""
    if way is not None and way.problem is not None:
        wrong = here().say(way.problem)
    elif way is not None and way.hosted and later:
        wrong = gettext(
            "On the processor's page you can only pay today. Choose a saved way to pay, or today."
        )
    if wrong:
        form.method.errors = [*form.method.errors, wrong]
    return not wrong


def asked_of(view: View, form: PayForm, amount: int) -> Asked:
    """What a form that was found right asks for; today is said by no day."""
    on = form.on.data if form.on.data and form.on.data > today() else None
    way = form.way
    fee = ways_to_pay.fees(view.agreement, [way], amount, today())[way.ref] if way else 0
    return Asked(amount, fee, form.method.data, form.wish, on, form.choice.data)


def review_address(view: View, asked: Asked, ref: str) -> str:
    """The address of the review, which is a page of its own: with what it asks about, sealed."""
    on = asked.on.isoformat() if asked.on else ""
    values = (asked.amount, asked.fee, asked.method, asked.extra, on, asked.choice)
    sealed = seal_ref(PURPOSE, ref, owner(view, *values))
    named = dict(zip(SEALED, values, strict=True))
    return url_for("portal.review_payment", ref=view.ref, **named, sealed=sealed)


def address_of(view: View, form: PayForm) -> str:
    """Where a form that was refused is shown again, with what was typed: a page of its own that Back can show."""
    return url_for(
        "portal.new_payment", ref=view.ref, choice=(form.choice.data or "")[:20], amount=form.amount.typed or "",
        method=(form.method.data or "")[:64], extra=form.wish[:8], on=(getattr(form.on, "typed", "") or "")[:20],
        sealed=(form.ref.data or "")[:400],
    )  # fmt: skip


def change_address(view: View, asked: Asked) -> str:
    """Back to the first step, with what was chosen."""
    return url_for(
        "portal.new_payment", ref=view.ref, amount=asked.amount, method=asked.method, extra=asked.extra,
        on=asked.on.isoformat() if asked.on else None,
    )  # fmt: skip
