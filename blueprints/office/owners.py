"""The owners of a property: their shares, the terms of management, what is owed to them and what was paid.

A landlord reads what is theirs; staff with the right change it.
"""

from __future__ import annotations

from decimal import Decimal

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from blueprints.office import office
from blueprints.office.cash_drawer import currency, owner
from blueprints.office.listing import wanted
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, MoneyField, NumberField, RefField, seal_ref
from blueprints.shared.signed_in import scope
from domain.actions import owner_months as money
from domain.actions import owners as acts
from domain.reports import owners as reports
from domain.rules.owner_statements import Terms
from domain.sealing import fresh_ref
from domain.words import Conflict, Refused
from models import OwnerMovement, Property

ROWS = range(1, 7)


class SharesForm(FlaskForm):
    """Up to six owners: who, and how much."""

    day = DayField(_("From"), [InputRequired(_("Choose the first of a month."))])
    owner_1 = text_field(_("Owner 1"), 254)
    percent_1 = NumberField(_("Percent"))
    owner_2 = text_field(_("Owner 2"), 254)
    percent_2 = NumberField(_("Percent"))
    owner_3 = text_field(_("Owner 3"), 254)
    percent_3 = NumberField(_("Percent"))
    owner_4 = text_field(_("Owner 4"), 254)
    percent_4 = NumberField(_("Percent"))
    owner_5 = text_field(_("Owner 5"), 254)
    percent_5 = NumberField(_("Percent"))
    owner_6 = text_field(_("Owner 6"), 254)
    percent_6 = NumberField(_("Percent"))

    @property
    def pairs(self) -> list[tuple[object, object]]:
        return [(self[f"owner_{n}"], self[f"percent_{n}"]) for n in ROWS]

    @property
    def shares(self) -> list[tuple[str, Decimal]]:
        typed = [(self[f"owner_{n}"].data or "", self[f"percent_{n}"].data) for n in ROWS]
        return [(name, percent or Decimal(0)) for name, percent in typed if name or percent is not None]


class TermsForm(FlaskForm):
    day = DayField(_("From"), [InputRequired(_("Choose the day from which they count."))])
    percent = NumberField(_("Fee in percent"))
    base = RadioField(
        _("Of what?"),
        choices=[
            SelectChoice("collected", _("Of what is collected")),
            SelectChoice("charged", _("Of the rent charged")),
        ],
        default="collected",
    )
    minimum = MoneyField(_("At least, a month"))
    flat = MoneyField(_("And for each unit, a month"))
    reserve = MoneyField(_("Reserve for repairs"))


class MoveForm(FlaskForm):
    owner = SelectField(_("Owner"))
    type = RadioField(
        _("Which way?"),
        choices=[
            SelectChoice("payout", _("Paid out to the owner")),
            SelectChoice("contribution", _("Put in by the owner")),
        ],
        default="payout",
    )
    amount = MoneyField(_("Amount"), [InputRequired(_("Enter an amount."))])
    day = DayField(_("Day"), [InputRequired(_("Choose the day on which it moved."))])
    reference = text_field(_("Reference"), money.MOST_REASON)
    form_ref = RefField(purpose="owner money")


class BackForm(FlaskForm):
    reason = text_field(_("Why?"), money.MOST_REASON, DataRequired(_("Say why.")))


def house_of(ref: str, right: str = "properties") -> Property:
    lookup.require(right)
    return lookup.get_or_404(Property, ref)


def owed(house: Property) -> list[reports.Owed]:
    return reports.standing(scope(), house, today())


@office.get("/office/properties/<ref>/owners")
def owners(ref: str) -> ResponseReturnValue:
    house = house_of(ref)
    return htmx.render(
        "office/owners/index.html", house=house, owners=reports.owners_of(scope(), house), today=today(),
        terms=reports.terms_of(scope(), house), bases=reports.BASE_WORDS, owed=owed(house),
        months=reports.months(scope(), wanted(), house), moved=reports.movements(scope(), house),
        next_month=reports.to_close(scope(), house, today()), currency=currency(),
    )  # fmt: skip


@office.get("/office/properties/<ref>/owners/new")
def new_owners(ref: str) -> ResponseReturnValue:
    house = house_of(ref, "owners")
    form = SharesForm(formdata=None)
    form.day.data = today().replace(day=1)
    present = [one for one in reports.owners_of(scope(), house) if one.until_on is None]
    for n, one in zip(ROWS, present, strict=False):
        form[f"owner_{n}"].data, form[f"percent_{n}"].data = one.number, one.percent
    return htmx.render("office/owners/shares.html", house=house, form=form)


@office.post("/office/properties/<ref>/owners")
def set_owners(ref: str) -> ResponseReturnValue:
    house, form = house_of(ref, "owners"), SharesForm()
    if form.validate():
        try:
            acts.set_shares(house.ref, form.shares, form.day.data, who=scope(), now=now())
            flash(gettext("The owners were saved."))
            return htmx.see_other(url_for("office.owners", ref=house.ref))
        except Refused as refused:
            blame(form, refused)
    return htmx.render("office/owners/shares.html", status=422, house=house, form=form)


def terms_form(*, fresh: bool = False) -> TermsForm:
    form = TermsForm(formdata=None) if fresh else TermsForm()
    for field in (form.minimum, form.flat, form.reserve):
        field.currency = currency()
    if fresh:
        form.day.data = today().replace(day=1)
    return form


@office.get("/office/properties/<ref>/management/new")
def new_management(ref: str) -> ResponseReturnValue:
    house = house_of(ref, "owners")
    return htmx.render("office/owners/terms.html", house=house, form=terms_form(fresh=True))


@office.post("/office/properties/<ref>/management")
def set_management(ref: str) -> ResponseReturnValue:
    house, form = house_of(ref, "owners"), terms_form()
    if form.validate():
        terms = Terms(
            form.percent.data or Decimal(0), form.base.data, form.minimum.data or 0, form.flat.data or 0,
            form.reserve.data or 0,
        )  # fmt: skip
        try:
            acts.set_terms(house.ref, terms, form.day.data, who=scope(), now=now())
            flash(gettext("The terms were added."))
            return htmx.see_other(url_for("office.owners", ref=house.ref))
        except Refused as refused:
            blame(form, refused)
    return htmx.render("office/owners/terms.html", status=422, house=house, form=form)


def move_form(house: Property, *, fresh: bool = False) -> MoveForm:
    form = MoveForm(formdata=None) if fresh else MoveForm()
    form.owner.choices = [
        SelectChoice(one.person_ref, one.name) for one in reports.standing(scope(), house, today())
    ]
    form.amount.currency, form.form_ref.owner = currency(), owner()
    if fresh:
        form.day.data = today()
        form.form_ref.data = seal_ref("owner money", fresh_ref(), owner())
    return form


@office.get("/office/properties/<ref>/owner-money/new")
def new_owner_money(ref: str) -> ResponseReturnValue:
    house = house_of(ref, "owners")
    return move_page(house, move_form(house, fresh=True))


def move_page(house: Property, form: MoveForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/owners/money.html", status=status, house=house, form=form, owed=owed(house),
        currency=currency(),
    )  # fmt: skip


@office.post("/office/properties/<ref>/owner-money")
def move_owner_money(ref: str) -> ResponseReturnValue:
    house = house_of(ref, "owners")
    form = move_form(house)
    if form.validate():
        moved = money.Movement(
            house.ref, form.owner.data, form.type.data, form.amount.data or 0, form.day.data,
            form.reference.data or "",
        )  # fmt: skip
        try:
            money.move(moved, form.form_ref.ref or "", who=scope(), today=today(), now=now())
            flash(gettext("It was written down and posted to the books."))
            return htmx.see_other(url_for("office.owners", ref=house.ref))
        except Refused as refused:
            blame(form, refused)
        except Conflict as conflict:
            blame(form, Refused(conflict.sentence))
    return move_page(house, form, 422)


@office.get("/office/owner-money/<ref>")
def owner_money(ref: str) -> ResponseReturnValue:
    lookup.require("owners")
    return back_page(lookup.get_or_404(OwnerMovement, ref), BackForm(formdata=None))


def back_page(row: OwnerMovement, form: BackForm, status: int = 200) -> ResponseReturnValue:
    house, moved = reports.movement(scope(), row)
    return htmx.render("office/owners/back.html", status=status, house=house, one=moved, form=form)


@office.post("/office/owner-money/<ref>/undo")
def undo_owner_money(ref: str) -> ResponseReturnValue:
    lookup.require("owners")
    row, form = lookup.get_or_404(OwnerMovement, ref), BackForm()
    if form.validate():
        house, _moved = reports.movement(scope(), row)
        try:
            money.take_back(row.ref, form.reason.data, who=scope(), today=today(), now=now())
            flash(gettext("It was taken back."))
            return htmx.see_other(url_for("office.owners", ref=house.ref))
        except Refused as refused:
            blame(form, refused)
    return back_page(row, form, 422)
