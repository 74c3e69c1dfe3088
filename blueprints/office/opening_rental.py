"""The form of a new rental: its fields, and the terms they mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, HiddenField, SelectField
from wtforms.fields import SelectChoice

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
from blueprints.office.typed import text_field
from blueprints.shared.fields import DayField, MoneyField, WholeField, WholesField
from blueprints.shared.signed_in import scope
from domain.actions.openings import Opening
from domain.reports import applications
from domain.reports.properties import unit_choices
from domain.rules.allocation import Profile
from domain.rules.rent import Concession, RentLine, RentTerms
from domain.words import N_, Refused, Sentence

PRORATION = {
    "actual": _("By the days of that month"),
    "30": _("By days of a month of 30"),
    "30/360": _("By days, each month counted as 30"),
    "365": _("By the day, a year of 365"),
    "366": _("By the day of the year"),
    "none": _("As a whole month"),
}
ADDED = {"addon": _("Add-on: parking, a pet, storage"), "utility": _("Utilities: water, power")}
GIVEN = {
    "free": _("These days are free"),
    "off": _("So much less each period"),
    "spread": _("So much in all, spread evenly"),
}
PROFILES = {
    "rent-first": _("Rent first, fees last"),
    "oldest-first": _("The oldest first"),
    "fees-first": _("Fees first"),
}
RENT = "Rent"


class AddedRow(Form):
    type = choice(_("What it is"), ADDED)
    name = text_field(_("Name"), 40)
    amount = MoneyField(_("Each period"))
    from_on = DayField(_("From"))
    until_on = DayField(_("Until"))
    whole = BooleanField(_("Never in part: a part of a period is charged as a whole one"))


class IncreaseRow(Form):
    from_on = DayField(_("From"))
    amount = MoneyField(_("New rent"))


class ConcessionRow(Form):
    kind = choice(_("What is given"), GIVEN)
    name = text_field(_("Name"), 40)
    amount = MoneyField(_("Amount"))
    from_on = DayField(_("From"))
    until_on = DayField(_("Until"))


class RentalForm(OpeningForm):
    SHARES = True
    ALIASES = {
        "from": "from_on", "to": "to_on", "name": "lines", "type": "lines", "concession": "concessions",
        "share": "who", "order": "allocation",
    }  # fmt: skip
    GROUPS = (
        (
            _("The tenancy"), None,
            ("unit", "rent", "from_on", "to_on", "goes_on", "due_day", "deposit"), True,
        ),
        (_("What comes with it"), _("Parking, a pet, water: each with its amount."), ("lines",), True),
        (
            _("Increases and concessions"), _("A new rent from a day; days that are free."),
            ("increases", "concessions"), False,
        ),
        (
            _("How it is computed"), _("Frequency, parts of a month, the order in which money pays."),
            ("frequency", "every_days", "anchor_days", "anchor", "proration", "rounding", "allocation",
             "bill_from"), False,
        ),
    )  # fmt: skip

    application = HiddenField()
    unit = SelectField(_("Unit"))
    rent = MoneyField(_("Rent each period"), [needed(_("Enter the rent, for example 1200."))])
    from_on = start_field(_("First day"))
    to_on = DayField(_("Last day"), description=_("It counts. Left empty: month to month from the start."))
    goes_on = BooleanField(_("Goes on month to month after the last day"))
    due_day = WholeField(
        _("Rent is due on day"), default=1, description=_("Of the month; 31 is the last day.")
    )
    deposit = MoneyField(_("Security deposit"), description=_("Held and given back, never income."))
    lines = Rows(AddedRow, _("Add-ons and utilities"))
    increases = Rows(IncreaseRow, _("Rent increases"))
    concessions = Rows(ConcessionRow, _("Concessions"))
    frequency = choice(_("How often"), PERIODS, "monthly")
    every_days = every_field()
    anchor_days = WholesField(_("Days of the month"), description=_("For twice a month, for example 15, 31."))
    anchor = DayField(
        _("A first day of a period"), description=_("Where rent runs by weeks or several months.")
    )
    proration = choice(_("A part of a month"), PRORATION)
    rounding = choice(_("A part is rounded"), ROUNDINGS)
    allocation = choice(_("Money pays"), PROFILES)
    bill_from = DayField(
        _("Bill from"), description=_("What was due before this day is not yours to collect.")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = unit_choices(scope())
        self.unit.choices = [SelectChoice("", _("Choose the unit")), *(SelectChoice(*one) for one in units)]
        if not self.is_submitted():
            self.unit.data = request.args.get("unit", "")

    def begin(self) -> list[str]:
        """From an approved application: its unit, its person, and the day they want."""
        asked = applications.for_move_in(scope(), request.args.get("application", "")[:64])
        if asked is None:
            return super().begin()
        self.application.data, self.unit.data = asked.row.ref, asked.unit_ref
        self.from_on.data = asked.row.wanted_from
        return [asked.person_ref]

    def starts(self) -> date:
        return self.from_on.data

    def opening(self) -> Opening:
        """A rental that nobody gave a name is called by its unit: else people would read a bare number."""
        made = super().opening()
        return (
            made if made.title else replace(made, title=dict(unit_choices(scope())).get(self.unit.data, ""))
        )

    def terms(self) -> RentTerms:
        if not self.unit.data:
            raise Refused(Sentence(N_("Choose the unit that is let.")), "unit")
        monthly = self.frequency.data in ("monthly", "quarterly", "yearly")
        return RentTerms(
            from_on=self.from_on.data,
            to_on=self.to_on.data,
            due_day=self.due_day.data if monthly else None,
            frequency=self.frequency_name(),
            anchor=self.anchor.data,
            anchor_days=self.anchor_days.data or None,
            proration=self.proration.data,
            rounding=self.rounding.data,
            currency=self.code,
            goes_on=bool(self.goes_on.data and self.to_on.data),
            lines=(*self.rents(), *(self.added(row) for row in self.lines.rows)),
            concessions=tuple(self.given(row) for row in self.concessions.rows),
            shares=self.shares(),
        )

    def rents(self) -> tuple[RentLine, ...]:
        """The rent, and each increase as a row of its own from its day on."""
        if not self.rent.data:
            raise Refused(Sentence(N_("The rent must be above zero.")), "rent")
        raises = [(row.from_on.data, row.amount.data) for row in self.increases.rows]
        if any(day is None or amount is None for day, amount in raises):
            raise Refused(Sentence(N_("Each increase needs its day and the new rent.")), "increases")
        days = [day for day, _amount in raises]
        if days != sorted(set(days)) or (days and days[0] <= self.from_on.data):
            words = N_("Increases come after the first day, each on a later day than the one before.")
            raise Refused(Sentence(words), "increases")
        ends = [*(day - timedelta(days=1) for day in days), None]
        rows = [(None, self.rent.data), *raises]
        return tuple(
            RentLine("rent", RENT, amount, start, end)
            for (start, amount), end in zip(rows, ends, strict=True)
        )

    def added(self, row: Any) -> RentLine:
        if row.amount.data is None:
            raise Refused(Sentence(N_("Each add-on needs a name and an amount.")), "lines")
        return RentLine(
            row.type.data,
            row.name.data or "",
            row.amount.data,
            row.from_on.data,
            row.until_on.data,
            not row.whole.data,
        )

    def given(self, row: Any) -> Concession:
        return Concession(
            row.name.data or str(GIVEN[row.kind.data]), row.kind.data, row.amount.data or 0, row.from_on.data,
            row.until_on.data,
        )  # fmt: skip

    def opening_options(self) -> dict[str, Any]:
        return {
            "unit_ref": self.unit.data,
            "bill_from": self.bill_from.data,
            "deposit_minor": self.deposit.data or 0,
            "allocation": Profile(self.allocation.data),
            "application_ref": (self.application.data or "")[:64],
        }
