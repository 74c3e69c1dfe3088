"""The journal of an agreement: every entry of the books with its lines, its reason and its author; also as CSV."""

from __future__ import annotations

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.office import office
from blueprints.shared import htmx, lookup, step_up
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.reports import journal as reports
from models import Agreement
from papers.tables import to_csv

BYTE_ORDER_MARK = "\ufeff"


@office.get("/office/agreements/<ref>/journal")
def journal(ref: str) -> ResponseReturnValue:
    lookup.require("journal")
    agreement = lookup.get_or_404(Agreement, ref)
    page = request.args.get("page", "0")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 0
    return htmx.render(
        "office/journal/journal.html",
        agreement=agreement,
        journal=reports.journal(scope(), agreement, number),
    )


@office.get("/office/agreements/<ref>/journal/<int:number>/why")
def journal_why(ref: str, number: int) -> ResponseReturnValue:
    lookup.require("journal")
    agreement = lookup.get_or_404(Agreement, ref)
    entry = reports.entry(scope(), agreement, number)
    if entry is None or entry.why is None:
        abort(404)
    return htmx.render(
        "office/journal/why.html", "office/journal/_why.html", agreement=agreement, entry=entry
    )


@office.get("/office/agreements/<ref>/journal.csv")
@limit_reads(PAPERS)
def journal_csv(ref: str) -> ResponseReturnValue:
    lookup.require("journal")
    agreement = lookup.get_or_404(Agreement, ref)
    if asked := step_up.required(back=url_for("office.journal", ref=ref)):
        return asked
    head = [gettext(name) for name in reports.TABLE_HEAD]
    text = to_csv(head, reports.table_rows(scope(), agreement, here().say))
    answer = Response(BYTE_ORDER_MARK + text, mimetype="text/csv")
    name = "".join(
        char if char.isascii() and (char.isalnum() or char in "-_") else "_" for char in agreement.number
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="journal-{name}.csv"'
    return answer
