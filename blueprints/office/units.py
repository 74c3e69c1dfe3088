"""Units of a property: one page each with its stays, adding and changing one."""

from __future__ import annotations

from typing import Any

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today, zone
from blueprints.shared.fields import MoneyField, NumberField, WholeField
from blueprints.shared.frame import business
from blueprints.shared.signed_in import scope
from domain.actions import properties as acts
from domain.reports import properties as reports
from domain.reports import repairs, unit_life
from domain.words import Refused
from models import Property, Unit


class UnitForm(FlaskForm):
    name = text_field(_("Name"), 60, DataRequired(_("Write the name of the unit, for example 2B.")))
    beds = WholeField(_("Bedrooms"))
    baths = NumberField(_("Bathrooms"))
    size = WholeField(_("Size"))
    market_rent = MoneyField(_("Market rent a month"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.market_rent.currency = currency()

    @property
    def let(self) -> acts.Let:
        return acts.Let(
            self.name.data, self.beds.data, self.baths.data, self.size.data, self.market_rent.data or 0
        )


def currency() -> str:
    return (business() or {}).get("currency", "USD")


@office.get("/office/properties/<ref>/units/new")
def new_unit(ref: str) -> ResponseReturnValue:
    lookup.require("keep_properties")
    house = lookup.get_or_404(Property, ref)
    return htmx.render("office/units/new.html", house=house, form=UnitForm(formdata=None))


@office.post("/office/properties/<ref>/units")
def create_unit(ref: str) -> ResponseReturnValue:
    lookup.require("keep_properties")
    house = lookup.get_or_404(Property, ref)
    form = UnitForm()
    if form.validate():
        try:
            acts.add_unit(house.ref, form.let, by=scope().by, now=now(), today=today())
            flash(gettext("%(name)s was added.", name=form.name.data))
            return htmx.see_other(url_for("office.property", ref=house.ref))
        except Refused as refused:
            blame(form, refused)
    return htmx.render("office/units/new.html", status=422, house=house, form=form)


@office.get("/office/units/<ref>", endpoint="unit")
def show_unit(ref: str) -> ResponseReturnValue:
    lookup.require("properties")
    unit = lookup.get_or_404(Unit, ref)
    stays = reports.stays_of(scope(), [unit]).get(unit.id, [])
    return htmx.render(
        "office/units/unit.html", let=reports.let(scope(), unit, today()), house=unit.property, stays=stays,
        currency=currency(), letting=url_for("office.new_agreement", kind="rental", unit=unit.ref),
        life=unit_life.life(scope(), unit, today(), zone()), on=today(), repairs=repairs.of_unit(scope(), unit),
    )  # fmt: skip


@office.get("/office/units/<ref>/edit")
def edit_unit(ref: str) -> ResponseReturnValue:
    lookup.require("keep_properties")
    unit = lookup.get_or_404(Unit, ref)
    form = UnitForm(formdata=None, obj=unit, market_rent=unit.market_rent_minor or None)
    return htmx.render("office/units/edit.html", unit=unit, form=form)


@office.post("/office/units/<ref>")
def update_unit(ref: str) -> ResponseReturnValue:
    lookup.require("keep_properties")
    unit = lookup.get_or_404(Unit, ref)
    form = UnitForm()
    if form.validate():
        try:
            acts.change_unit(unit.ref, form.let, by=scope().by, now=now(), today=today())
            flash(gettext("The unit was saved."))
            return htmx.see_other(url_for("office.unit", ref=unit.ref))
        except Refused as refused:
            blame(form, refused)
    return htmx.render("office/units/edit.html", status=422, unit=unit, form=form)
