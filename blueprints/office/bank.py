"""The bank: statements handed in, what they hold before anything is written, and how a CSV is to be read."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from blueprints.office import office
from blueprints.office.listing import Listing, wanted
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import bank_statements as acts
from domain.actions import certain_matches
from domain.reports import bank_files, bank_statements, csv_questions
from domain.words import Conflict, Refused, Sentence
from models import BankFile, BankStatement

STATES = {
    "open": (_("Not explained"), "warning"),
    "matched": (_("Matched"), "success"),
    "ignored": (_("Not ours"), None),
    "undone": (_("Taken out"), None),
}

KINDS = {name: Sentence(words) for name, words in bank_statements.KINDS.items()}
"""What a movement was."""


class UploadForm(FlaskForm):
    file = FileField(_("File"), [FileRequired(_("Choose a file of your bank: OFX, CAMT.053 or CSV."))])


class ColumnsForm(FlaskForm):
    """How a CSV is to be read: one choice per thing a statement has, made of the file's own headings."""

    name = StringField(
        _("Name of the bank"), [InputRequired(_("Give it a name to know it by.")), Length(max=80)]
    )
    account = StringField(_("Account"), [Length(max=40)])
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
    turned = BooleanField(_("Money that went stands as a positive amount"))


class ConfirmForm(FlaskForm):
    pass


@office.get("/office/bank")
def bank() -> ResponseReturnValue:
    lookup.require("bank")
    asked = wanted()
    found = bank_statements.statements(scope(), asked)
    return htmx.render(
        "office/bank/index.html",
        found=found,
        listing=Listing("office.bank", asked, found),
        files=bank_statements.waiting_files(scope()),
        open_lines=bank_statements.open_count(scope()),
        next_ref=bank_statements.next_open(scope()),
    )


@office.route("/office/bank/files/new", methods=["GET", "POST"])
def new_statement_file() -> ResponseReturnValue:
    lookup.require("bank")
    form = UploadForm()
    if request.method == "GET":
        return htmx.render("office/bank/new.html", form=form)
    if not form.validate():
        return htmx.render("office/bank/new.html", status=422, form=form)
    try:
        ref = acts.receive(
            form.file.data.read(), _shown_name(form.file.data), folder=_folder(), who=scope(), now=now()
        )
    except Refused as refused:
        form.file.errors = [here().say(refused.sentence)]
        return htmx.render("office/bank/new.html", status=422, form=form)
    return htmx.see_other(url_for("office.statement_file", ref=ref))


@office.get("/office/bank/files/<ref>")
def statement_file(ref: str) -> ResponseReturnValue:
    """What the file holds and what of it is new; nothing changes by looking."""
    lookup.require("bank")
    return _shown(_found(ref))


@office.post("/office/bank/files/<ref>/columns")
def explain_statement_file(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    file = _found(ref)
    form = ColumnsForm()
    said = csv_questions.said(request.form)
    if not form.validate():
        return _shown(file, form, said, 422)
    layout = csv_questions.layout(
        said, form.decimal.data, form.date_order.data, form.account.data, bool(form.turned.data)
    )
    try:
        acts.learn(file.ref, layout, form.name.data, folder=_folder(), who=scope(), now=now())
    except Refused as refused:
        target = form.account if refused.field == "account" else form.name
        target.errors = [here().say(refused.sentence)]
        return _shown(file, form, said, 422)
    lookup.forget()
    return htmx.see_other(url_for("office.statement_file", ref=ref))


@office.post("/office/bank/files/<ref>/statements")
def bring_in_statement_file(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    file = _found(ref)
    try:
        refs = acts.bring_in(file.ref, folder=_folder(), who=scope(), now=now())
    except (Refused, Conflict) as refused:
        lookup.forget()
        flash(here().say(refused.sentence), "error")
        return htmx.see_other(url_for("office.statement_file", ref=ref))
    lookup.forget()
    done = certain_matches.match_certain(refs, who=scope(), today=today(), now=now())
    lookup.forget()
    if done:
        flash(ngettext("%(num)s movement was matched by itself: what it is was certain.",
                       "%(num)s movements were matched by themselves: what they are was certain.", done))  # fmt: skip
    return htmx.see_other(url_for("office.bank_statement", ref=refs[0]))


@office.get("/office/bank/statements/<ref>")
def bank_statement(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    statement = lookup.get_or_404(BankStatement, ref)
    asked = wanted(("state",))
    found = bank_statements.lines(scope(), statement, asked)
    in_address = replace(asked, filters={**asked.filters, "ref": ref})
    return htmx.render(
        "office/bank/show.html",
        statement=statement,
        found=found,
        listing=Listing("office.bank_statement", in_address, found),
        state=asked.filters.get("state", ""),
        states=STATES,
        kinds=KINDS,
        explained=bank_statements.explained(scope(), [line.id for line in found.rows]),
    )


@office.route("/office/bank/statements/<ref>/undo", methods=["GET", "POST"])
def undo_bank_statement(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    statement = lookup.get_or_404(BankStatement, ref)
    form = ConfirmForm()
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else 422
        return htmx.render(
            "office/bank/undo.html", status=status, statement=statement, form=form, problem=None
        )
    try:
        gone = acts.undo(statement.ref, who=scope(), now=now())
    except Conflict as conflict:
        lookup.forget()
        statement = lookup.get_or_404(BankStatement, ref)
        problem = here().say(conflict.sentence)
        return htmx.render(
            "office/bank/undo.html", status=409, statement=statement, form=form, problem=problem
        )
    lookup.forget()
    flash(ngettext("The statement was taken out with %(num)s movement.",
                   "The statement was taken out with %(num)s movements.", gone))  # fmt: skip
    return htmx.see_other(url_for("office.bank"))


def _found(ref: str) -> BankFile:
    file = lookup.get_or_404(BankFile, ref)
    if file.kind != bank_files.KIND:
        abort(404)
    return file


def _shown(
    file: BankFile, form: ColumnsForm | None = None, said: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    content = acts.kept(file.ref, folder=_folder(), who=scope())
    plan = bank_files.shown(file, content)
    context: dict[str, Any] = {"file": file, "plan": plan, "account_of": bank_files.shown_account}
    if plan.unknown is not None:
        guess = plan.unknown.look.guess
        context["form"] = form or ColumnsForm(
            formdata=None, decimal=guess.decimal, date_order=guess.date_order
        )
        context["asks"] = csv_questions.asks(plan.unknown.look, said)
    return htmx.render("office/bank/file.html", status=status, confirm=ConfirmForm(), **context)


def _folder() -> Path:
    return Path(current_app.config["SETTINGS"].received)


def _shown_name(upload: FileStorage) -> str:
    """The name the file had, for people to recognise it by; never used as a path."""
    name = re.split(r"[/\\]", upload.filename or "")[-1]
    return "".join(letter for letter in name if letter.isprintable())[:120] or gettext("file")
