"""The form of a new lease-to-own: its fields, and the terms they mean."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from blueprints.office.opening_fields import (
    PERIODS,
    ROUNDINGS,
    OpeningForm,
    Rows,
    choice,
    every_field,
    needed,
    start_field,
)
from blueprints.office.opening_goods import GoodsRow
from blueprints.shared.fields import DayField, MoneyField, NumberField, WholeField, WholesField
from domain.rules.lease import BuyoutRule, LeaseTerms
from domain.rules.recurrence import first_due_from

BUYOUTS = {
    "discount": _("A part off the payments not yet due"),
    "share": _("A part of all payments less all paid"),
    "balloon": _("The balloon and a part of the rest"),
}
UNFINISHED = {"prorated": _("By the day"), "whole": _("As a whole period")}


class LeaseForm(OpeningForm):
    GROUPS = (
        (_("The goods"), None, ("goods", "cash_price"), True),
        (
            _("Payments"), None,
            ("payment", "count", "frequency", "every_days", "start", "first_due", "tax", "deposit"), True,
        ),
        (
            _("Buying early"), _("Same as cash, then the early-purchase rule."),
            ("same_as_cash_days", "same_as_cash_fee", "buyout_form", "buyout_percent", "discount_prepaid",
             "full_price_payments", "balloon", "tax_on_buyout"), False,
        ),
        (
            _("How it is computed"), _("Days of the month, rounding, goods that come back."),
            ("anchor_days", "rounding", "unfinished"), False,
        ),
    )  # fmt: skip

    goods = Rows(GoodsRow, _("Goods"))
    cash_price = MoneyField(_("Cash price"), [needed(_("Enter what the goods cost in cash."))])
    payment = MoneyField(_("Payment before tax"), [needed(_("Enter the payment, for example 49.99."))])
    count = WholeField(_("How many payments"), [needed(_("Enter how many payments, for example 12."))])
    frequency = choice(_("How often"), PERIODS, "monthly")
    every_days = every_field()
    start = start_field(_("First day"))
    first_due = DayField(_("First payment due"), description=_("Left empty: on the first day, in advance."))
    tax = NumberField(_("Tax on each payment, in percent"))
    deposit = MoneyField(_("Deposit"), description=_("Held, given back, and taken off when bought early."))
    same_as_cash_days = WholeField(_("Same as cash, in days"), description=_("Left empty: no such option."))
    same_as_cash_fee = MoneyField(_("Fee for it"))
    buyout_form = choice(_("Early purchase"), BUYOUTS)
    buyout_percent = NumberField(_("That part, in percent"))
    discount_prepaid = BooleanField(_("What was paid ahead is discounted too"))
    full_price_payments = WholeField(_("Last payments without a discount"))
    balloon = MoneyField(_("Balloon for ownership"), description=_("Before tax, when the payments have run."))
    tax_on_buyout = BooleanField(_("Tax on the buyout"), default=True)
    anchor_days = WholesField(_("Days of the month"), description=_("For twice a month, for example 15, 31."))
    rounding = choice(_("Tax is rounded"), ROUNDINGS)
    unfinished = choice(_("A period in which goods come back is owed"), UNFINISHED)

    def starts(self) -> date:
        return self.start.data

    def terms(self) -> LeaseTerms:
        name, anchors = self.frequency_name(), self.anchor_days.data or ()
        return LeaseTerms(
            cash_price_minor=self.cash_price.data,
            payment_minor=self.payment.data,
            count=self.count.data,
            frequency=name,
            start_on=self.start.data,
            first_due_on=self.first_due.data or first_due_from(name, self.start.data, anchors),
            anchor_days=anchors or None,
            tax_percent=self.tax.data or Decimal(0),
            same_as_cash_days=self.same_as_cash_days.data or 0,
            same_as_cash_fee_minor=self.same_as_cash_fee.data or 0,
            buyout=BuyoutRule(
                form=self.buyout_form.data,
                percent=self.buyout_percent.data or Decimal(0),
                discount_prepaid=self.discount_prepaid.data,
                full_price_payments=self.full_price_payments.data or 0,
            ),
            balloon_minor=self.balloon.data or 0,
            deposit_minor=self.deposit.data or 0,
            tax_on_buyout=self.tax_on_buyout.data,
            unfinished=self.unfinished.data,
            rounding=self.rounding.data,
            currency=self.code,
        )
