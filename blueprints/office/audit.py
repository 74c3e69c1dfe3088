"""The audit trail: who did what, when and from where, with filters, and as a file. Administrators only."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields import SelectChoice

from blueprints.office import office
from blueprints.office.listing import MOST_PAGES, Listing
from blueprints.office.typed import text_field
from blueprints.shared import htmx, lookup, step_up, visit
from blueprints.shared.clock import now
from blueprints.shared.fields import DayField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.actions.audit_exports import note_export
from domain.reports import audit_trail as reports
from domain.reports.action_words import ACTION_WORDS
from domain.reports.actors import OTHERS
from domain.reports.finding import Wanted
from papers.tables import to_csv

BYTE_ORDER_MARK = "\ufeff"
FILTERS = ("who", "action", "subject", "from_on", "until_on")


class AuditForm(FlaskForm):
    """What the trail is narrowed to; asked by GET, so no token."""

    class Meta:
        csrf = False

    q = text_field(_("Words"), 200)
    who = SelectField(_("Who"))
    action = SelectField(_("What"))
    subject = SelectField(_("About"))
    from_on = DayField(_("From"))
    until_on = DayField(_("Until"))

    def __init__(self) -> None:
        super().__init__(formdata=request.values)
        others = {str(gettext(words)): kind for kind, words in reversed(OTHERS.items())}
        self.who.choices = [
            SelectChoice("", gettext("Everybody")),
            *(SelectChoice(ref, name) for ref, name in reports.actors(scope())),
            *(SelectChoice(kind, words) for words, kind in sorted(others.items())),
        ]
        self.action.choices = _choices(ACTION_WORDS)
        self.subject.choices = _choices(reports.SUBJECTS)

    @property
    def asked(self) -> reports.Asked:
        """What makes sense of it: a value that is none of the choices is as if it were not said."""
        known = {name: self[name].data or "" for name in FILTERS[:3] if not self[name].errors}
        return reports.Asked(
            **known, from_on=self.from_on.data, until_on=self.until_on.data, words=self.q.data or ""
        )


def _choices(words: object) -> list[SelectChoice]:
    said = sorted((gettext(text), key) for key, text in dict(words).items())  # type: ignore[call-overload]
    return [SelectChoice("", gettext("Any")), *(SelectChoice(key, text) for text, key in said)]


def zone() -> ZoneInfo:
    """The zone of the business: the days of the filter are its days."""
    found: ZoneInfo = current_app.extensions["clock"].zone
    return found


@office.get("/office/audit")
def audit() -> ResponseReturnValue:
    lookup.require("audit")
    form = AuditForm()
    form.validate()
    page = request.args.get("page", "1")
    number = min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and len(page) < 9 else 1
    found = reports.trail(scope(), replace(form.asked, page=number), zone())
    given = {name: request.args.get(name, "")[:64].replace("\x00", "") for name in FILTERS}
    listing = Listing("office.audit", Wanted(q=form.q.data or "", filters=given, page=number), found)
    return htmx.render("office/audit/index.html", "office/audit/_list.html", form=form, listing=listing)


@office.post("/office/audit/export")
@limit_reads(PAPERS)
def export_audit() -> ResponseReturnValue:
    """The lines that fit, as CSV. By POST, because taking them is noted in the trail itself."""
    lookup.require("audit")
    if asked := step_up.required(back=url_for("office.audit")):
        return asked
    form = AuditForm()
    form.validate()
    wanted = form.asked
    rows = reports.table_rows(scope(), wanted, zone(), here().say)
    given = {name: str(getattr(wanted, name) or "") for name in ("words", *FILTERS)}
    note_export(given, len(rows), who=scope(), now=now(), address=visit.address(), device=visit.device())
    text = to_csv([gettext(name) for name in reports.TABLE_HEAD], rows)
    answer = Response(BYTE_ORDER_MARK + text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit-trail.csv"'
    return answer
