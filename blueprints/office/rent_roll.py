"""The rent roll: units by property with their leases as of a day, and what changed since another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from blueprints.office import office
from blueprints.office.report_filters import asked, controls, query
from blueprints.office.report_view import text_of, view
from blueprints.shared import htmx, lookup
from blueprints.shared.signed_in import scope
from domain.reports import rent_roll as reports
from domain.reports.catalog import REPORTS
from domain.reports.column_choices import chosen_columns
from domain.reports.rent_roll_changes import Changed, changed, column_of
from domain.reports.report_schedules import mailing
from domain.reports.sheet import Sheet

NAME = "rent_roll"
MOST_PAGES = 100_000


@office.get("/office/rent-roll")
def rent_roll() -> ResponseReturnValue:
    lookup.require("reports")
    entry = REPORTS[NAME]
    wanted = asked(entry, chosen_columns(scope(), NAME))
    page = request.args.get("page", "1")
    number = min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    found = reports.page(scope(), wanted, number)
    since = _since(wanted.on)
    differences = changed(scope(), wanted, since) if since else []
    shown = view(found.sheet, 1)
    return htmx.render(
        "office/rent_roll/index.html",
        entry=entry,
        view=replace(shown, more=False),
        pages=replace(shown, number=found.number, more=found.number < found.pages),
        found=found,
        sums=[(code, one, reports.occupied(one)) for code, one in found.sums.items() if one.units],
        charges_of=reports.charges_of,
        controls=controls(entry, wanted),
        query=query(entry, wanted),
        since=since,
        **mailing(scope(), "rent_roll"),
        too_many=differences is None,
        changes=[_texts(found.sheet, one) for one in differences or []],
    )


def _since(on: date) -> date | None:
    """The other day of the comparison, where the address names one that is earlier."""
    try:
        day = date.fromisoformat(request.args.get("changed_since", "")[:10])
    except ValueError:
        return None
    return day if day < on else None


def _texts(sheet: Sheet, one: Changed) -> dict[str, Any]:
    """A unit that changed, as texts: (what, what it was, what it is) for each figure."""
    columns = [column_of(sheet.columns, key) for key in one.keys]
    return {
        "row": one.row,
        "lines": [
            (
                column.words,
                text_of(sheet, one.was, column) if one.was else "",
                text_of(sheet, one.row, column),
            )
            for column in columns
        ],
    }
