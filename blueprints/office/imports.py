"""Bringing a loan book in: upload, check, commit, progress, undo. The work runs beside the requests (jobs.py)."""

from __future__ import annotations

import os
import re
import secrets
from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, ValidationError

from blueprints.office import office
from blueprints.office.import_words import FIELDS
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import imports as importing
from domain.actions import imports_undo
from domain.reports import imports as report
from domain.words import Conflict, Refused, Sentence
from models import ImportBatch

STATES = {
    "reading": (_("Reading"), "info"),
    "checked": (_("Checked"), "info"),
    "staging": (_("Coming in"), "info"),
    "staged": (_("Coming in"), "info"),
    "live": (_("Live"), "success"),
    "undone": (_("Undone"), None),
    "failed": (_("Not read"), "danger"),
}
MONEY = {
    "principal": _("Amount of the loans"),
    "balance": _("Balance"),
    "past_due": _("Past due"),
    "difference": _("Opening difference"),
    "rent": _("Rent and charges a month"),
    "prepaid": _("Paid ahead"),
    "deposit": _("Deposits held"),
}
_FIELD = "field-"


class OptionsForm(FlaskForm):
    as_of = DayField(_("Balances are as of"), description=_("Leave it empty where the file says it."))
    due_day = IntegerField(
        _("Due day"),
        [
            InputRequired(_("Write a day of the month, 1 to 31.")),
            NumberRange(1, 31, _("Write a day of the month, 1 to 31.")),
        ],
        default=1,
        description=_("For files that name months only."),
    )
    decimal = SelectField(
        _("Cents are divided by"),
        choices=[
            SelectChoice("", _("What the file shows")),
            SelectChoice("point", _("A point: 1,234.50")),
            SelectChoice("comma", _("A comma: 1.234,50")),
        ],
    )
    date_order = SelectField(
        _("Dates are written"),
        choices=[
            SelectChoice("", _("As the file shows")),
            SelectChoice("day", _("Day first: 31/12/2026")),
            SelectChoice("month", _("Month first: 12/31/2026")),
        ],
    )


class UploadForm(OptionsForm):
    file = FileField(_("File"), [FileRequired(_("Choose a CSV or XLSX file."))])
    profile = SelectField(_("Kind of file"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.profile.choices = [
            SelectChoice(name, here().say(title)) for name, title in report.profiles().items()
        ]

    def validate_as_of(self, field: DayField) -> None:
        if field.data is None and report.needs_as_of(self.profile.data or ""):
            raise ValidationError(
                gettext("This kind of file does not say the day its balances are of. Give that day.")
            )


class UndoForm(FlaskForm):
    pass


@office.get("/office/imports")
def imports() -> ResponseReturnValue:
    lookup.require("imports")
    page = report.listing(scope(), _page_number())
    return htmx.render("office/imports/index.html", listed=_linked(page, "office.imports"), states=STATES)


@office.route("/office/imports/new", methods=["GET", "POST"])
def new_import() -> ResponseReturnValue:
    lookup.require("imports")
    form = UploadForm()
    if request.method == "GET":
        return htmx.render("office/imports/new.html", form=form)
    if not form.validate():
        return htmx.render("office/imports/new.html", status=422, form=form)
    options = importing.Options(
        today=today(),
        as_of=form.as_of.data,
        due_day=form.due_day.data,
        decimal=form.decimal.data,
        date_order=form.date_order.data,
    )
    path = _kept(form.file.data)
    ref = importing.begin(
        path, _shown_name(form.file.data), form.profile.data, options, by=scope().by, now=now()
    )
    _start(ref)
    return htmx.see_other(url_for("office.import_batch", ref=ref))


@office.get("/office/imports/<ref>")
def import_batch(ref: str) -> ResponseReturnValue:
    lookup.require("imports")
    return _shown(lookup.get_or_404(ImportBatch, ref))


@office.get("/office/imports/<ref>/widgets/progress")
def import_progress(ref: str) -> ResponseReturnValue:
    lookup.require("imports")
    return _shown(lookup.get_or_404(ImportBatch, ref))


@office.post("/office/imports/<ref>/commit")
def commit_import(ref: str) -> ResponseReturnValue:
    lookup.require("imports")
    batch = lookup.get_or_404(ImportBatch, ref)
    if importing.accept(batch.ref, by=scope().by, now=now()):
        _start(ref)
    return htmx.see_other(url_for("office.import_batch", ref=ref))


@office.post("/office/imports/<ref>/continue")
def resume_import(ref: str) -> ResponseReturnValue:
    lookup.require("imports")
    batch = lookup.get_or_404(ImportBatch, ref)
    if report.stopped(batch, now()):
        _start(ref)
    return htmx.see_other(url_for("office.import_batch", ref=ref))


@office.post("/office/imports/<ref>/answers")
def answer_import(ref: str) -> ResponseReturnValue:
    """What the person says about the file's columns and spelling; it is then read again."""
    lookup.require("imports")
    batch = lookup.get_or_404(ImportBatch, ref)
    form = OptionsForm()
    if not form.validate():
        return _shown(batch, form, 422)
    said = {key.removeprefix(_FIELD): value for key, value in request.form.items() if key.startswith(_FIELD)}
    known = {ask.name for ask in report.asks(batch)}
    mapping = {name: heading[:80] for name, heading in said.items() if name in known} or batch.mapping
    importing.answer(
        ref, mapping, form.as_of.data, form.due_day.data, form.decimal.data, form.date_order.data
    )
    _start(ref)
    return htmx.see_other(url_for("office.import_batch", ref=ref))


@office.post("/office/imports/<ref>/abandon")
def abandon_import(ref: str) -> ResponseReturnValue:
    lookup.require("imports")
    batch = lookup.get_or_404(ImportBatch, ref)
    importing.abandon(batch.ref, by=scope().by, now=now())
    flash(gettext("%(file)s was put aside. Nothing of it was brought in.", file=batch.filename))
    return htmx.see_other(url_for("office.imports"))


@office.route("/office/imports/<ref>/undo", methods=["GET", "POST"])
def undo_import(ref: str) -> ResponseReturnValue:
    lookup.require("imports")
    batch = lookup.get_or_404(ImportBatch, ref)
    form = UndoForm()
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else 422
        return undo_page(batch, form, report.why_not_undone(batch), status)
    try:
        undone = imports_undo.undo(batch.ref, by=scope().by, now=now(), today=today())
    except (Refused, Conflict) as refused:
        return undo_page(batch, form, refused.sentence, 422)
    flash(ngettext("%(num)s agreement was undone.", "%(num)s agreements were undone.", undone))
    return htmx.see_other(url_for("office.import_batch", ref=ref))


def undo_page(
    batch: ImportBatch, form: UndoForm, problem: Sentence | None, status: int
) -> ResponseReturnValue:
    """The question before an import is undone; `problem` says why it cannot be, and then nothing is asked."""
    return htmx.render("office/imports/undo.html", status=status, batch=batch, form=form, problem=problem)


def _shown(batch: ImportBatch, form: OptionsForm | None = None, status: int = 200) -> ResponseReturnValue:
    """The page of a batch, or its one changing part alone for the poll."""
    page = report.problems(scope(), batch, _page_number())
    context = {
        "batch": batch,
        "form": form or _options_form(batch),
        "state": STATES[batch.state],
        "currency": batch.options.get("currency", "USD"),
        "profile": report.profiles().get(batch.profile),
        "figures": [(MONEY[name], minor) for name, minor in report.figures(batch) if name in MONEY],
        "notes": report.notes(batch),
        "controls": report.controls(batch),
        "units": batch.totals.get("kinds", {}).get("unit", 0),
        "old": report.old(batch, today()),
        "about": FIELDS,
        "field_of": {heading: name for name, heading in batch.totals.get("places", {}).items()},
        "questions": [sentence for _option, sentence in report.questions(batch)],
        "problem": report.problem(batch),
        "asks": report.asks(batch),
        "prefix": _FIELD,
        "under_way": report.under_way(batch),
        "stopped": report.stopped(batch, now()),
        "listed": _linked(page, "office.import_batch", ref=batch.ref),
    }
    return htmx.render("office/imports/show.html", "office/imports/_batch.html", status, **context)


def _options_form(batch: ImportBatch) -> OptionsForm:
    kept = batch.options
    return OptionsForm(
        formdata=None,
        as_of=date.fromisoformat(kept["as_of"]) if kept.get("as_of") else None,
        due_day=kept.get("due_day", 1),
        decimal=kept.get("decimal", ""),
        date_order=kept.get("date_order", ""),
    )


def _start(ref: str) -> None:
    current_app.extensions["start_import"](ref, scope().by)


def _kept(upload: FileStorage) -> Path:
    """The uploaded bytes in a file of our own naming that only this installation reads."""
    path = Path(current_app.config["SETTINGS"].uploads) / f"{secrets.token_hex(16)}.upload"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        upload.save(file)
    return path


def _shown_name(upload: FileStorage) -> str:
    """The name the file had, for people to recognise it by; never used as a path."""
    name = re.split(r"[/\\]", upload.filename or "")[-1]
    return "".join(letter for letter in name if letter.isprintable())[:120] or gettext("file")


def _page_number() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _linked(page: report.Page, endpoint: str, **values: str) -> dict[str, Any]:
    """A page of rows with the addresses of its neighbours."""
    before = url_for(endpoint, page=page.number - 1, **values) if page.number > 1 else None
    after = url_for(endpoint, page=page.number + 1, **values) if page.number < page.pages else None
    return {
        "rows": page.rows, "number": page.number, "pages": page.pages, "total": page.total,
        "previous_url": before, "next_url": after,
    }  # fmt: skip
