"""Figures for a program that watches, in the text format of Prometheus.

They are read from the database when they are asked for, so every process of an installation says the same.
"""

from __future__ import annotations

from flask import Response, current_app

from blueprints.public import public
from blueprints.shared.clock import now
from blueprints.shared.watching import here, require_watcher
from domain.reports import operating
from papers import metrics as papers


@public.get("/metrics")
def metrics() -> Response:
    require_watcher()
    moment, place = now(), here()
    text = papers.metrics_text(
        duties=operating.duties(current_app.extensions["marks"].timetable, moment),
        outbox=operating.outbox(moment),
        payments=operating.payments(),
        stopped=operating.stopped(),
        backup=operating.last_backup(),
        database=operating.database(place.migrations),
        disk_free=place.disk_free,
        now=moment,
    )
    return Response(text, content_type=papers.CONTENT_TYPE)
