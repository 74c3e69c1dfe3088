"""Files from the bank: hand one in, and what each of its lines did."""

from __future__ import annotations

import re

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage

from blueprints.office import office
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import bank_files as acts
from domain.reports import batches as reports
from domain.words import Refused, Sentence, sentence_from
from models import BankFile


class UploadForm(FlaskForm):
    file = FileField(_("File"), [FileRequired(_("Choose the file that the bank sent."))])


@office.route("/office/bank-files/new", methods=["GET", "POST"])
def new_bank_file() -> ResponseReturnValue:
    lookup.require("bank")
    form = UploadForm()
    if request.method == "GET":
        return htmx.render("office/bank_files/new.html", form=form)
    if not form.validate():
        return htmx.render("office/bank_files/new.html", status=422, form=form)
    upload: FileStorage = form.file.data
    settings = current_app.config["SETTINGS"]
    try:
        taken = acts.take(
            upload.read(), _shown_name(upload), folder=settings.received, today=today(), now=now(), by=scope().by,
            base_url=settings.base_url,
        )  # fmt: skip
    except Refused as refused:
        form.file.errors = [here().say(refused.sentence)]
        return htmx.render("office/bank_files/new.html", status=422, form=form)
    again = {"again": "1"} if taken.again else {}
    return htmx.see_other(url_for("office.bank_file", ref=taken.ref, **again))


@office.get("/office/bank-files/<ref>")
def bank_file(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    file = lookup.get_or_404(BankFile, ref)
    say = here().say
    return htmx.render(
        "office/bank_files/show.html",
        file=file,
        again=request.args.get("again") == "1",
        problem=say(sentence_from(file.problem)) if file.problem else None,
        scheme=say(Sentence(reports.SCHEMES.get(file.gateway, file.gateway))),
        lines=reports.told(file),
        count=reports.told_count(file),
        did={name: say(Sentence(words)) for name, words in reports.DID.items()},
    )


def _shown_name(upload: FileStorage) -> str:
    """The name the file had, for people to recognise it by; never used as a path."""
    name = re.split(r"[/\\]", upload.filename or "")[-1]
    return "".join(letter for letter in name if letter.isprintable())[:120] or gettext("file")
