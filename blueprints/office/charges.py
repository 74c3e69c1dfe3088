"""The charges of an agreement: all of them, one with its reason, and a new one."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from blueprints.office import office
from blueprints.office.adjusting import AdjustForm, acting, charge_of, found, reviewed, tried
from blueprints.office.typed import text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import today
from blueprints.shared.fields import DayField, MoneyField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import charges as acts
from domain.reports import charge_lines
from domain.reports.agreements import View, view
from models import Agreement


class ChargeForm(AdjustForm):
    """A charge to add. Which types there are and who may owe it, the agreement says."""

    type = SelectField(_("What kind of charge"), [InputRequired(_("Choose what it is."))])
    name = text_field(_("What for"), acts.MOST_NAME, DataRequired(_("Say what it is for.")))
    amount = MoneyField(_("Amount"), [InputRequired(_("Enter an amount above zero."))])
    due_on = DayField(_("Day"), [InputRequired(_("Choose a day."))])
    payer = SelectField(_("Who owes it"), default="")

    def __init__(self, at: View, given: Any = None, *, sent: bool = False):
        super().__init__(at, given, sent=sent)
        self.type.choices = [SelectChoice(one, here().say(words)) for one, words in charge_lines.addable(at)]
        names = charge_lines.payer_names(set(at.kind.payers(at.terms, today())))
        self.payer.choices = [SelectChoice("", gettext("Everybody together"))]
        self.payer.choices += [SelectChoice(key, here().say(name)) for key, name in names.items()]
        if given is None:
            self.due_on.data = today()

    @property
    def payer_name(self) -> str:
        return next((one.label for one in self.payer.choices if one.value == self.payer.data), "")

    @property
    def wanted(self) -> acts.Wanted:
        return acts.Wanted(
            self.type.data, self.name.data, self.amount.data or 0, self.due_on.data, self.payer.data or ""
        )


@office.get("/office/agreements/<ref>/charges")
def charges(ref: str) -> ResponseReturnValue:
    lookup.require("agreements")
    at = view(lookup.get_or_404(Agreement, ref), today())
    return htmx.render("office/charges/index.html", at=at, charges=charge_lines.lines(scope(), at.agreement))


@office.get("/office/agreements/<ref>/charges/<charge>")
def charge(ref: str, charge: str) -> ResponseReturnValue:
    """One charge: why it is what it is, what lowered it, what staff may do with it."""
    lookup.require("agreements")
    at = view(lookup.get_or_404(Agreement, ref), today())
    return htmx.render(
        "office/charges/charge.html", "office/charges/_charge.html", at=at, charge=charge_of(at, charge)
    )


@office.get("/office/agreements/<ref>/charges/new")
def new_charge(ref: str) -> ResponseReturnValue:
    """The form; with what was typed before where somebody comes back from the review to change it."""
    at = found(ref)
    return asked(at, ChargeForm(at, request.args if "form_ref" in request.args else None))


def asked(at: View, form: ChargeForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/charges/new.html", status=status, at=at, form=form)


@office.get("/office/agreements/<ref>/charges/review")
def review_charge(ref: str) -> ResponseReturnValue:
    at = found(ref)
    form = ChargeForm(at, request.args)
    effect = tried(form, lambda: acts.preview_add(at.ref, form.wanted, form.ref, **acting()))
    rows = [
        (gettext("What for"), form.name.data),
        (gettext("Amount"), here().money(form.amount.data or 0, at.currency)),
    ]
    if form.due_on.data:
        rows.append((gettext("Day"), here().day(form.due_on.data)))
    if form.payer.data:
        rows.append((gettext("Who owes it"), form.payer_name))
    return reviewed(
        at, form, effect, asked, title=gettext("Add this charge?"), rows=rows, confirm=gettext("Add the charge"),
        action=url_for("office.create_charge", ref=at.ref), step=url_for("office.new_charge", ref=at.ref),
    )  # fmt: skip


@office.post("/office/agreements/<ref>/charges")
def create_charge(ref: str) -> ResponseReturnValue:
    at = found(ref)
    form = ChargeForm(at, request.form, sent=True)
    made = tried(form, lambda: acts.add(at.ref, form.wanted, form.ref, **acting()))
    if made is None:
        return asked(at, form, 422)
    amount = here().money(form.wanted.amount_minor, at.currency)
    flash(gettext("%(name)s, %(amount)s, was added.", name=form.name.data, amount=amount))
    return htmx.see_other(url_for("office.agreement", ref=at.ref))
