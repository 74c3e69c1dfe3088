"""Is a file one of our documents, unchanged? Whoever holds it hands it in or types its fingerprint; nothing is kept."""

from __future__ import annotations

import re

from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import Length

from blueprints.public import public
from blueprints.shared import htmx
from blueprints.shared.throttle import TRIES, limit_posts
from domain.reports import document_check


class CheckForm(FlaskForm):
    file = FileField(_("The PDF file"))
    fingerprint = StringField(_("Or its fingerprint (SHA-256)"), [Length(max=120)])


@public.get("/verify")
def check_document() -> ResponseReturnValue:
    return htmx.render(
        "public/check_document/check.html", form=CheckForm(formdata=None), asked=False, known=None
    )


@public.post("/verify")
@limit_posts(TRIES)
def look_at_document() -> ResponseReturnValue:
    form = CheckForm()
    if form.validate():
        upload = form.file.data
        typed = re.sub(r"\s+", "", form.fingerprint.data or "").casefold()
        if upload is not None and upload.filename:
            content = upload.read(document_check.MOST_BYTES + 1)
            if len(content) > document_check.MOST_BYTES:
                form.file.errors = [gettext("This file is too large to be one of ours.")]
            else:
                return answer(document_check.sha256_of(content), upload.filename)
        elif re.fullmatch(r"[0-9a-f]{64}", typed):
            return answer(typed, "")
        elif typed:
            form.fingerprint.errors = [gettext("A fingerprint has 64 digits and letters from a to f.")]
        else:
            form.file.errors = [gettext("Choose the file.")]
    return htmx.render("public/check_document/check.html", status=422, form=form, asked=False, known=None)


def answer(sha256: str, name: str) -> ResponseReturnValue:
    """What is known of a file. `name` is only shown back."""
    return htmx.render(
        "public/check_document/check.html", form=CheckForm(formdata=None), asked=True, sha256=sha256, name=name[:120],
        known=document_check.look(sha256),
    )  # fmt: skip
