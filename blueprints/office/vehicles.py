"""The vehicle behind an agreement: its facts, who has its title, and where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, RefField, WholeField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import vehicles as acts
from domain.reports import vehicles as reports
from domain.rules.vehicles import MOST_TEXT, TITLES, Facts
from domain.rules.vin import doubt_of
from domain.sealing import fresh_ref
from domain.words import Refused, Sentence
from models import Agreement, Vehicle


class FactsForm(FlaskForm):
    vin = text_field(_("VIN"), 24, description=_("17 characters, as on the car and its title."))
    plate = text_field(_("Plate"), 16)
    plate_state = text_field(_("State of the plate"), 16)
    year = WholeField(_("Year"), description=_("Left empty: what the VIN says."))
    make = text_field(_("Make"), 40, description=_("Left empty: what the VIN says."))
    model = text_field(_("Model"), 60)
    color = text_field(_("Colour"), 30)
    miles = WholeField(_("Mileage"))

    def facts(self) -> Facts:
        return Facts(
            self.vin.data or "", self.year.data, self.make.data or "", self.model.data or "",
            self.color.data or "", self.plate.data or "", self.plate_state.data or "", self.miles.data,
        )  # fmt: skip


class VehicleForm(FactsForm):
    """A new one. `sent`: it came by POST, so its ref counts."""

    form_ref = RefField(purpose="vehicle")

    def __init__(self, agreement_ref: str, *, sent: bool = False):
        super().__init__(**({} if sent else {"formdata": None}))
        self.form_ref.owner = f"{current_user.user_ref}:{agreement_ref}:vehicle"
        if not sent:
            self.form_ref.data = seal_ref("vehicle", fresh_ref(), self.form_ref.owner)


class TitleForm(FlaskForm):
    title_status = SelectField(_("Title"))
    title_number = text_field(_("Number of the title"), 40)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.title_status.choices = [
            SelectChoice(name, here().say(Sentence(words))) for name, words in TITLES.items()
        ]


class CustodyForm(FlaskForm):
    custody = RadioField(_("What happened"), validators=[InputRequired(_("Choose what happened."))])
    on = DayField(_("On"), [InputRequired(_("Say on which day."))])
    note = text_field(
        _("Reason"), MOST_TEXT, DataRequired(_("Say why, for those who look later.")), lines=True
    )

    def __init__(self, following: Any, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.custody.choices = [SelectChoice(state, here().say(words)) for state, words in following]


def agreement_of(ref: str) -> Agreement:
    """The agreement a vehicle may be written down under, or 404."""
    lookup.require(acts.RIGHT)
    row = lookup.get_or_404(Agreement, ref)
    if not reports.may_have(row):
        abort(404)
    return row


@office.get("/office/agreements/<ref>/vehicles/new")
def new_vehicle(ref: str) -> ResponseReturnValue:
    row = agreement_of(ref)
    return new_page(row, VehicleForm(row.ref))


def new_page(row: Agreement, form: VehicleForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/vehicles/new.html", status=status, agreement=row, form=form)


@office.post("/office/agreements/<ref>/vehicles")
def create_vehicle(ref: str) -> ResponseReturnValue:
    row = agreement_of(ref)
    form = VehicleForm(row.ref, sent=True)
    wrote = form.validate() and tried(
        form, lambda: acts.add(row.ref, form.facts(), form.form_ref.ref or "", who=scope(), now=now())
    )
    if not wrote:
        return new_page(row, form, 422)
    flash(gettext("The vehicle was written down."))
    tell_doubt(form)
    return htmx.see_other(url_for("office.agreement", ref=row.ref, _anchor="vehicles"))


@office.get("/office/vehicles/<ref>")
def vehicle(ref: str) -> ResponseReturnValue:
    return vehicle_page(found(ref))


def found(ref: str) -> Vehicle:
    lookup.require(acts.RIGHT)
    return lookup.get_or_404(Vehicle, ref)


def vehicle_page(row: Vehicle, status: int = 200, **forms: FlaskForm) -> ResponseReturnValue:
    """The vehicle with its three forms; one that was sent and refused stands in `forms` instead of a fresh one."""
    shown = reports.shown(row)
    fresh = {
        "form": FactsForm(formdata=None, obj=row),
        "title_form": TitleForm(formdata=None, obj=row),
        "custody_form": CustodyForm(shown.following, formdata=None, data={"on": today()}),
    }
    return htmx.render(
        "office/vehicles/vehicle.html", status=status, vehicle=row, shown=shown,
        agreement=reports.agreement_of(scope(), row), **fresh | forms,
    )  # fmt: skip


@office.post("/office/vehicles/<ref>")
def change_vehicle(ref: str) -> ResponseReturnValue:
    row = found(ref)
    form = FactsForm()
    done = form.validate() and tried(
        form, lambda: acts.change(row.ref, form.facts(), who=scope(), now=now()) or True
    )
    if not done:
        return vehicle_page(row, 422, form=form)
    tell_doubt(form)
    return kept(row)


@office.post("/office/vehicles/<ref>/title")
def set_vehicle_title(ref: str) -> ResponseReturnValue:
    row = found(ref)
    form = TitleForm()
    status, number = form.title_status.data or "", form.title_number.data or ""
    done = form.validate() and tried(
        form, lambda: acts.set_title(row.ref, status, number, who=scope(), now=now()) or True
    )
    return kept(row) if done else vehicle_page(row, 422, title_form=form)


@office.post("/office/vehicles/<ref>/custody")
def set_vehicle_custody(ref: str) -> ResponseReturnValue:
    row = found(ref)
    form = CustodyForm(reports.shown(row).following)
    done = form.validate() and tried(
        form,
        lambda: acts.set_custody(
            row.ref, acts.Custody(form.custody.data, form.on.data, form.note.data or ""),
            who=scope(), today=today(), now=now(),
        ) or True,
    )  # fmt: skip
    return kept(row) if done else vehicle_page(row, 422, custody_form=form)


def tried(form: FlaskForm, act: Callable[[], Any]) -> Any:
    """What the action gave, or None with its refusal beside the field."""
    try:
        return act()
    except Refused as refused:
        blame(form, refused)
        return None


def tell_doubt(form: FactsForm) -> None:
    if doubt := doubt_of(form.vin.data or ""):
        flash(here().say(doubt), "warning")


def kept(row: Vehicle) -> ResponseReturnValue:
    flash(gettext("It was kept."))
    return htmx.see_other(url_for("office.vehicle", ref=row.ref))
