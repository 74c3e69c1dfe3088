"""Delinquency: who is late as of a day and for how long, and the open lines that one row is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints.office import office
from blueprints.office.report_filters import asked, controls, hidden, query
from blueprints.office.report_view import label_text, view
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import today
from blueprints.shared.signed_in import scope
from domain.reports import delinquency as reports
from domain.reports import delinquency_sheet as sheets
from domain.reports.catalog import REPORTS
from domain.reports.column_choices import chosen_columns
from domain.reports.delinquency_facts import facts
from domain.reports.report_schedules import mailing
from models import Agreement

NAME = "delinquency"
MOST_PAGES = 100_000


@dataclass(frozen=True)
class Pages:
    """The pages of what was looked at, as the list shows them."""

    number: int
    pages: int
    given: dict[str, str]

    @property
    def previous_url(self) -> str | None:
        return self._url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return self._url(self.number + 1) if self.number < self.pages else None

    def _url(self, number: int) -> str:
        return url_for("office.delinquency", **self.given, page=number)


@office.get("/office/past-due", endpoint="past_due")
@office.get("/office/delinquency")
def delinquency() -> ResponseReturnValue:
    """Those past due: the whole book, or of one with many loans its part after a number."""
    lookup.require("agreements")
    entry = REPORTS[NAME]
    wanted = asked(entry, chosen_columns(scope(), NAME))
    after = request.args.get("after", "")[:64].replace("\x00", "")
    cover = reports.cover(scope(), wanted, after)
    given = query(entry, wanted)
    pages = max(-(-len(cover.late) // sheets.PER_PAGE), 1)
    number = min(_number(request.args.get("page", "1")), pages)
    return htmx.render(
        "office/delinquency/index.html", cover=cover, entry=entry, name=NAME, query=given,
        view=view(sheets.page(scope(), wanted, cover, number), 1), label_text=label_text,
        controls=controls(entry, wanted), hidden=hidden(entry, wanted), asked=wanted,
        **mailing(scope(), NAME), pages=Pages(number, pages, given | ({"after": after} if after else {})),
    )  # fmt: skip


@office.get("/office/delinquency/<ref>")
def delinquent(ref: str) -> ResponseReturnValue:
    """What one row is made of: every open charge and installment, with its bucket; also for who is not late."""
    lookup.require("agreements")
    agreement = lookup.get_or_404(Agreement, ref)
    on = _day(request.args.get("on", ""))
    figures = reports.of_agreement(scope(), agreement, on, today())
    known = facts(scope(), [agreement.id], today())[agreement.id]
    return htmx.render(
        "office/delinquency/show.html",
        agreement=agreement,
        at=figures,
        lines=sheets.lines_of(figures),
        known=known,
    )


def _number(text: str) -> int:
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _day(text: str) -> date:
    try:
        return min(date.fromisoformat(text[:10]), today())
    except ValueError:
        return today()
