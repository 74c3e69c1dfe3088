"""What does not fit together: leases without rent, leases that overlap, autopay below the rent, credit that waits."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from blueprints.office import office
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import today
from blueprints.shared.signed_in import scope
from domain.reports import gaps as reports
from domain.reports.report_choices import choices


@office.get("/office/gaps")
def gaps() -> ResponseReturnValue:
    lookup.require("people")
    house = request.args.get("property_ref", "")[:32].replace("\x00", "")
    found = reports.found(scope(), today(), house)
    return htmx.render(
        "office/gaps/index.html", found=found, names=reports.names(found), words=reports.WORDS, why=reports.WHY,
        houses=choices(scope(), "property_ref"), house=house, count=sum(map(len, found.values())),
    )  # fmt: skip
