"""The forms of what may be changed on a running agreement, by the names of `domain.actions.changes`.

A form checks shape and makes the change's value of it; what it means is checked by the rules, whose Refused names a
field. `FORMS` is the list: which of them an agreement offers, its kind says.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.validators import InputRequired

from blueprints.office.adjusting import reason_field
from blueprints.office.change_form import A_DAY, A_NUMBER, AN_AMOUNT, YES_NO, ChangeForm
from blueprints.office.rental_change_forms import (
    AddOnForm,
    ConcessionForm,
    EndAddOnForm,
    MoveOutBackForm,
    MoveOutForm,
    NoticeBackForm,
    NoticeForm,
    RenewalForm,
    RentForm,
    TransferForm,
)
from blueprints.shared.clock import today
from blueprints.shared.fields import DayField, MoneyField, NumberField, WholeField
from domain.actions.changes import Change
from domain.actions.line_changes import CloseLine, NewLimit, NewRate
from domain.actions.loan_changes import Deferral, DueDayMove, LoanChange, ReAge, ReAmortise
from domain.actions.move_outs import GoodsReturn
from domain.reports.agreements import View


class DeferralForm(ChangeForm):
    TITLE = _("Put payments off")
    LEAD = _("Every payment still open moves, late ones too, and the end with them.")
    periods = WholeField(_("By how many payments"), [A_NUMBER])
    with_interest = RadioField(_("Interest meanwhile"), choices=YES_NO, default="yes")
    reason = reason_field()

    @property
    def change(self) -> Change:
        return LoanChange(Deferral(self.periods.data or 0, self.with_interest.data == "yes"))


class DueDateForm(ChangeForm):
    TITLE = _("Move the due day")
    LEAD = _("The coming payments fall due from another day on; their amounts stay.")
    first_due = DayField(_("Next payment on"), [A_DAY])
    reason = reason_field()

    @property
    def change(self) -> Change:
        return LoanChange(DueDayMove(self.first_due.data))


class ReAgeForm(ChangeForm):
    TITLE = _("Spread what is late")
    LEAD = _("What is late goes into the coming payments, so that nothing is late any more.")
    HINTS = {
        "count": _("Left empty: as many as are left."),
        "payment": _("Left empty: what the number makes of it."),
    }
    OPTIONAL = ("count", "payment")
    count = WholeField(_("Number of payments"))
    payment = MoneyField(_("Payment"))
    reason = reason_field()

    @property
    def change(self) -> Change:
        return LoanChange(ReAge(self.count.data, self.payment.data))


class ReAmortiseForm(ChangeForm):
    TITLE = _("Set payments anew")
    LEAD = _("Another number of payments, another payment or another rate for what is left.")
    HINTS = {"rate": _("In percent a year, from today on.")}
    OPTIONAL = ("count", "payment", "rate")
    count = WholeField(_("Number of payments"))
    payment = MoneyField(_("Payment"))
    rate = NumberField(_("Rate"))
    reason = reason_field()

    @property
    def change(self) -> Change:
        return LoanChange(ReAmortise(self.count.data, self.payment.data, self.rate.data))


class GoodsReturnForm(ChangeForm):
    TITLE = _("Goods came back")
    LEAD = _("What is owed up to that day stays; nothing after it is asked for.")
    DANGER = True
    on = DayField(_("Day they came back"), [A_DAY])
    reason = reason_field()

    def prepare(self, at: View, *, fresh: bool) -> None:
        if fresh:
            self.on.data = today()

    @property
    def change(self) -> Change:
        return GoodsReturn(self.on.data)


class LimitForm(ChangeForm):
    TITLE = _("Change the limit")
    LEAD = _("How much may be owed at once, from today on.")
    limit = MoneyField(_("New limit"), [AN_AMOUNT])
    reason = reason_field()

    @property
    def change(self) -> Change:
        return NewLimit(self.limit.data or 0)


class RateForm(ChangeForm):
    TITLE = _("Change the rate")
    LEAD = _("The month under way keeps its rate; another one counts from the next.")
    HINTS = {
        "rate": _("In percent a year."),
        "from_on": _("It counts for the first statement that begins then or later."),
    }
    rate = NumberField(_("New rate"), [InputRequired(_("Write a number, for example 9.9."))])
    from_on = DayField(_("From"), [A_DAY])
    reason = reason_field()

    def prepare(self, at: View, *, fresh: bool) -> None:
        if fresh:
            self.from_on.data = today()

    @property
    def change(self) -> Change:
        return NewRate(self.rate.data, self.from_on.data)


class CloseLineForm(ChangeForm):
    TITLE = _("Close it to purchases")
    LEAD = _("Nothing can be bought on it any more. What is owed runs on until it is paid.")
    DANGER = True
    reason = reason_field()

    @property
    def change(self) -> Change:
        return CloseLine()


FORMS: dict[str, type[ChangeForm]] = {
    "deferral": DeferralForm, "due_date": DueDateForm, "re_age": ReAgeForm, "re_amortise": ReAmortiseForm,
    "rent": RentForm, "add_on": AddOnForm, "end_add_on": EndAddOnForm, "concession": ConcessionForm,
    "renewal": RenewalForm, "notice": NoticeForm, "notice_back": NoticeBackForm, "transfer": TransferForm,
    "move_out": MoveOutForm, "move_out_back": MoveOutBackForm,
    "goods_return": GoodsReturnForm, "limit": LimitForm, "rate": RateForm, "close_line": CloseLineForm,
}  # fmt: skip
