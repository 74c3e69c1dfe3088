"""A task about a person, opened by hand: what is to be done, and by when."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, RefField, seal_ref
from blueprints.shared.signed_in import scope
from domain.actions import tasks as acts
from domain.sealing import fresh_ref
from domain.words import Refused
from models import Person


class TaskForm(FlaskForm):
    """`sent`: it came by POST, so its ref counts."""

    text = text_field(_("What is to be done"), 500, DataRequired(_("Write what is to be done.")), lines=True)
    due_on = DayField(_("By"))
    form_ref = RefField(purpose="task")

    def __init__(self, person_ref: str, *, sent: bool = False):
        super().__init__(**({} if sent else {"formdata": None}))
        self.form_ref.owner = f"{current_user.user_ref}:{person_ref}:task"
        if not sent:
            self.form_ref.data = seal_ref("task", fresh_ref(), self.form_ref.owner)


@office.get("/office/people/<ref>/tasks/new")
def new_person_task(ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    who = lookup.get_or_404(Person, ref)
    return task_page(who, TaskForm(who.ref))


def task_page(who: Person, form: TaskForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/person_tasks/new.html", status=status, person=who, form=form)


@office.post("/office/people/<ref>/tasks")
def create_person_task(ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    who = lookup.get_or_404(Person, ref)
    form = TaskForm(who.ref, sent=True)
    if not form.validate():
        return task_page(who, form, 422)
    try:
        acts.write(
            who.ref, form.text.data, form.due_on.data, form.form_ref.ref or "", who=scope(), today=today(), now=now()
        )  # fmt: skip
    except Refused as refused:
        blame(form, refused)
        return task_page(who, form, 422)
    flash(gettext("The task was opened."))
    return htmx.see_other(url_for("office.person", ref=who.ref, _anchor="tasks"))
