"""The debits that are expected in the next 30 days, day by day."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from blueprints.office import office
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import today
from blueprints.shared.signed_in import scope
from domain.reports import debit_forecast as reports


@office.get("/office/debit-forecast")
def debit_forecast() -> ResponseReturnValue:
    lookup.require("people")
    return htmx.render(
        "office/debit_forecast/index.html",
        found=reports.forecast(scope(), today()),
        running=reports.running(scope()),
    )
