"""Disputes: the list, one case with the evidence we have, and what we answer."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.adjusting import acting
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.signed_in import scope
from domain.actions import disputes as acts
from domain.reports import dispute_cases
from domain.words import Conflict, Gone, Refused


class AnswerForm(FlaskForm):
    note = text_field(
        _("What was sent, and how"), acts.MOST_NOTE, DataRequired(_("Say what was sent and how.")), lines=True
    )


@office.get("/office/disputes")
def disputes() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    return htmx.render("office/disputes/index.html", cases=dispute_cases.disputes(scope()))


@office.get("/office/disputes/<ref>")
def dispute(ref: str) -> ResponseReturnValue:
    return _shown(ref, AnswerForm(formdata=None))


def _shown(ref: str, form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    case = dispute_cases.dispute(scope(), ref)
    if case is None:
        abort(404)
    return htmx.render("office/disputes/show.html", status=status, case=case, form=form)


@office.post("/office/disputes/<ref>/answers")
def answer_dispute(ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    form = AnswerForm()
    if not form.validate():
        return _shown(ref, form, 422)
    try:
        acts.answer(ref, form.note.data or "", **acting())
    except Gone:
        abort(404)
    except (Refused, Conflict) as refused:
        blame(form, Refused(refused.sentence))
        return _shown(ref, form, 422)
    flash(gettext("Written down. The payer's bank decides now."))
    return htmx.see_other(url_for("office.dispute", ref=ref))


@office.post("/office/disputes/<ref>/acceptance")
def accept_dispute(ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    try:
        acts.accept(ref, **acting())
    except Gone:
        abort(404)
    except Conflict as moved:
        form = AnswerForm(formdata=None)
        blame(form, Refused(moved.sentence))
        return _shown(ref, form, 422)
    flash(gettext("The money stays with the payer."))
    return htmx.see_other(url_for("office.dispute", ref=ref))
