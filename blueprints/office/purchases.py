"""Purchases on credit lines, many at once: a list is checked first and brought in when somebody says so.

What was uploaded travels in the form of the check, so nothing is kept before the purchases are.
"""

from __future__ import annotations

import base64
import binascii
import tempfile
from pathlib import Path

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField
from wtforms.validators import InputRequired

from blueprints.office import office
from blueprints.office.typed import blame
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.signed_in import scope
from domain.actions import purchase_lists
from domain.actions.charges import RIGHT
from domain.words import Refused

MOST_BYTES = 256 * 1024


class ListForm(FlaskForm):
    """The list as a file."""

    file = FileField(_("List of purchases"), [FileRequired(_("Choose a file."))])


class CheckedForm(FlaskForm):
    """The list that was checked, as it was uploaded."""

    name = HiddenField(validators=[InputRequired()])
    content = HiddenField(validators=[InputRequired()])


@office.get("/office/purchases/new")
def new_purchases() -> ResponseReturnValue:
    lookup.require(RIGHT)
    return htmx.render("office/purchases/new.html", form=ListForm())


@office.post("/office/purchases/check")
def check_purchases() -> ResponseReturnValue:
    """Say what the list holds; nothing is posted."""
    lookup.require(RIGHT)
    form = ListForm()
    if not form.validate():
        return htmx.render("office/purchases/new.html", status=422, form=form)
    content = form.file.data.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        form.file.errors = [_("This list is too large. Split it into lists of at most 256 KB.")]
        return htmx.render("office/purchases/new.html", status=422, form=form)
    name = Path(form.file.data.filename or "list.csv").name[-80:]
    try:
        listed = _with_file(name, content, purchase_lists.check)
    except Refused as refused:
        blame(form, refused)
        return htmx.render("office/purchases/new.html", status=422, form=form)
    checked = CheckedForm(formdata=None, name=name, content=base64.b64encode(content).decode())
    return htmx.render("office/purchases/check.html", form=checked, listed=listed, name=name)


@office.post("/office/purchases")
def create_purchases() -> ResponseReturnValue:
    """Post what can be posted of the checked list; sent twice, it posts once."""
    lookup.require(RIGHT)
    form = CheckedForm()
    again = ListForm(formdata=None)
    try:
        content = base64.b64decode(form.content.data or "", validate=True) if form.validate() else b""
    except (binascii.Error, ValueError):
        content = b""
    if not content or len(content) > MOST_BYTES:
        again.form_errors = [_("This form is out of date. Nothing was posted. Choose the file again.")]
        return htmx.render("office/purchases/new.html", status=422, form=again)
    try:
        listed = _with_file(form.name.data or "list.csv", content, purchase_lists.bring_in)
    except Refused as refused:
        blame(again, refused)
        return htmx.render("office/purchases/new.html", status=422, form=again)
    count = len(listed.fit)
    flash(ngettext("%(num)s purchase was posted.", "%(num)s purchases were posted.", count), "success")
    if listed.problems:
        return htmx.render("office/purchases/check.html", form=None, listed=listed, name=form.name.data)
    return htmx.see_other(url_for("office.new_purchases"))


def _with_file(name: str, content: bytes, work):  # type: ignore[no-untyped-def]
    """Let the reader have the bytes as a file of the same kind, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        suffix = Path(name).suffix.lower()
        path = Path(folder) / f"list{suffix if suffix in ('.csv', '.tsv', '.txt', '.xlsx') else '.csv'}"
        path.write_bytes(content)
        return work(path, who=scope(), today=today(), now=now())
