"""Notes of the office about an agreement or a person: read, write, pin, remove. Customers never see them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.fields import RefField, seal_ref
from blueprints.shared.signed_in import scope
from domain.actions import notes as acts
from domain.reports import notes as reports
from domain.sealing import fresh_ref
from domain.words import Refused
from models import Agreement, Person

ABOUT: dict[str, Any] = {"agreement": Agreement, "person": Person}


class NoteForm(FlaskForm):
    """`sent`: it came by POST, so its ref counts."""

    text = text_field(_("Note"), acts.MOST_TEXT, DataRequired(_("Write something down.")), lines=True)
    pinned = BooleanField(_("Keep it at the top"))
    form_ref = RefField(purpose="note")

    def __init__(self, about_ref: str, *, sent: bool = False):
        super().__init__(**({} if sent else {"formdata": None}))
        self.form_ref.owner = f"{current_user.user_ref}:{about_ref}:note"
        if not sent:
            self.form_ref.data = seal_ref("note", fresh_ref(), self.form_ref.owner)


def beside(row: Agreement | Person) -> dict[str, Any]:
    """What `office/notes/_notes.html` shows on the page of an agreement or a person; nothing to who may read none."""
    if not scope().may(acts.RIGHT):
        return {"notes": None}
    return {"notes": reports.of(scope(), row), "note_form": NoteForm(row.ref)}


@office.get("/office/agreements/<ref>/notes", defaults={"about": "agreement"}, endpoint="agreement_notes")
@office.get("/office/people/<ref>/notes", defaults={"about": "person"}, endpoint="person_notes")
def notes(about: str, ref: str) -> ResponseReturnValue:
    """All notes about one agreement or one person."""
    lookup.require(acts.RIGHT)
    row = lookup.get_or_404(ABOUT[about], ref)
    return notes_page(row, NoteForm(row.ref))


def notes_page(row: Agreement | Person, form: NoteForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/notes/index.html", status=status, row=row, note_form=form,
        notes=reports.of(scope(), row, reports.MOST),
    )  # fmt: skip


@office.post(
    "/office/agreements/<ref>/notes", defaults={"about": "agreement"}, endpoint="create_agreement_note"
)
@office.post("/office/people/<ref>/notes", defaults={"about": "person"}, endpoint="create_person_note")
def create_note(about: str, ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    row = lookup.get_or_404(ABOUT[about], ref)
    form = NoteForm(row.ref, sent=True)
    if not form.validate():
        return notes_page(row, form, 422)
    try:
        acts.write(about, row.ref, form.text.data, form.form_ref.ref or "", who=scope(), now=now(),
                   pinned=form.pinned.data)  # fmt: skip
    except Refused as refused:
        blame(form, refused)
        return notes_page(row, form, 422)
    flash(gettext("The note was kept."))
    return htmx.see_other(url_for(f"office.{about}", ref=row.ref, _anchor="notes"))


@office.post("/office/notes/<ref>/pin")
def pin_note(ref: str) -> ResponseReturnValue:
    """Set a note above the others (`on=yes`), or let it stand among them again."""
    note = standing(ref)
    acts.pin(note.ref, request.form.get("on") == "yes", who=scope(), now=now())
    return htmx.see_other(page_of(note))


@office.get("/office/notes/<ref>/end", endpoint="ask_remove_note")
def ask_remove_note(ref: str) -> ResponseReturnValue:
    """The question before a note goes; nothing changes by looking."""
    note = standing(ref)
    return htmx.render("office/notes/remove.html", note=note, back=page_of(note))


@office.post("/office/notes/<ref>/end", endpoint="remove_note")
def remove_note(ref: str) -> ResponseReturnValue:
    note = standing(ref)
    acts.remove(note.ref, who=scope(), now=now())
    flash(gettext("The note was removed."))
    return htmx.see_other(page_of(note))


def standing(ref: str) -> reports.Line:
    """The note that the address names, or 404."""
    lookup.require(acts.RIGHT)
    note = reports.one(scope(), ref[:64])
    if note is None:
        abort(404)
    return note


def page_of(note: reports.Line) -> str:
    """The address of the page that shows the note."""
    return url_for(f"office.{note.about}", ref=note.about_ref, _anchor="notes")
