"""The form of the counter: how much is paid, by whom, with what, for which day, and what more money shall do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from blueprints.office.hand_form import HandForm
from blueprints.shared.clock import today
from blueprints.shared.fields import MoneyField, RefField, seal_ref
from blueprints.shared.formats import here
from domain.actions import counter as acts
from domain.reports import previews
from domain.reports.agreements import View
from domain.reports.office_views import Holder
from domain.sealing import fresh_ref


class PaymentForm(HandForm):
    """How much, by whom, and what was handed over."""

    choice = RadioField(_("How much?"), validators=[InputRequired(_("Choose an amount."))])
    amount = MoneyField(_("Another amount"))
    payer = RadioField(_("Who pays?"), default="")
    extra = RadioField(_("If it is more than is due, the rest shall"), default="shorter")
    form_ref = RefField(purpose="counter")

    def __init__(self, at: View, holders: Sequence[Holder] = (), *, fresh: bool = False):
        super().__init__(formdata=None if fresh else request.args)
        self.at = at
        self.amount.currency = self.given.currency = at.currency
        self.payers = {holder.ref: holder.payer for holder in holders}
        self.payer.choices = [
            SelectChoice("", _("Whoever brought it: it pays whatever is due")),
            *(SelectChoice(holder.ref, holder.name) for holder in holders),
        ]
        self.form_ref.owner = owner(at)
        self.choice.choices = [SelectChoice(name, label) for name, label, _minor in choices(at)]
        self.extra.choices = [
            SelectChoice(one, gettext(previews.EXTRA_WORDS[one])) for one in at.offers.extra
        ]
        if not self.extra.choices:
            del self.extra
        if fresh:
            self.choice.data, self.instrument.data = self.choice.choices[0].value, "cash"
            self.day.data = today()
            self.form_ref.data = seal_ref("counter", fresh_ref(), owner(at))

    @property
    def payer_key(self) -> str:
        """The key of whoever was named as the payer; "" for nobody."""
        return self.payers.get(self.payer.data or "", "")

    @property
    def torn(self) -> bool:
        """Whether an amount was typed although another choice is marked: nobody can tell which one is meant."""
        return self.choice.data != "other" and bool((self.amount.typed or "").strip())

    @property
    def wish(self) -> str:
        """What the money above what is due shall do: the amount says it, or the clerk marked it."""
        offers = {offer.name: offer.extra for offer in offered(self.at)}
        return offers.get(self.choice.data) or (self.extra.data if self.extra else "") or "shorter"

    @property
    def minor(self) -> int | None:
        """The amount meant, in minor units; None while nothing usable was said."""
        if self.torn:
            return None
        fixed = {name: minor for name, _label, minor in choices(self.at)}
        return self.amount.data if self.choice.data == "other" else fixed.get(self.choice.data)

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if self.torn:
            self.choice.errors = [
                _("You typed an amount, but another choice is marked. Mark the one you mean.")
            ]
            return False
        if self.choice.data == "other" and not self.amount.errors and not self.amount.data:
            self.amount.errors = [_("Enter an amount above zero, for example 155.97.")]
            return False
        if self.day.errors or not self.day_fits(self.at.agreement.opened_on):
            return False
        if (self.minor or 0) > acts.MOST_MINOR:
            self.amount.errors = [_("This amount is too large. Check the number of digits.")]
            return False
        return fine and self.hand_fits(self.minor or 0, self.at.currency)


def owner(at: View) -> str:
    return f"{current_user.user_ref}:{at.ref}"


def choices(at: View) -> list[tuple[str, Any, int]]:
    """(name, label, minor units) of the amounts a clerk may take with one press, the likeliest first."""
    found = [(offer.name, here().say(offer.title), offer.amount_minor) for offer in offered(at)]
    return [*found, ("other", _("Another amount"), 0)]


def amounts(at: View) -> dict[str, dict[str, str]]:
    """What stands beside each choice: the amount that it takes."""
    return {
        name: {"amount": here().money(minor, at.currency)} for name, _label, minor in choices(at) if minor
    }


def offered(at: View) -> list[previews.Choice]:
    """What the kind offers to a payer; what is on its way is not taken off, since money at the counter is in hand."""
    offers = at.offers.choices(at.terms, at.position, at.on)
    return [offer for offer in offers if offer.amount_minor > 0]
