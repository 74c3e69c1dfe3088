"""The statements of an agreement, for colleagues: the list of months and years, one as it was made, and its reasons."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from blueprints.office import office
from blueprints.shared import htmx, lookup
from blueprints.shared import period_statements as period_pages
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.reports import period_statements as report
from domain.reports import statements as cycles
from models import Agreement, PeriodStatement


@office.get("/office/agreements/<ref>/statements")
def statements(ref: str) -> ResponseReturnValue:
    lookup.require("agreements")
    agreement = lookup.get_or_404(Agreement, ref)
    return htmx.render(
        "office/statements/index.html", agreement=agreement, cycles=cycles.statements(scope(), agreement),
        periods=report.listed(scope(), agreement),
    )  # fmt: skip


@office.get("/office/statements/<ref>")
def statement(ref: str) -> ResponseReturnValue:
    one = found(ref)
    agreement = report.agreement_of(scope(), one.row)
    return htmx.render("office/statements/statement.html", agreement=agreement, one=one)


@office.get("/office/statements/<ref>/why/<what>")
def statement_why(ref: str, what: str) -> ResponseReturnValue:
    return period_pages.why("office/statements/why.html", found(ref), what)


@office.get("/office/statements/<ref>/statement.pdf")
@limit_reads(PAPERS)
def statement_pdf(ref: str) -> ResponseReturnValue:
    """The whole statement, with the shares of everybody."""
    return period_pages.paper(found(ref))


def found(ref: str) -> report.Shown:
    """The statement, or 404 when the visitor may not see it."""
    lookup.require("agreements")
    return report.shown(scope(), lookup.get_or_404(PeriodStatement, ref))
