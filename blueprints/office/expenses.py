"""What is spent on houses: the list, writing one down with its file, one page each, taking one back.

Landlords read those of their houses; staff with the right write them down.
"""

from __future__ import annotations

import re
from pathlib import Path

from flask import Response, abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from blueprints.office import office
from blueprints.office.cash_drawer import currency, owner
from blueprints.office.listing import Listing, wanted
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, MoneyField, RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import expenses as acts
from domain.actions.handed_in_files import HandedIn, open_file
from domain.reports import expenses as reports
from domain.reports.users import property_choices
from domain.rules.expenses import CATEGORIES
from domain.sealing import fresh_ref
from domain.words import Conflict, Gone, Refused
from models import Expense


class ExpenseForm(FlaskForm):
    property = SelectField(_("Property"), validators=[DataRequired(_("Choose the property."))])
    unit = text_field(_("Unit"), 60)
    day = DayField(_("Day"), [InputRequired(_("Choose the day on which it was paid."))])
    category = SelectField(_("What for"))
    amount = MoneyField(_("Amount"), [InputRequired(_("Enter an amount."))])
    vendor = text_field(_("Paid to"), 120)
    description = text_field(_("Description"), 300)
    file = FileField(_("Invoice or picture"))
    form_ref = RefField(purpose="expense")


class UndoForm(FlaskForm):
    reason = text_field(_("Why?"), acts.MOST_REASON, DataRequired(_("Say why.")))


def expense_form(*, fresh: bool = False) -> ExpenseForm:
    form = ExpenseForm(formdata=None) if fresh else ExpenseForm()
    form.property.choices = [SelectChoice("", _("Choose")), *(SelectChoice(*one) for one in houses())]
    form.category.choices = [SelectChoice(key, gettext(words)) for key, words in CATEGORIES.items()]
    form.amount.currency, form.form_ref.owner = currency(), owner()
    if fresh:
        form.property.data = request.args.get("property", "")[:40]
        form.category.data, form.day.data = "repairs", today()
        form.form_ref.data = seal_ref("expense", fresh_ref(), owner())
    return form


def houses() -> list[tuple[str, str]]:
    return property_choices(scope())


@office.get("/office/expenses")
def expenses() -> ResponseReturnValue:
    lookup.require("properties")
    asked = wanted(("property", "category"))
    listing = Listing("office.expenses", asked, reports.expenses(scope(), asked))
    return htmx.render(
        "office/expenses/index.html", "office/expenses/_list.html", listing=listing, houses=houses(),
        categories=CATEGORIES,
    )  # fmt: skip


@office.get("/office/expenses/new")
def new_expense() -> ResponseReturnValue:
    lookup.require("expenses")
    return htmx.render("office/expenses/new.html", form=expense_form(fresh=True), houses=houses())


@office.post("/office/expenses")
def create_expense() -> ResponseReturnValue:
    lookup.require("expenses")
    form = expense_form()
    if form.validate():
        spent = acts.Spent(
            form.property.data, form.day.data, form.category.data, form.amount.data or 0, form.vendor.data or "",
            form.description.data or "", form.unit.data or "",
        )  # fmt: skip
        try:
            ref = acts.spend(
                spent, form.form_ref.ref or "", who=scope(), today=today(), now=now(), uploads=uploads(),
                file=handed_in(form.file.data),
            )  # fmt: skip
            flash(gettext("The expense was written down."))
            return htmx.see_other(url_for("office.expense", ref=ref))
        except Refused as refused:
            blame(form, refused)
        except Conflict as conflict:
            blame(form, Refused(conflict.sentence))
    return htmx.render("office/expenses/new.html", status=422, form=form, houses=houses())


def uploads() -> Path:
    return Path(current_app.config["SETTINGS"].uploads)


def handed_in(upload: FileStorage | None) -> HandedIn | None:
    """The file that came with a form, if one did."""
    if upload is None or not upload.filename:
        return None
    return HandedIn(re.split(r"[/\\]", upload.filename)[-1], upload.read())


@office.get("/office/expenses/<ref>", endpoint="expense")
def show_expense(ref: str) -> ResponseReturnValue:
    lookup.require("properties")
    return expense_page(lookup.get_or_404(Expense, ref), UndoForm(formdata=None))


def expense_page(row: Expense, form: UndoForm, status: int = 200) -> ResponseReturnValue:
    shown = reports.expense(scope(), row)
    return htmx.render(
        "office/expenses/expense.html", status=status, shown=shown, spent=shown.spent, form=form
    )


@office.post("/office/expenses/<ref>/undo")
def undo_expense(ref: str) -> ResponseReturnValue:
    lookup.require("expenses")
    row = lookup.get_or_404(Expense, ref)
    form = UndoForm()
    if form.validate():
        try:
            acts.take_back(row.ref, form.reason.data, who=scope(), today=today(), now=now())
            flash(gettext("The expense was taken back."))
            return htmx.see_other(url_for("office.expense", ref=row.ref))
        except Refused as refused:
            blame(form, refused)
    return expense_page(row, form, 422)


@office.get("/office/expenses/<ref>/file")
def expense_file(ref: str) -> ResponseReturnValue:
    """The file of an expense, always as a download: a browser never runs what somebody handed in."""
    lookup.require("properties")
    file = reports.file_of(scope(), lookup.get_or_404(Expense, ref))
    if file is None:
        abort(404)
    try:
        content = open_file(file, uploads())
    except Gone as gone:
        return htmx.render("office/expenses/gone.html", status=410, words=here().say(gone.sentence), ref=ref)
    answer = Response(content, mimetype=file.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    return answer
