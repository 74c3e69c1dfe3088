"""The forms of what may be changed on a running rental: the rent, what comes with it, its last day, the move-out."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from blueprints.office.adjusting import reason_field
from blueprints.office.change_form import A_DAY, AN_AMOUNT, DEDUCTIONS, YES_NO, ChangeForm
from blueprints.office.typed import text_field
from blueprints.shared.clock import today
from blueprints.shared.fields import DayField, MoneyField, WholeField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions.changes import Change
from domain.actions.move_out_backs import MoveOutBack
from domain.actions.move_outs import MoveOut
from domain.actions.rental_changes import MOST_NAME, AddOn, EndAddOn, GiveConcession, NewRent
from domain.actions.stay_changes import Notice, NoticeTakenBack, Renewal
from domain.actions.transfers import Transfer
from domain.reports import legal_days
from domain.reports.agreements import View
from domain.reports.changes import notice_of
from domain.reports.properties import unit_choices
from domain.rules.deposits import Deduction


def _line_choices(at: View, rent: bool) -> list[SelectChoice]:
    """The lines that run, by name and amount: of the rent, or of what comes with it."""
    running = [row for row in at.terms.terms.lines if (row.type == "rent") == rent]
    running = [row for row in running if row.until_on is None or row.until_on >= today()]
    shown = {row.name: here().money(row.amount_minor, at.currency) for row in reversed(running)}
    return [SelectChoice(name, f"{name} ({amount})") for name, amount in reversed(shown.items())]


def _next_first(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


class RentForm(ChangeForm):
    TITLE = _("Change the rent")
    LEAD = _("From a day on. Where rent was billed for it already, the difference is posted.")
    HINTS = {
        "agreed": _(
            "In the lease or since. Then it may rise in a fixed term, and no days of notice are asked for."
        )
    }
    line = SelectField(_("Which rent"), [InputRequired()])
    amount = MoneyField(_("New amount a period"), [AN_AMOUNT])
    from_on = DayField(_("From"), [A_DAY])
    agreed = RadioField(_("Both sides agreed on it in writing"), choices=YES_NO, default="no")
    reason = reason_field()

    def prepare(self, at: View, *, fresh: bool) -> None:
        self.line.choices = _line_choices(at, rent=True)
        if fresh:
            self.line.data = next((one.value for one in self.line.choices), None)
            self.from_on.data = _next_first(today())

    @property
    def change(self) -> Change:
        return NewRent(
            self.line.data, self.amount.data or 0, self.from_on.data, agreed=self.agreed.data == "yes"
        )


class AddOnForm(ChangeForm):
    TITLE = _("Add something to the rent")
    LEAD = _("It is asked for with the rent each period, from a day on.")
    HINTS = {"name": _("The customer reads this, for example Parking.")}
    name = text_field(_("What it is"), MOST_NAME, DataRequired(_("Say what it is, for example Parking.")))
    amount = MoneyField(_("Amount a period"), [AN_AMOUNT])
    from_on = DayField(_("From"), [A_DAY])
    prorate = RadioField(_("Part of a period costs part of it"), choices=YES_NO, default="yes")
    reason = reason_field()

    def prepare(self, at: View, *, fresh: bool) -> None:
        if fresh:
            self.from_on.data = _next_first(today())

    @property
    def change(self) -> Change:
        return AddOn(self.name.data, self.amount.data or 0, self.from_on.data, self.prorate.data == "yes")


class EndAddOnForm(ChangeForm):
    TITLE = _("Take something off the rent")
    LEAD = _("It is asked for the last time for a day; what was billed after it is taken back.")
    line = SelectField(_("What ends"), [InputRequired(_("Nothing comes with the rent here."))])
    last_on = DayField(_("Last day"), [A_DAY])
    reason = reason_field()

    def prepare(self, at: View, *, fresh: bool) -> None:
        self.line.choices = _line_choices(at, rent=False)
        if fresh:
            self.line.data = next((one.value for one in self.line.choices), None)

    @property
    def change(self) -> Change:
        return EndAddOn(self.line.data, self.last_on.data)


class ConcessionForm(ChangeForm):
    TITLE = _("Give something away")
    LEAD = _("Days that cost no rent, or less rent for a while.")
    HINTS = {"amount": _("Only where it is so much less each period.")}
    OPTIONAL = ("amount",)
    kind = RadioField(
        _("What is given"),
        choices=[SelectChoice("free", _("Free days")), SelectChoice("off", _("So much less each period"))],
        default="free",
    )
    name = text_field(_("What for"), MOST_NAME, DataRequired(_("Say what it is for.")))
    amount = MoneyField(_("Less each period"))
    from_on = DayField(_("From"), [A_DAY])
    until_on = DayField(_("Through"), [A_DAY])
    reason = reason_field()

    @property
    def change(self) -> Change:
        less = self.amount.data or 0 if self.kind.data == "off" else 0
        return GiveConcession(self.kind.data, self.name.data, less, self.from_on.data, self.until_on.data)


class NoticeForm(ChangeForm):
    TITLE = _("Notice")
    LEAD = _("Somebody gave notice, or month to month ends: rent is asked through that day and not after.")
    OPTIONAL = ("given_on",)
    HINTS = {"given_on": _("Left empty: today.")}
    given_by = RadioField(
        _("Who gave notice"),
        choices=[SelectChoice("tenant", _("The tenant")), SelectChoice("landlord", _("The landlord"))],
        default="tenant",
    )
    given_on = DayField(_("Given on"))
    last_on = DayField(_("Last day"), [A_DAY])
    reason = reason_field()

    @property
    def change(self) -> Change:
        return Notice(self.last_on.data, self.given_on.data, self.given_by.data)


class NoticeBackForm(ChangeForm):
    TITLE = _("Take notice back")
    LEAD = _("They stay after all: the stay ends as it would have without the notice, and rent goes on.")
    reason = reason_field()

    @property
    def change(self) -> Change:
        return NoticeTakenBack()


class RenewalForm(ChangeForm):
    TITLE = _("Renew")
    LEAD = _("The stay goes on with the same terms, and with another rent from a day on where there is one.")
    OPTIONAL = ("to_on", "amount", "from_on")
    HINTS = {
        "to_on": _("It counts. Left empty: month to month after the day agreed so far."),
        "amount": _("Left empty: the rent stays."),
        "from_on": _("Left empty: today."),
    }
    to_on = DayField(_("New last day"))
    goes_on = RadioField(_("Month to month after it"), choices=YES_NO, default="yes")
    line = SelectField(_("Which rent"), [InputRequired()])
    amount = MoneyField(_("New rent a period"))
    from_on = DayField(_("New rent from"))
    reason = reason_field()

    def prepare(self, at: View, *, fresh: bool) -> None:
        self.line.choices = _line_choices(at, rent=True)
        if fresh:
            self.line.data = next((one.value for one in self.line.choices), None)
            if at.terms.terms.to_on:
                self.from_on.data = at.terms.terms.to_on + timedelta(days=1)

    @property
    def change(self) -> Change:
        return Renewal(
            self.to_on.data, self.goes_on.data == "yes", self.line.data, self.amount.data, self.from_on.data
        )


class TransferForm(ChangeForm):
    TITLE = _("Move to another unit")
    LEAD = _("The stay here ends and goes on there: deposit, money paid ahead and what is owed go with them.")
    OPTIONAL = ("to_on", "deposit")
    HINTS = {
        "on": _("Tomorrow at the latest; the day before it is the last one here."),
        "to_on": _("It counts. Left empty: month to month."),
        "deposit": _("Of the new unit. What of it is not held already is asked for."),
    }
    unit = SelectField(_("Unit"), [InputRequired(_("Choose the unit that they move to."))])
    on = DayField(_("First day there"), [A_DAY])
    rent = MoneyField(_("Rent a period there"), [AN_AMOUNT])
    to_on = DayField(_("Last day"))
    deposit = MoneyField(_("Security deposit"))
    reason = reason_field()

    def prepare(self, at: View, *, fresh: bool) -> None:
        units = unit_choices(scope())
        self.unit.choices = [SelectChoice("", _("Choose the unit")), *(SelectChoice(*one) for one in units)]
        if fresh:
            self.on.data = today()

    @property
    def change(self) -> Change:
        return Transfer(
            self.unit.data, self.on.data, self.rent.data or 0, self.to_on.data, self.deposit.data or 0
        )


class MoveOutForm(ChangeForm):
    TITLE = _("Move out")
    LEAD = _("Rent after the last day is taken back, the deposit pays what is owed, and the rest goes back.")
    HINTS = {
        "days": _("Days from the last day, as the law or the lease says."),
        "source": _("Printed in the letter, for example the statute or the clause of the lease."),
    }
    OPTIONAL = ("days", "source")
    DANGER = True
    last_on = DayField(_("Last day"), [A_DAY])
    days = WholeField(_("Days to settle the deposit"))
    source = text_field(_("Where these days come from"), 120)
    reason = reason_field()

    def prepare(self, at: View, *, fresh: bool) -> None:
        if fresh:
            self.last_on.data = min(at.agreement.ends_on or today(), today())
            if told := notice_of(scope(), at.agreement):
                self.last_on.data = told.leaves_on
                said = _("Notice was given on %(given)s for this day.", given=here().day(told.given_on))
                self.HINTS = {**self.HINTS, "last_on": said}
            law = legal_days.law_for(scope(), at.agreement, "deposit", self.last_on.data)
            if law is not None:
                self.days.data, self.source.data = law.days, law.source[:120]

    @property
    def change(self) -> Change:
        taken = [
            Deduction(name.data or "", amount.data or 0)
            for name, amount in self.lines
            if name.data or amount.typed
        ]
        return MoveOut(self.last_on.data, tuple(taken), self.days.data, self.source.data or "")


class MoveOutBackForm(ChangeForm):
    TITLE = _("Take the move-out back")
    LEAD = _("It was a mistake: the stay goes on as agreed, and each entry gets one that reverses it.")
    DANGER = True
    nothing_paid = RadioField(
        _("No money was handed over or sent to the tenant because of it"), choices=YES_NO, default="no"
    )
    reason = reason_field()

    @property
    def change(self) -> Change:
        return MoveOutBack(self.nothing_paid.data == "yes")


for _number in DEDUCTIONS:
    setattr(MoveOutForm, f"deduction_{_number}_name", text_field(_("Taken from the deposit for"), 80))
    setattr(MoveOutForm, f"deduction_{_number}_amount", MoneyField(_("Amount")))
