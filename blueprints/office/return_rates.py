"""How many bank debits came back in 60 days, held against the limits of the scheme."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from blueprints.office import office
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import today
from blueprints.shared.signed_in import scope
from domain.reports.return_rates import told
from domain.rules.return_rates import LEVELS, WORDS


@office.get("/office/return-rates")
def return_rates() -> ResponseReturnValue:
    lookup.require("bank")
    return htmx.render(
        "office/return_rates/index.html", found=told(scope(), today()), words=WORDS, levels=LEVELS
    )
