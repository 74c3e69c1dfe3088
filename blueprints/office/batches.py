"""Files for the bank: what is due, one file with its lines, its download, and what became of it."""

from __future__ import annotations

from flask import Response, abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from blueprints.office import office
from blueprints.office.listing import Listing, wanted
from blueprints.shared import htmx, lookup, step_up
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.actions import batch_ends, batch_files
from domain.actions import batches as building
from domain.reports import batches as reports
from domain.reports.actors import names_of
from domain.words import Conflict, Refused, Sentence
from models import Batch

VARIANTS = {"written": "warning", "handed_over": "info", "accepted": "success", "refused": "danger"}


class ConfirmForm(FlaskForm):
    pass


class AnswerForm(FlaskForm):
    note = StringField(_("What the bank said"), [Length(max=300)])


class WithdrawForm(FlaskForm):
    sure = BooleanField(_("I made sure that the bank does not have this file, and will not get it"))


@office.get("/office/batches")
def batches() -> ResponseReturnValue:
    lookup.require("bank")
    asked = wanted()
    found = reports.sent(scope(), asked)
    return htmx.render(
        "office/batches/index.html",
        found=found,
        listing=Listing("office.batches", asked, found),
        due=reports.due_now(scope(), today()),
        received=reports.received(scope()),
        words=_words(),
    )


@office.get("/office/batches/new/<gateway>")
def new_batch(gateway: str) -> ResponseReturnValue:
    """What would be in the file if it were made now; nothing changes by looking."""
    lookup.require("bank")
    return _preview(gateway)


@office.post("/office/batches/new/<gateway>")
def create_batch(gateway: str) -> ResponseReturnValue:
    lookup.require("bank")
    due = _due(gateway)
    settings = current_app.config["SETTINGS"]
    limits = building.Limits(settings.file_most_lines, settings.file_most_per_day)
    try:
        refs = building.build(
            due.gateway,
            today(),
            today=today(),
            now=now(),
            by=scope().by,
            folder=settings.outgoing,
            limits=limits,
        )
    except Refused as refused:
        return _preview(gateway, 422, refused.sentence)
    lookup.forget()
    if not refs:
        flash(gettext("Nothing was due for a file."))
        return htmx.see_other(url_for("office.batches"))
    flash(ngettext("The file was made.", "%(num)s files were made.", len(refs)))
    return htmx.see_other(
        url_for("office.batch", ref=refs[0]) if len(refs) == 1 else url_for("office.batches")
    )


@office.get("/office/batches/<ref>")
def batch(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    return _shown(lookup.get_or_404(Batch, ref))


@office.post("/office/batches/<ref>/file")
@limit_reads(PAPERS)
def batch_file(ref: str) -> ResponseReturnValue:
    """The file itself. By POST, because taking it is noted: it holds account numbers, and the bank may have it then."""
    lookup.require("bank")
    found = lookup.get_or_404(Batch, ref)
    if asked := step_up.required(back=url_for("office.batch", ref=ref)):
        return asked
    try:
        name, content = batch_files.take_out(
            found.ref, folder=current_app.config["SETTINGS"].outgoing, now=now(), by=scope().by
        )
    except Conflict as problem:
        lookup.forget()
        found = lookup.get_or_404(Batch, ref)
        return _shown(found, 409, problem.sentence)
    answer = Response(content, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@office.post("/office/batches/<ref>/handed-over")
def hand_over_batch(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    found = lookup.get_or_404(Batch, ref)
    try:
        done = batch_ends.hand_over(found.ref, today=today(), now=now(), by=scope().by)
    except Conflict as problem:
        return _shown(found, 409, problem.sentence)
    return _after(
        ref, done, gettext("The bank has the file. Its debits settle by themselves unless they come back.")
    )


@office.post("/office/batches/<ref>/answer")
def answer_batch(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    found = lookup.get_or_404(Batch, ref)
    form = AnswerForm()
    if not form.validate():
        return _shown(found, 422, form=form)
    if request.form.get("answer") not in ("accepted", "refused"):
        # A refused file is taken apart and debited again, so nothing stands for that but the word itself.
        abort(400)
    taken = request.form["answer"] == "accepted"
    done = batch_ends.answer(found.ref, taken, form.note.data or "", now=now(), by=scope().by)
    said = gettext("Noted: the bank took the file.")
    if not taken:
        said = gettext("Noted. The payments of this file are planned again and go into the next one.")
    return _after(ref, done, said)


@office.post("/office/batches/<ref>/withdraw")
def withdraw_batch(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    found = lookup.get_or_404(Batch, ref)
    form = WithdrawForm()
    try:
        done = batch_ends.withdraw(found.ref, sure=bool(form.sure.data), now=now(), by=scope().by)
    except Conflict as problem:
        lookup.forget()
        return _shown(lookup.get_or_404(Batch, ref), 409, problem.sentence)
    return _after(ref, done, gettext("The file was taken apart. Its payments go into the next one."))


def _after(ref: str, done: bool, said: str) -> ResponseReturnValue:
    flash(said if done else gettext("Nothing was changed: that was done already, or the file has gone on."))
    return htmx.see_other(url_for("office.batch", ref=ref))


def _due(gateway: str) -> reports.Due:
    return next((due for due in reports.due_now(scope(), today()) if due.gateway == gateway), None) or abort(
        404
    )


def _preview(gateway: str, status: int = 200, problem: Sentence | None = None) -> ResponseReturnValue:
    due = _due(gateway)
    return htmx.render(
        "office/batches/new.html",
        status=status,
        due=due,
        rows=reports.due_rows(scope(), gateway, today()),
        form=ConfirmForm(),
        problem=here().say(problem) if problem else None,
    )


def _shown(
    found: Batch, status: int = 200, problem: Sentence | None = None, form: AnswerForm | None = None
) -> ResponseReturnValue:
    asked = wanted()
    lines = reports.lines(scope(), found, asked)
    return htmx.render(
        "office/batches/show.html",
        status=status,
        batch=found,
        lines=lines,
        pages={
            "number": lines.page,
            "pages": lines.pages,
            "previous_url": _page(found, lines.page - 1) if lines.page > 1 else None,
            "next_url": _page(found, lines.page + 1) if lines.page < lines.pages else None,
        },
        form=form or AnswerForm(),
        withdraw=WithdrawForm(),
        downloaded_by=_name(found.downloaded_by),
        words=_words(),
        problem=here().say(problem) if problem else None,
    )


def _name(actor: str) -> str:
    """Whoever it was, in words; empty for nobody."""
    name = names_of([actor])[actor]
    return here().say(name) if isinstance(name, Sentence) else name


def _page(found: Batch, number: int) -> str:
    return url_for("office.batch", ref=found.ref, page=number)


def _words() -> dict[str, object]:
    """Names of schemes and states in the reader's language, and how a state is coloured."""
    say = here().say
    return {
        "schemes": {name: say(Sentence(words)) for name, words in reports.SCHEMES.items()},
        "states": {name: say(Sentence(words)) for name, words in reports.STATES.items()},
        "variants": VARIANTS,
    }
