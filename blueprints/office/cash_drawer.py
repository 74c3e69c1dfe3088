"""The cash drawer: what should lie in it and why, counting it piece by piece, and the counts that were made.

A count is reviewed against what should be there before it is kept; a difference needs its reason.
"""

from __future__ import annotations

import re
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField
from wtforms.widgets import HiddenInput

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import MoneyField, RefField, WholeField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.frame import business
from blueprints.shared.signed_in import scope
from domain.actions import cash_drawer as acts
from domain.reports import cash_drawer as reports
from domain.rules.cash_drawer import PIECES, counted
from domain.sealing import fresh_ref
from domain.words import Refused


class CountForm(FlaskForm):
    """How many of each piece; asked by GET, so that Back and reload change nothing."""

    class Meta:
        csrf = False

    total = MoneyField(_("Cash in the drawer"))
    form_ref = RefField(purpose="drawer")

    def pieces(self) -> dict[int, int]:
        """Worth in minor units -> how many."""
        return {int(one.name[1:]): one.data or 0 for one in self if one.name[:1] == "p"} or {
            1: self.total.data or 0
        }


class ConfirmForm(FlaskForm):
    """What was counted, what should be there as it was shown, and why they differ."""

    currency = HiddenField()
    pieces = HiddenField()
    seen_minor = IntegerField(widget=HiddenInput())
    form_ref = RefField(purpose="drawer")
    note = text_field(_("Why is there a difference?"), acts.MOST_NOTE, lines=True)


def currency() -> str:
    return str((business() or {}).get("currency", "USD"))


def owner() -> str:
    return scope().by


def count_form(*, fresh: bool = False) -> CountForm:
    """The form with a field for each note and coin of the currency, the largest first."""
    code = currency()
    named = {
        f"p{worth}": WholeField(here().money(worth, code), validators=[]) for worth in PIECES.get(code, ())
    }
    form: CountForm = type("PiecesForm", (CountForm,), named)(formdata=None if fresh else request.args)
    form.total.currency = code
    if named:
        del form.total
    form.form_ref.owner = owner()
    if fresh:
        form.form_ref.data = seal_ref("drawer", fresh_ref(), owner())
    return form


@office.get("/office/drawer")
def drawer() -> ResponseReturnValue:
    lookup.require("counter")
    everybody = scope().may("bank")
    return htmx.render(
        "office/cash_drawer/index.html", at=reports.standing(currency()), everybody=everybody,
        counts=reports.counts(scope(), "" if everybody else scope().by), slips=reports.slips(scope()),
        waiting=reports.waiting(scope(), currency()),
    )  # fmt: skip


@office.get("/office/drawer/counts/new")
def new_count() -> ResponseReturnValue:
    lookup.require("counter")
    return count_page(count_form(fresh=not request.args))


def count_page(form: CountForm, status: int = 200) -> ResponseReturnValue:
    fields = [field for field in form if field.name[:1] == "p"]
    return htmx.render("office/cash_drawer/new.html", status=status, form=form, pieces=fields)


@office.get("/office/drawer/counts/review")
def review_count() -> ResponseReturnValue:
    lookup.require("counter")
    form = count_form()
    if not form.validate():
        return count_page(form, 422)
    try:
        counted(form.pieces(), currency())
    except Refused as refused:
        blame(form, refused)
        return count_page(form, 422)
    if reports.counted(scope(), form.form_ref.ref or ""):
        return htmx.see_other(url_for("office.drawer"))
    at = reports.standing(currency())
    confirm = ConfirmForm(
        formdata=None, currency=at.currency, form_ref=form.form_ref.data, seen_minor=at.expected_minor,
        pieces=packed(form.pieces()),
    )  # fmt: skip
    return review_page(confirm, form.pieces())


def review_page(
    confirm: ConfirmForm, pieces: dict[int, int], status: int = 200, *, moved: bool = False
) -> ResponseReturnValue:
    at = reports.standing(currency())
    total = counted(pieces, at.currency)
    again: dict[str, Any] = {f"p{worth}": many for worth, many in pieces.items() if many}
    return htmx.render(
        "office/cash_drawer/review.html", status=status, form=confirm, at=at, counted_minor=total, moved=moved,
        over=total - at.expected_minor, again=again | {"form_ref": confirm.form_ref.data},
        pieces=[(worth, many) for worth, many in pieces.items() if many],
    )  # fmt: skip


def packed(pieces: dict[int, int]) -> str:
    return " ".join(f"{worth}:{many}" for worth, many in pieces.items() if many)


def unpacked(text: str) -> dict[int, int] | None:
    """What `packed` gives; None for anything else."""
    if not re.fullmatch(r"([0-9]{1,12}:[0-9]{1,13} ?){0,40}", text, re.ASCII):
        return None
    pairs = (part.split(":") for part in text.split())
    return {int(worth): int(many) for worth, many in pairs}


@office.post("/office/drawer/counts")
def create_count() -> ResponseReturnValue:
    """Keep the count once. When something moved since the review, the review is shown anew instead."""
    lookup.require("counter")
    form = ConfirmForm()
    form.form_ref.owner = owner()
    pieces = unpacked(form.pieces.data or "")
    valid = form.validate()
    if (
        pieces is None
        or form.form_ref.ref is None
        or form.seen_minor.data is None
        or form.currency.data != currency()
    ):
        again = count_form(fresh=True)
        again.form_errors = [
            _("This form is out of date or was changed on its way. Nothing was kept. Start over.")
        ]
        return count_page(again, 422)
    try:
        if not valid:
            return review_page(form, pieces, 422)
        acts.count(
            pieces, currency(), form.note.data or "", form.form_ref.ref, seen_minor=form.seen_minor.data,
            who=scope(), today=today(), now=now(),
        )  # fmt: skip
    except acts.Moved:
        lookup.forget()
        form.seen_minor.raw_data = None
        form.seen_minor.data = reports.standing(currency()).expected_minor
        return review_page(form, pieces, 409, moved=True)
    except Refused as refused:
        blame(form, refused)
        if refused.field and refused.field not in form:
            return count_page(count_form(fresh=True), 422)
        return review_page(form, pieces, 422)
    return htmx.see_other(url_for("office.drawer"))
