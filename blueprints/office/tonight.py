"""Tonight's run: everything the next run will do, before it happens; hold, waive, approve or release single things."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response, abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired, Optional

from blueprints.office import office
from blueprints.office.adjusting import reason_field
from blueprints.office.listing import Listing, wanted
from blueprints.office.typed import blame
from blueprints.shared import htmx, lookup, step_up
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.actions import run_decisions, tonight
from domain.actions.batches import Limits
from domain.reports import run_pages
from domain.reports.run_words import GROUPS
from domain.reports.tonight import Row, narrowed, totals
from domain.sealing import fresh_ref
from domain.words import Conflict, Gone, Refused
from papers.tables import to_csv

BYTE_ORDER_MARK = "\ufeff"
KEPT = timedelta(seconds=90)
DECISIONS = {
    "hold": _("Hold it back"),
    "waive": _("Waive it"),
    "approve": _("Approve it"),
    "release": _("Let it pass again"),
}


class DecisionForm(FlaskForm):
    form_ref = RefField(purpose="run")
    key = HiddenField()
    decision = RadioField(_("What to do"), validators=[InputRequired(_("Choose what to do."))])
    reason = reason_field()
    until_on = DayField(_("Hold it until the end of"), [Optional()])

    def __init__(self, row: Row, given: Any = None):
        super().__init__(formdata=given)
        self.form_ref.owner = f"{current_user.user_ref}:{row.key}"
        if given is None:
            self.form_ref.data = seal_ref("run", fresh_ref(), self.form_ref.owner)
        self.key.data = row.key
        self.decision.choices = [(name, DECISIONS[name]) for name in choices(row)]


def choices(row: Row) -> list[str]:
    """What the person may decide of a row now."""
    what = row.key.partition(":")[0]
    if what not in run_decisions.CHOICES or not scope().may(run_decisions.RIGHT_OF[what]):
        return []
    return list(run_decisions.CHOICES[what])


@office.get("/office/tonight")
def tonights_run() -> ResponseReturnValue:
    lookup.require("people")
    found = _rehearsed()
    if isinstance(found, tuple):
        return _not_now(*found)
    asked = wanted(("group", "on"))
    rows = _mine(found, asked.filters["group"], asked.q)
    page = run_pages.page(rows, asked.page, asked.per_page)
    return htmx.render(
        "office/tonight/index.html", "office/tonight/_rows.html", run=found, found=page,
        listing=Listing("office.tonights_run", asked, page), totals=totals(_mine(found)), groups=GROUPS,
        words=run_pages.fate_words, choices=choices, today=today(), last_on=today() + timedelta(days=tonight.MOST_DAYS),
    )  # fmt: skip


@office.get("/office/tonight.csv")
@limit_reads(PAPERS)
def tonights_run_csv() -> ResponseReturnValue:
    lookup.require("people")
    if asked := step_up.required(back=url_for("office.tonights_run", **request.args)):
        return asked
    found = _rehearsed()
    if isinstance(found, tuple):
        return _not_now(*found)
    wishes = wanted(("group", "on"))
    rows = _mine(found, wishes.filters["group"], wishes.q)
    head = [gettext(name) for name in run_pages.TABLE_HEAD]
    answer = Response(BYTE_ORDER_MARK + to_csv(head, run_pages.table(rows, here().say)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{found.on.isoformat()}.csv"'
    return answer


@office.get("/office/tonight/decision")
def new_run_decision() -> ResponseReturnValue:
    """One row of the run with its reason, and what may be decided of it; nothing changes by looking."""
    lookup.require("people")
    found, row = _row()
    return _asked(found, row, DecisionForm(row))


@office.post("/office/tonight/decision")
def create_run_decision() -> ResponseReturnValue:
    lookup.require("people")
    found, row = _row()
    form = DecisionForm(row, request.form)
    if not form.validate():
        return _asked(found, row, form, 422)
    wish = run_decisions.Wish(row.key, form.decision.data, form.reason.data, form.until_on.data)
    try:
        run_decisions.decide(wish, form.form_ref.ref or "", who=scope(), today=today(), now=now())
    except Refused as refused:
        blame(form, refused)
        return _asked(found, row, form, 422)
    except Conflict as refused:
        form.form_errors = [here().say(refused.sentence)]
        return _asked(found, row, form, 409)
    except Gone:
        abort(404)
    flash(gettext("Kept. The run does it this way from now on."))
    return htmx.see_other(url_for("office.tonights_run", on=found.on.isoformat(), group=row.group))


def _asked(found: tonight.Rehearsed, row: Row, form: DecisionForm, status: int = 200) -> ResponseReturnValue:
    if not choices(row):
        abort(403)
    return htmx.render(
        "office/tonight/decision.html", status=status, run=found, row=row, form=form, words=run_pages.fate_words,
        choices=choices(row),
    )  # fmt: skip


def _row() -> tuple[tonight.Rehearsed, Row]:
    found = _rehearsed()
    key = request.values.get("key", "")[:200]
    row = None if isinstance(found, tuple) else next((one for one in _mine(found) if one.key == key), None)
    if row is None and (held := run_pages.held_row(key, today())) is not None:
        row = next(iter(narrowed([held], "", "", run_pages.allowed(scope()))), None)
    if row is None or not key or isinstance(found, tuple):
        abort(404)
    return found, row


def _mine(found: tonight.Rehearsed, group: str = "", q: str = "") -> list[Row]:
    return narrowed(found.last, group, q, run_pages.allowed(scope()))


def _rehearsed() -> tonight.Rehearsed | tuple[int, str]:
    """The run of the wanted day; a status and a sentence where it cannot be told.

    What was worked out a moment ago is good as long as nobody has done anything since.
    """
    try:
        on = date.fromisoformat(request.values.get("on", "") or (today() + timedelta(days=1)).isoformat())
    except ValueError:
        return 422, gettext("Write the day as year-month-day, for example 2026-12-04.")
    kept: dict[Any, Any] = current_app.extensions.setdefault("tonight", {})
    mark = (today(), run_pages.mark())
    was = kept.get(on)
    if was is not None and was[0] == mark and now() - was[1] < KEPT:
        return was[2]  # type: ignore[no-any-return]
    zone = current_app.extensions["clock"].zone
    settings = current_app.config["SETTINGS"]
    limits = Limits(settings.file_most_lines, settings.file_most_per_day)
    try:
        found = tonight.rehearse(on, first=today(), now=now(), zone=zone, limits=limits)
    except Refused as refused:
        return 422, here().say(refused.sentence)
    except Conflict as busy:
        return 503, here().say(busy.sentence)
    if len(kept) > 3:
        kept.clear()
    kept[on] = (mark, now(), found)
    return found


def _not_now(status: int, sentence: str) -> ResponseReturnValue:
    return htmx.render("office/tonight/not_now.html", status=status, sentence=sentence)
