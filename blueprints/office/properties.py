"""Properties: the list, one page each with its units and who lives there, adding and changing one."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.listing import Listing, wanted
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today, zone
from blueprints.shared.signed_in import scope
from domain.actions import properties as acts
from domain.reports import properties as reports
from domain.reports import unit_life
from domain.words import Refused
from models import Property


class PropertyForm(FlaskForm):
    name = text_field(_("Name"), 120, DataRequired(_("Write the name of the property.")))
    address = text_field(_("Address"), 500, lines=True)
    jurisdiction = text_field(_("Where its law comes from"), 16)
    branch = text_field(_("Branch"), 60)

    @property
    def house(self) -> acts.House:
        return acts.House(
            self.name.data, self.address.data or "", self.jurisdiction.data or "", self.branch.data or ""
        )


@office.get("/office/properties")
def properties() -> ResponseReturnValue:
    lookup.require("properties")
    asked = wanted(sort="name")
    listing = Listing("office.properties", asked, reports.properties(scope(), asked))
    return htmx.render("office/properties/index.html", "office/properties/_list.html", listing=listing)


@office.get("/office/properties/new")
def new_property() -> ResponseReturnValue:
    lookup.require("new_property")
    return htmx.render("office/properties/new.html", form=PropertyForm(formdata=None))


@office.post("/office/properties")
def create_property() -> ResponseReturnValue:
    lookup.require("new_property")
    form = PropertyForm()
    if form.validate():
        try:
            ref = acts.add_property(form.house, by=scope().by, now=now())
            flash(gettext("%(name)s was added. Add what is let in it.", name=form.name.data))
            return htmx.see_other(url_for("office.property", ref=ref))
        except Refused as refused:
            blame(form, refused)
    return htmx.render("office/properties/new.html", status=422, form=form)


@office.get("/office/properties/<ref>", endpoint="property")
def show_property(ref: str) -> ResponseReturnValue:
    lookup.require("properties")
    house = lookup.get_or_404(Property, ref)
    units = reports.units_of(scope(), house, today())
    shown = unit_life.shown_statuses(scope(), [let.unit for let in units], today(), zone())
    return htmx.render("office/properties/property.html", house=house, units=units, statuses=shown)


@office.get("/office/properties/<ref>/edit")
def edit_property(ref: str) -> ResponseReturnValue:
    lookup.require("keep_properties")
    house = lookup.get_or_404(Property, ref)
    return htmx.render(
        "office/properties/edit.html", house=house, form=PropertyForm(formdata=None, obj=house)
    )


@office.post("/office/properties/<ref>")
def update_property(ref: str) -> ResponseReturnValue:
    lookup.require("keep_properties")
    house = lookup.get_or_404(Property, ref)
    form = PropertyForm()
    if form.validate():
        try:
            acts.change_property(house.ref, form.house, by=scope().by, now=now())
            flash(gettext("The property was saved."))
            return htmx.see_other(url_for("office.property", ref=house.ref))
        except Refused as refused:
            blame(form, refused)
    return htmx.render("office/properties/edit.html", status=422, house=house, form=form)
