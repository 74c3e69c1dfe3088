"""Reports: the index, one page for each with its filters in the address, and the same table as CSV, XLSX and PDF."""

from __future__ import annotations

import io
import tempfile
from typing import Any, BinaryIO

from flask import Response, abort, current_app, flash, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.office import office
from blueprints.office.report_filters import asked, controls, hidden, query, spans
from blueprints.office.report_view import label_text, texts, view
from blueprints.shared import frame, htmx, lookup, step_up, visit
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.actions import column_choices, report_exports
from domain.reports.catalog import GROUPS, Entry, reports_of
from domain.reports.column_choices import chosen_columns
from domain.reports.receipts import business_lines
from domain.reports.report_schedules import mailing
from domain.reports.sheet import Sheet, file_rows
from domain.words import Sentence
from papers.sheet import MOST_ROWS, SheetPaper, sheet_pdf
from papers.tables import write_csv, write_xlsx

MOST_PAGES = 100_000
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@office.get("/office/reports")
def reports() -> ResponseReturnValue:
    lookup.require("reports")
    mine = reports_of(scope())
    groups = [
        (
            Sentence(words),
            [(name, entry) for name, entry in mine.items() if entry.group == group and entry.listed],
        )
        for group, words in GROUPS.items()
    ]
    return htmx.render("office/reports/index.html", groups=[group for group in groups if group[1]])


@office.get("/office/reports/<name>")
def report(name: str) -> ResponseReturnValue:
    entry, sheet = _sheet(name)
    if entry.page:
        return htmx.see_other(url_for(entry.page, **query(entry, sheet.asked)))
    page = request.args.get("page", "1")
    number = min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    given = query(entry, sheet.asked)
    return htmx.render(
        "office/reports/report.html",
        name=name,
        entry=entry,
        view=view(sheet, max(number, 1)),
        controls=controls(entry, sheet.asked),
        hidden=hidden(entry, sheet.asked),
        spans=spans(entry, sheet.asked),
        query=given,
        label_text=label_text,
        **mailing(scope(), name),
    )


@office.post("/office/reports/<name>.<any(csv,xlsx,pdf):form>")
@limit_reads(PAPERS)
def report_file(name: str, form: str) -> ResponseReturnValue:
    """The whole report as a file. By POST, because that it was taken is noted."""
    entry, sheet = _sheet(name)
    back = url_for("office.report", name=name, **query(entry, sheet.asked))
    if refused := step_up.required(back=back):
        return refused
    if form == "pdf":
        return _pdf(name, entry, sheet, back)
    # The answer reads the file after this function has ended, and closes it then.
    file: BinaryIO = tempfile.TemporaryFile()  # type: ignore[assignment]  # noqa: SIM115
    head = [here().say(column.words) for column in sheet.chosen()]
    rows = file_rows(sheet, here().say, lines_only=form == "csv")
    if form == "csv":
        text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        count = write_csv(text, head, rows)
        text.detach()
    else:
        count = write_xlsx(file, head, rows, here().say(entry.title))
    file.seek(0)
    _note(name, entry, sheet, form, count)
    return send_file(file, TYPES[form], as_attachment=True, download_name=_file_name(name, form))


def _pdf(name: str, entry: Entry, sheet: Sheet, back: str) -> ResponseReturnValue:
    rows = [row for part in (texts(sheet, sheet.rows), texts(sheet, sheet.totals)) for row in part]
    if len(rows) > MOST_ROWS:
        flash(gettext("This report is too long for paper. Take it as XLSX or CSV."), "warning")
        return htmx.see_other(back)
    business = frame.business() or {}
    data = SheetPaper(
        business_lines=business_lines(business)[:1],
        title=here().say(entry.title),
        about=about(entry, sheet),
        columns=[(here().say(column.words), column.end) for column in sheet.chosen()],
        rows=rows,
        notes=[here().say(note) for note in sheet.notes],
        currency=sheet.currency or business.get("currency", "USD"),
        test_mode=current_app.config["TEST_MODE"],
    )
    answer = Response(sheet_pdf(data, here().voice()), mimetype=TYPES["pdf"])
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(name, "pdf")}"'
    _note(name, entry, sheet, "pdf", len(rows))
    return answer


@office.post("/office/reports/<name>/columns")
def choose_columns(name: str) -> ResponseReturnValue:
    """Keep which columns the reader wants to see in this report."""
    entry, sheet = _sheet(name)
    known = [column.key for column in sheet.columns]
    wanted = [key for key in known if key in request.form.getlist("column")]
    usual = [column.key for column in sheet.columns if not column.hidden]
    column_choices.choose(name, [] if wanted == usual else wanted, who=scope())
    given = {key: value for key, value in query(entry, sheet.asked).items() if key != "columns"}
    return htmx.see_other(
        url_for(entry.page or "office.report", **({} if entry.page else {"name": name}), **given)
    )


def _sheet(name: str) -> tuple[Entry, Sheet]:
    """The report as the address asks for it. 404 where there is none of this name for the visitor."""
    lookup.require("reports")
    entry = reports_of(scope()).get(name)
    if entry is None:
        abort(404)
    return entry, entry.make(scope(), asked(entry, chosen_columns(scope(), name)))


def about(entry: Entry, sheet: Sheet) -> str:
    """As of which day or for which days, and what it is narrowed to, in one line."""
    days = here().day
    parts = []
    if "on" in entry.filters:
        parts.append(gettext("As of %(day)s", day=days(sheet.asked.on)))
    if "period" in entry.filters:
        parts.append(
            gettext("From %(first)s to %(last)s", first=days(sheet.asked.since), last=days(sheet.asked.until))
        )
    for control in controls(entry, sheet.asked):
        said = dict(control.choices).get(control.value)
        if said and control.value:
            parts.append(f"{control.label}: {said}")
    return " · ".join([*parts, gettext("Printed on %(day)s", day=days(today()))])


def _note(name: str, entry: Entry, sheet: Sheet, form: str, rows: int) -> None:
    given: dict[str, Any] = query(entry, sheet.asked)
    report_exports.note(
        name, form, given, rows, who=scope(), now=now(), address=visit.address(), device=visit.device()
    )


def _file_name(name: str, form: str) -> str:
    return f"{name.replace('_', '-')}-{today()}.{form}"
