"""The form of a new credit line: its fields, and the terms they mean."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form

from blueprints.office.opening_fields import ROUNDINGS, OpeningForm, Rows, choice, needed, start_field
from blueprints.shared.fields import MoneyField, NumberField, WholeField
from domain.rules.credit_line import CreditTerms, MinimumRule, MinimumTier

BASES = {
    "actual/365": _("The days there are, a year of 365"),
    "actual/360": _("The days there are, a year of 360"),
    "actual/actual": _("The days there are, each year as long as it is"),
    "monthly": _("A twelfth of the rate each month"),
}


class TierRow(Form):
    above = MoneyField(_("Balances above"))
    percent = NumberField(_("Percent of the balance"))
    money = MoneyField(_("And an amount"))
    plus_interest = BooleanField(_("Interest on top"))
    plus_fees = BooleanField(_("Fees on top"))
    plus_past_due = BooleanField(_("What is past due on top"))


class CreditForm(OpeningForm):
    GROUPS = (
        (_("The line"), None, ("limit", "rate", "start", "closing_day", "due_days", "grace"), True),
        (
            _("Minimum payment"), _("The first row is for balances from zero; further rows for larger ones."),
            ("minimum_tiers", "minimum_floor", "minimum_unit", "minimum_rounding"), True,
        ),
        (_("How it is computed"), _("Counting days, rounding."), ("basis", "rounding"), False),
    )  # fmt: skip

    limit = MoneyField(_("Limit"), [needed(_("Enter the limit, for example 2000."))])
    rate = NumberField(
        _("Interest a year, in percent"), [needed(_("Enter the rate, for example 23.99, or 0."))]
    )
    start = start_field(_("Begins on"))
    closing_day = WholeField(
        _("Statement closes on day"), [needed(_("Enter a day of the month, 1 to 31."))], default=31,
        description=_("Of each month; 31 is the last day."),
    )  # fmt: skip
    due_days = WholeField(_("Days to pay a statement"), [needed(_("Enter how many days."))], default=25)
    grace = BooleanField(
        _("No interest on new purchases when the last statement was paid in full"), default=True
    )
    minimum_tiers = Rows(TierRow, _("Lines of the minimum payment"))
    minimum_floor = MoneyField(_("At least"), description=_("Never above the balance."))
    minimum_unit = MoneyField(_("Rounded to multiples of"), description=_("1 means whole dollars."))
    minimum_rounding = choice(_("The minimum is rounded"), ROUNDINGS)
    basis = choice(_("Days are counted by"), BASES)
    rounding = choice(_("Interest is rounded"), ROUNDINGS)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not self.is_submitted():
            first = self.minimum_tiers.entries[0].form
            first.percent.data, first.plus_interest.data, first.plus_fees.data = Decimal("2"), True, True
            first.plus_past_due.data = True

    def starts(self) -> date:
        return self.start.data

    def terms(self) -> CreditTerms:
        tiers = tuple(
            MinimumTier(
                above_minor=row.above.data or 0,
                percent=row.percent.data or Decimal(0),
                money_minor=row.money.data or 0,
                plus_interest=row.plus_interest.data,
                plus_fees=row.plus_fees.data,
                plus_past_due=row.plus_past_due.data,
            )
            for row in self.minimum_tiers.rows
        )
        return CreditTerms(
            limit_minor=self.limit.data,
            annual_rate_percent=self.rate.data,
            closing_day=self.closing_day.data,
            minimum=MinimumRule(
                tiers=tiers,
                floor_minor=self.minimum_floor.data or 0,
                unit_minor=1 if self.minimum_unit.data is None else self.minimum_unit.data,
                rounding=self.minimum_rounding.data,
            ),
            due_days=self.due_days.data,
            basis=self.basis.data,
            rounding=self.rounding.data,
            grace=self.grace.data,
            currency=self.code,
        )
