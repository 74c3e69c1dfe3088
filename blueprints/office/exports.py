"""Everything as one archive: asked for here, made in the background, taken away by an administrator who proves it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, abort, current_app, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from blueprints.office import office
from blueprints.shared import htmx, lookup, step_up, visit
from blueprints.shared.clock import now
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.actions import export_runs
from domain.reports import everything
from domain.words import Gone
from models import ExportRun

STATES = {
    "waiting": (_("Waiting"), "info"),
    "running": (_("Being made"), "info"),
    "done": (_("Ready"), "success"),
    "failed": (_("Failed"), "danger"),
    "removed": (_("Removed"), None),
}


@office.get("/office/exports")
def exports() -> ResponseReturnValue:
    lookup.require("export_all")
    return htmx.render("office/exports/index.html", "office/exports/_runs.html", **_context())


@office.get("/office/exports/widgets/progress")
def export_progress() -> ResponseReturnValue:
    lookup.require("export_all")
    return htmx.render("office/exports/index.html", "office/exports/_runs.html", **_context())


@office.post("/office/exports")
def create_export() -> ResponseReturnValue:
    lookup.require("export_all")
    if asked := step_up.required(back=url_for("office.exports")):
        return asked
    export_runs.ask(who=scope(), now=now(), address=visit.address(), device=visit.device())
    return htmx.see_other(url_for("office.exports"))


@office.post("/office/exports/<ref>/archive")
@limit_reads(PAPERS)
def take_export(ref: str) -> ResponseReturnValue:
    """The archive itself. By POST, because taking it is noted in the audit trail."""
    lookup.require("export_all")
    run = lookup.get_or_404(ExportRun, ref)
    if asked := step_up.required(back=url_for("office.exports")):
        return asked
    path = current_app.config["SETTINGS"].instance / export_runs.FOLDER / run.path
    if not run.path or not path.is_file():
        abort(404)
    try:
        export_runs.note_taken(
            run.ref, who=scope(), now=now(), address=visit.address(), device=visit.device()
        )
    except Gone:
        abort(404)
    name = f"duebook-{run.asked_at:%Y-%m-%d}.zip"
    answer: Response = send_file(path, "application/zip", as_attachment=True, download_name=name, max_age=0)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _context() -> dict[str, Any]:
    runs = everything.runs(scope())
    return {
        "runs": [(run, STATES["removed" if run.removed_at else run.state], _idle(run)) for run in runs],
        "under_way": any(run.state in ("waiting", "running") for run in runs),
        "kept_hours": export_runs.KEPT // timedelta(hours=1),
    }


def _idle(run: ExportRun) -> bool:
    """Whether nobody writes an archive that is asked for: the timed duties do not seem to run."""
    return run.state in ("waiting", "running") and (run.beat_at or run.asked_at) < now() - export_runs.SILENT
