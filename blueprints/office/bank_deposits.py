"""Counter money that goes to the bank: choose cash and papers, print the slip, take back one that was a mistake."""

from __future__ import annotations

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField
from wtforms.fields import SelectChoice

from blueprints.office import office
from blueprints.office.cash_drawer import currency, owner
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, MoneyField, RefField, seal_ref
from blueprints.shared.frame import business
from blueprints.shared.signed_in import scope
from domain.actions import bank_deposits as acts
from domain.reports import cash_drawer as reports
from domain.sealing import fresh_ref
from domain.words import Conflict, Refused


class SlipForm(FlaskForm):
    """What goes to the bank, or what is fetched there."""

    way = RadioField(
        _("Which way?"),
        choices=[
            SelectChoice("carry", _("Carry money to the bank")),
            SelectChoice("fetch", _("Fetch change from the bank")),
        ],
        default="carry",
    )
    cash = MoneyField(_("Cash"))
    papers = SelectMultipleField(_("Checks, money orders and slips"), choices=[], validate_choice=False)
    day = DayField(_("Day"))
    note = text_field(_("Note"), acts.MOST_NOTE)
    form_ref = RefField(purpose="bank deposit")


class UndoForm(FlaskForm):
    reason = text_field(_("Why?"), acts.MOST_NOTE)


def slip_form(*, fresh: bool = False) -> SlipForm:
    form = SlipForm(formdata=None if fresh else request.form)
    form.cash.currency = currency()
    form.form_ref.owner = owner()
    if fresh:
        form.papers.data = [line.ref for line in reports.waiting(scope(), currency())]
        form.day.data = today()
        form.form_ref.data = seal_ref("bank deposit", fresh_ref(), owner())
    return form


@office.get("/office/bank-deposits/new")
def new_bank_deposit() -> ResponseReturnValue:
    lookup.require("counter")
    return slip_page(slip_form(fresh=True))


def slip_page(form: SlipForm, status: int = 200) -> ResponseReturnValue:
    waiting = reports.waiting(scope(), currency())
    return htmx.render(
        "office/bank_deposits/new.html", status=status, form=form, at=reports.standing(currency()), waiting=waiting,
        notes=reports.notes_of(scope(), waiting),
    )  # fmt: skip


@office.post("/office/bank-deposits")
def create_bank_deposit() -> ResponseReturnValue:
    """Write the slip, once."""
    lookup.require("counter")
    form = slip_form()
    if not form.validate():
        return slip_page(form, 422)
    cash = form.cash.data or 0
    try:
        made = acts.make(
            -cash if form.way.data == "fetch" else cash, form.papers.data or [], form.form_ref.ref or "",
            currency=currency(), who=scope(), today=today(), now=now(), on=form.day.data, note=form.note.data or "",
        )  # fmt: skip
    except (Refused, Conflict) as refused:
        lookup.forget()
        blame(form, refused if isinstance(refused, Refused) else Refused(refused.sentence, "papers"))
        return slip_page(form, 422)
    return htmx.see_other(url_for("office.bank_deposit", ref=made))


@office.get("/office/bank-deposits/<ref>")
def bank_deposit(ref: str) -> ResponseReturnValue:
    lookup.require("counter")
    return one_page(ref, UndoForm(formdata=None))


def one_page(ref: str, form: UndoForm, status: int = 200) -> ResponseReturnValue:
    slip = reports.slip(scope(), ref)
    if slip is None:
        abort(404)
    return htmx.render(
        "office/bank_deposits/show.html", status=status, slip=slip, papers=reports.papers_of(scope(), ref), form=form,
        house=business() or {},
    )  # fmt: skip


@office.post("/office/bank-deposits/<ref>/undo")
def undo_bank_deposit(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    if reports.slip(scope(), ref) is None:
        abort(404)
    form = UndoForm()
    if not form.validate():
        return one_page(ref, form, 422)
    try:
        acts.undo(ref, form.reason.data or "", who=scope(), today=today(), now=now())
    except Refused as refused:
        blame(form, refused)
        return one_page(ref, form, 422)
    return htmx.see_other(url_for("office.bank_deposit", ref=ref))
