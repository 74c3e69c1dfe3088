"""The form of a new loan: its fields, and the terms they mean."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form

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
from domain.rules.recurrence import first_due_after
from domain.rules.terms import LoanTerms
from domain.words import N_, Refused, Sentence

INTEREST = {
    "period": _("By the period"),
    "daily": _("By the day, days counted"),
    "flat": _("Flat, on the first amount"),
}
DAY_COUNTS = {
    "30/360": _("Months of 30 days, a year of 360"),
    "actual/365": _("The days there are, a year of 365"),
    "actual/360": _("The days there are, a year of 360"),
    "actual/actual": _("The days there are, each year as long as it is"),
}
LAST = {
    "absorb": _("The last payment takes the rest"),
    "equal": _("All are equal; a rest is reported"),
    "interest": _("The interest of the last takes the rest"),
}
REBATES = {"days": _("That of the days left"), "actuarial": _("By the actuarial rule")}
ORDERS = {
    "interest,principal,fees": _("Interest, principal, fees"),
    "fees,interest,principal": _("Fees, interest, principal"),
    "interest,fees,principal": _("Interest, fees, principal"),
    "penalties,fees,interest,principal": _("Penalties, fees, interest, principal"),
    "principal,interest,fees": _("Principal, interest, fees"),
}


class StepRow(Form):
    at = WholeField(_("From payment number"))
    amount = MoneyField(_("Payment"))


class LoanForm(OpeningForm):
    GROUPS = (
        (
            _("The loan"), None,
            ("principal", "rate", "count", "frequency", "every_days", "start", "first_due", "interest"), True,
        ),
        (
            _("Payments"), _("A stated payment, a balloon, pauses, steps."),
            ("payment", "balloon", "interest_only", "skip_months", "steps", "last", "anchor_days"), False,
        ),
        (
            _("How it is computed"), _("Counting days, rounding, the order in which money pays."),
            ("day_count", "rounding", "payment_rounding", "payment_unit", "waterfall", "rebate"), False,
        ),
        (_("What it is for"), _("Item, serial number or VIN, price."), ("goods",), False),
    )  # fmt: skip

    principal = MoneyField(_("Amount of the loan"), [needed(_("Enter the amount, for example 18500."))])
    rate = NumberField(
        _("Interest a year, in percent"), [needed(_("Enter the rate, for example 9.9, or 0."))]
    )
    count = WholeField(_("How many payments"), [needed(_("Enter how many payments, for example 60."))])
    frequency = choice(_("How often"), PERIODS, "monthly")
    every_days = every_field()
    start = start_field(_("Interest begins on"))
    first_due = DayField(_("First payment due"), description=_("Left empty: one period after the start."))
    interest = choice(
        _("Interest is reckoned"),
        INTEREST,
        description=_("By the period: the rate over the payments a year."),
    )
    payment = MoneyField(_("Stated payment"), description=_("Taken as it is. Left empty: computed."))
    balloon = MoneyField(_("Balloon"), description=_("On top of the last payment."))
    interest_only = WholeField(_("First payments of interest alone"))
    skip_months = WholesField(
        _("Months without a payment"), description=_("By number, for example 6, 7, 8. Interest is carried.")
    )
    steps = Rows(StepRow, _("Steps of the payment"))
    last = choice(_("At the end"), LAST)
    anchor_days = WholesField(
        _("Days of the month"), description=_("For twice a month, for example 15, 31. 31 is the last day.")
    )
    day_count = choice(_("Days are counted by"), DAY_COUNTS)
    rounding = choice(_("Interest is rounded"), ROUNDINGS)
    payment_rounding = choice(_("The payment is rounded"), ROUNDINGS)
    payment_unit = MoneyField(_("Payments are multiples of"), description=_("1 means whole dollars."))
    waterfall = choice(_("Money pays"), ORDERS)
    rebate = choice(_("Flat interest not charged when paid off early"), REBATES)
    goods = Rows(GoodsRow, _("Goods"))

    @property
    def waterfall_text(self) -> str:
        return str(self.waterfall.data)

    def silent(self) -> set[str]:
        return super().silent() | (set() if self.interest.data == "flat" else {"rebate"})

    def starts(self) -> date:
        return self.start.data

    def terms(self) -> LoanTerms:
        name, anchors = self.frequency_name(), self.anchor_days.data or ()
        return LoanTerms(
            principal_minor=self.principal.data,
            annual_rate_percent=self.rate.data,
            count=self.count.data,
            frequency=name,
            start_on=self.start.data,
            first_due_on=self.first_due.data or first_due_after(name, self.start.data, anchors),
            interest=self.interest.data,
            day_count=self.day_count.data,
            rounding=self.rounding.data,
            payment_rounding=self.payment_rounding.data,
            payment_unit_minor=1 if self.payment_unit.data is None else self.payment_unit.data,
            payment_minor=self.payment.data,
            last=self.last.data,
            balloon_minor=self.balloon.data or 0,
            skip_months=tuple(sorted(set(self.skip_months.data or ()))),
            interest_only=self.interest_only.data or 0,
            anchor_days=anchors or None,
            currency=self.code,
            steps=tuple(self.step(row) for row in self.steps.rows),
            rebate=self.rebate.data if self.interest.data == "flat" else "days",
        )

    def step(self, row: Any) -> tuple[int, int]:
        if row.at.data is None or row.amount.data is None:
            raise Refused(Sentence(N_("Each step needs the number of a payment and an amount.")), "steps")
        return row.at.data, row.amount.data
