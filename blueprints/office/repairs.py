"""Repairs of units: the list, one with its steps, moving it on, what it cost. Landlords read those of their houses."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.expenses import handed_in
from blueprints.office.listing import Listing, wanted
from blueprints.office.typed import blame, text_field
from blueprints.office.units import currency
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, MoneyField, RefField, seal_ref
from blueprints.shared.signed_in import scope
from blueprints.shared.uploads import picture, uploads
from domain.actions import repairs as acts
from domain.reports import repairs as reports
from domain.reports import thread_pages
from domain.rules.repairs import MOST_NOTE, MOST_VENDOR, MOST_WHEN, NEXT, STATE_WORDS
from domain.sealing import fresh_ref
from domain.words import Conflict, Refused
from models import MaintenanceRequest


class MoveForm(FlaskForm):
    state = SelectField(_("Next step"))
    note = text_field(_("What the tenant reads"), MOST_NOTE, lines=True)
    vendor = text_field(_("Who comes, or came"), MOST_VENDOR)
    planned_for = DayField(_("Day"))
    when = text_field(_("Time"), MOST_WHEN)
    amount = MoneyField(_("What it cost"))
    day = DayField(_("Paid on"))
    file = FileField(_("Invoice"))
    form_ref = RefField(purpose="repair")


class NoteForm(FlaskForm):
    note = text_field(_("Note, only for us"), MOST_NOTE, DataRequired(_("Write something.")), lines=True)


def move_form(line: reports.Line, *, sent: bool = False) -> MoveForm:
    form = MoveForm() if sent else MoveForm(formdata=None)
    form.state.choices = [SelectChoice(key, gettext(STATE_WORDS[key])) for key in NEXT[line.row.state]]
    form.amount.currency = currency()
    form.note.id = "move-note"  # beside it stands another form with a note
    form.form_ref.owner = f"{current_user.user_ref}:{line.row.ref}"
    if not sent:
        form.form_ref.data = seal_ref("repair", fresh_ref(), form.form_ref.owner)
        form.vendor.data = line.row.vendor
        form.planned_for.data, form.when.data = line.row.planned_for, line.row.planned_words
    return form


@office.get("/office/repairs")
def repairs() -> ResponseReturnValue:
    lookup.require("properties")
    asked = wanted(filters=("state",))
    listing = Listing("office.repairs", asked, reports.listed(scope(), asked))
    return htmx.render("office/repairs/repairs.html", listing=listing, chosen=asked.filters["state"])


def found(ref: str) -> tuple[MaintenanceRequest, reports.Line]:
    lookup.require("properties")
    row = lookup.get_or_404(MaintenanceRequest, ref)
    line = reports.one(scope(), ref)
    if line is None:
        abort(404)
    return row, line


@office.get("/office/repairs/<ref>", endpoint="repair")
def show_repair(ref: str) -> ResponseReturnValue:
    row, line = found(ref)
    return page(row, line, move_form(line), NoteForm(formdata=None))


def page(
    row: MaintenanceRequest, line: reports.Line, form: MoveForm, note: NoteForm, status: int = 200
) -> ResponseReturnValue:
    said = thread_pages.messages(scope(), row.thread_id) if row.thread_id and scope().staff else ()
    return htmx.render(
        "office/repairs/repair.html", status=status, line=line, form=form, note=note, said=said,
        steps=reports.steps(scope(), row), currency=currency(), photos=() if said else reports.photos(row),
    )  # fmt: skip


@office.get("/office/repairs/<ref>/photos/<file>")
def repair_photo(ref: str, file: str) -> ResponseReturnValue:
    """A picture that came with the report, made anew and small, for whoever decides about the repair."""
    row, _line = found(ref)
    shown = next((one.preview for one in reports.photos(row) if one.ref == file), None)
    if shown is None:
        abort(404)
    return picture(shown)


def staff_only() -> None:
    lookup.require("people")


@office.post("/office/repairs/<ref>/steps")
def move_repair(ref: str) -> ResponseReturnValue:
    staff_only()
    row, line = found(ref)
    form = move_form(line, sent=True)
    if form.validate():
        step = acts.Move(
            form.state.data, form.note.data or "", form.vendor.data or "", form.planned_for.data,
            form.when.data or "", form.amount.data, form.day.data, handed_in(form.file.data),
        )  # fmt: skip
        try:
            acts.move(
                ref, step, form.form_ref.ref or "", who=scope(), today=today(), now=now(), uploads=uploads()
            )
            flash(gettext("The tenant is told."))
            return htmx.see_other(url_for("office.repair", ref=ref))
        except Refused as refused:
            blame(form, refused)
        except Conflict as conflict:
            blame(form, Refused(conflict.sentence))
    return page(row, line, form, NoteForm(formdata=None), 422)


@office.post("/office/repairs/<ref>/notes")
def note_repair(ref: str) -> ResponseReturnValue:
    staff_only()
    row, line = found(ref)
    note = NoteForm()
    if note.validate():
        acts.note(ref, note.note.data or "", who=scope(), now=now())
        return htmx.see_other(url_for("office.repair", ref=ref))
    return page(row, line, move_form(line), note, 422)
