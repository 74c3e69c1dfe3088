"""How this installation runs: duties, messages, payments without an answer, backup, versions. For administrators."""

from __future__ import annotations

import platform

from flask import current_app
from flask.typing import ResponseReturnValue

from blueprints.office import office
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.signed_in import scope
from blueprints.shared.watching import here, settings
from domain.reports import operating as reports
from domain.reports import operator_page, readiness

MEGABYTE = 1024 * 1024


@office.get("/office/operating", endpoint="operating")
def operating() -> ResponseReturnValue:
    lookup.require("operate")
    moment, place = now(), here()
    duties = reports.duties(current_app.extensions["marks"].timetable, moment)
    # What failed or stands still is what somebody came for.
    duties.sort(key=lambda one: one.state not in ("failed", "late"))
    backup = reports.last_backup()
    return htmx.render(
        "office/operating/index.html",
        duties=duties,
        words=operator_page.DUTY_WORDS,
        states=operator_page.STATES,
        outbox=reports.outbox(moment),
        waiting=operator_page.WAITING_WORDS,
        given_up=operator_page.given_up(scope()),
        unanswered=operator_page.unanswered(scope()),
        stopped=reports.stopped(),
        backup=backup,
        nightly=settings().backups is not None,
        backup_old=backup is None or backup < moment - reports.BACKUP_EVERY,
        database=reports.database(place.migrations),
        python=platform.python_version(),
        disk=place.disk_free // MEGABYTE,
        disk_low=place.disk_free < readiness.LOW_DISK_BYTES,
        watcher=bool(settings().ping_url),
    )
