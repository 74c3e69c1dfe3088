"""Applications for units: who asks, what they say, what was decided; the way from there is the move-in."""

from __future__ import annotations

from typing import Any

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from blueprints.office import office
from blueprints.office.listing import Listing, wanted
from blueprints.office.typed import blame, text_field, whole_address
from blueprints.office.units import currency
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, MoneyField, RefField, WholeField, seal_ref
from blueprints.shared.signed_in import scope
from domain.actions import applications as acts
from domain.reports import applications as reports
from domain.sealing import fresh_ref
from domain.words import Refused
from models import RentalApplication, Unit


class ApplicationForm(FlaskForm):
    """`sent`: it came by POST, so its ref counts."""

    number = text_field(_("Customer number"), 20)
    name = text_field(_("Name"), 200)
    email = text_field(_("E-mail"), 254, whole_address)
    phone = text_field(_("Phone"), 40)
    received_on = DayField(_("Received on"), [DataRequired(_("Choose the day."))])
    wanted_from = DayField(_("Wants to move in on"))
    income = MoneyField(_("Income a month"))
    occupants = WholeField(_("How many will live there"))
    employer = text_field(_("Employer"), 120)
    lives_at = text_field(_("Lives at, and how long"), 200)
    pets = text_field(_("Pets"), 120)
    remarks = text_field(_("Remarks"), 300, lines=True)
    form_ref = RefField(purpose="application")

    FACTS = ("employer", "lives_at", "pets", "remarks")

    def __init__(self, unit_ref: str, *, sent: bool = False):
        super().__init__(**({} if sent else {"formdata": None}))
        self.income.currency = currency()
        self.form_ref.owner = f"{current_user.user_ref}:{unit_ref}:application"
        if not sent:
            self.form_ref.data = seal_ref("application", fresh_ref(), self.form_ref.owner)
            self.received_on.data = today()

    @property
    def asking(self) -> acts.Asking:
        return acts.Asking(
            received_on=self.received_on.data, number=self.number.data or "", name=self.name.data or "",
            email=self.email.data or "", phone=self.phone.data or "", wanted_from=self.wanted_from.data,
            income_minor=self.income.data, occupants=self.occupants.data,
            facts={name: self[name].data or "" for name in self.FACTS},
        )  # fmt: skip


class DecisionForm(FlaskForm):
    state = RadioField(
        _("What is decided"),
        choices=[
            SelectChoice("approved", _("Approve")),
            SelectChoice("declined", _("Decline")),
            SelectChoice("withdrawn", _("They withdraw it")),
        ],
        validators=[InputRequired(_("Choose one."))],
    )
    reason = text_field(_("Reason"), acts.MOST_REASON, lines=True)


@office.get("/office/applications")
def applications() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    asked = wanted(("state", "property"))
    listing = Listing("office.applications", asked, reports.applications(scope(), asked))
    return htmx.render(
        "office/applications/index.html", "office/applications/_list.html", listing=listing,
        states=reports.STATES, looks=reports.LOOKS,
    )  # fmt: skip


@office.get("/office/units/<ref>/applications/new")
def new_application(ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    unit = lookup.get_or_404(Unit, ref)
    return form_page(unit, ApplicationForm(unit.ref))


def form_page(unit: Unit, form: ApplicationForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/applications/new.html", status=status, unit=unit, form=form)


@office.post("/office/units/<ref>/applications")
def create_application(ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    unit = lookup.get_or_404(Unit, ref)
    form = ApplicationForm(unit.ref, sent=True)
    if form.validate():
        try:
            made = acts.receive(
                unit.ref, form.asking, form.form_ref.ref or "", who=scope(), today=today(), now=now()
            )
            flash(gettext("The application was noted down."))
            return htmx.see_other(url_for("office.application", ref=made))
        except Refused as refused:
            blame(form, refused)
    return form_page(unit, form, 422)


@office.get("/office/applications/<ref>")
def application(ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    return shown_page(lookup.get_or_404(RentalApplication, ref), DecisionForm(formdata=None))


def shown_page(row: RentalApplication, form: DecisionForm, status: int = 200) -> ResponseReturnValue:
    labels: dict[str, Any] = {
        name: ApplicationForm(row.ref)[name].label.text for name in ApplicationForm.FACTS
    }
    return htmx.render(
        "office/applications/application.html", status=status, at=reports.shown(scope(), row), form=form,
        labels=labels, states=reports.STATES, looks=reports.LOOKS, leads=acts.LEADS_TO.get(row.state, ()),
        currency=currency(),
    )  # fmt: skip


@office.post("/office/applications/<ref>")
def decide_application(ref: str) -> ResponseReturnValue:
    """Approve, decline or withdraw. Sent twice, it is decided once."""
    lookup.require(acts.RIGHT)
    row = lookup.get_or_404(RentalApplication, ref)
    form = DecisionForm()
    if form.validate():
        try:
            acts.decide(
                row.ref, form.state.data, form.reason.data or "", who=scope(), today=today(), now=now()
            )
            flash(gettext("The decision was noted down."))
            return htmx.see_other(url_for("office.application", ref=row.ref))
        except Refused as refused:
            blame(form, refused)
    return shown_page(row, form, 422)
