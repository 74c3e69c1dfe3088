"""What waits for somebody of the office: the list, and saying that a task is done."""

from __future__ import annotations

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from blueprints.office import office
from blueprints.office.listing import Listing, wanted
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.signed_in import scope
from domain.actions import dead_letters
from domain.actions import tasks as acts
from domain.reports import tasks as reports
from models import Person, Task

PAGES = {
    "autopay": "office.autopay_contract",
    "payment": "office.payment",
    "bank_line": "office.bank_line",
    "bank_statement": "office.bank_statement",
    "batch": "office.batch",
    "dispute": "office.dispute",
    "promise": "office.promise",
    "person": "office.person",
    "document": "office.document",
    "inquiry": "office.inquiry",
    "repair": "office.repair",
}
"""Subject of a task -> the page that shows it, where this installation has it."""


class DoneForm(FlaskForm):
    note = StringField(_("What was done"), [Length(max=500, message=_("Use at most 500 characters."))])


@office.get("/office/tasks")
def tasks() -> ResponseReturnValue:
    lookup.require("people")
    return _listed()


@office.post("/office/tasks/<ref>/done")
def finish_task(ref: str) -> ResponseReturnValue:
    lookup.require("people")
    task = lookup.get_or_404(Task, ref)
    form = DoneForm()
    if not form.validate():
        return _listed(422, form)
    if acts.done(task.ref, form.note.data or "", who=scope(), now=now()):
        flash(gettext("Done. If its cause is still there, it comes back by itself."))
    back = request.form.get("back", "")[:64]
    if back:
        return htmx.see_other(
            url_for("office.person", ref=lookup.get_or_404(Person, back).ref, _anchor="tasks")
        )
    return htmx.see_other(url_for("office.tasks"))


@office.post("/office/tasks/<ref>/again")
def send_again(ref: str) -> ResponseReturnValue:
    """Send what was given up at the task's address once more."""
    lookup.require(dead_letters.RIGHT)
    task = lookup.get_or_404(Task, ref)
    count = dead_letters.send_again(task.ref, who=scope(), now=now())
    flash(gettext("%(count)s messages go out again.", count=count))
    return htmx.see_other(url_for("office.tasks"))


def _listed(status: int = 200, form: DoneForm | None = None) -> ResponseReturnValue:
    asked = wanted(("state", "kind"))
    found = reports.tasks(scope(), asked)
    return htmx.render(
        "office/tasks/index.html", status=status, found=found, listing=Listing("office.tasks", asked, found),
        form=form or DoneForm(formdata=None), pages=links(), done=asked.filters.get("state") == "done",
    )  # fmt: skip


def links() -> dict[str, str]:
    """Subject -> endpoint, of those pages that there are."""
    return {name: endpoint for name, endpoint in PAGES.items() if endpoint in current_app.view_functions}


def newest() -> dict[str, object]:
    """The desk's part about tasks."""
    found, total = reports.newest(scope())
    return {"tasks": found, "tasks_total": total, "task_pages": links()}
