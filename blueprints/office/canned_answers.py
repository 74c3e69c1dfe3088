"""Ready-made answers of the office: the list, writing and changing one, taking one away."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.fields import RefField, seal_ref
from blueprints.shared.frame import LANGUAGES
from blueprints.shared.signed_in import scope
from domain.actions import canned_answers as acts
from domain.reports import canned_answers as reports
from domain.sealing import fresh_ref
from domain.words import Refused
from models import CannedAnswer


class AnswerForm(FlaskForm):
    title = text_field(_("Name"), acts.MOST_TITLE, DataRequired(_("Give it a name.")))
    language = SelectField(_("Language"), choices=[SelectChoice(*one) for one in LANGUAGES.items()])
    body = text_field(_("Text"), acts.MOST_BODY, DataRequired(_("Write something.")), lines=True)
    form_ref = RefField(purpose="canned")

    def __init__(self, row: CannedAnswer | None = None, *, sent: bool = False):
        super().__init__(**({} if sent else {"formdata": None, "obj": row}))
        self.form_ref.owner = f"{current_user.user_ref}:canned:{row.ref if row else ''}"
        if not sent:
            self.form_ref.data = seal_ref("canned", row.ref if row else fresh_ref(), self.form_ref.owner)


def standing(ref: str) -> CannedAnswer:
    lookup.require(acts.RIGHT)
    row = lookup.get_or_404(CannedAnswer, ref)
    if row.removed_at is not None:
        abort(404)
    return row


@office.get("/office/canned-answers")
def canned_answers() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    return htmx.render("office/canned_answers/index.html", answers=reports.answers(scope()))


@office.get("/office/canned-answers/new")
def new_canned_answer() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    return page(AnswerForm(), None)


@office.get("/office/canned-answers/<ref>")
def edit_canned_answer(ref: str) -> ResponseReturnValue:
    row = standing(ref)
    return page(AnswerForm(row), row)


def page(form: AnswerForm, row: CannedAnswer | None, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/canned_answers/answer.html", status=status, form=form, row=row, places=reports.PLACES
    )


@office.post("/office/canned-answers")
def create_canned_answer() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    return kept(None)


@office.post("/office/canned-answers/<ref>")
def change_canned_answer(ref: str) -> ResponseReturnValue:
    return kept(standing(ref))


def kept(row: CannedAnswer | None) -> ResponseReturnValue:
    form = AnswerForm(row, sent=True)
    if form.validate():
        try:
            acts.keep(
                form.form_ref.ref or "",
                form.title.data,
                form.body.data,
                form.language.data,
                who=scope(),
                now=now(),
            )
            flash(gettext("The answer was kept."))
            return htmx.see_other(url_for("office.canned_answers"))
        except Refused as refused:
            blame(form, refused)
    return page(form, row, 422)


@office.post("/office/canned-answers/<ref>/remove")
def remove_canned_answer(ref: str) -> ResponseReturnValue:
    row = standing(ref)
    acts.remove(row.ref, who=scope(), now=now())
    flash(gettext("The answer was removed."))
    return htmx.see_other(url_for("office.canned_answers"))
