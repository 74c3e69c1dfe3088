"""One statement of a month or a year as it was made: on its page, on paper, and the reasons of its figures."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx
from blueprints.shared import period_statements as period_pages
from blueprints.shared.lookup import get_or_404
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.reports import period_statements as report
from models import PeriodStatement


@portal.get("/period-statements/<ref>")
def period_statement(ref: str) -> ResponseReturnValue:
    one = found(ref)
    view = viewed(report.agreement_of(scope(), one.row).ref)
    return htmx.render("portal/period_statements/statement.html", view=view, one=one)


@portal.get("/period-statements/<ref>/why/<what>")
def period_statement_why(ref: str, what: str) -> ResponseReturnValue:
    return period_pages.why("portal/period_statements/why.html", found(ref), what)


@portal.get("/period-statements/<ref>/statement.pdf")
@limit_reads(PAPERS)
def period_statement_pdf(ref: str) -> ResponseReturnValue:
    """The statement as it was made: the same bytes on every day, in one language."""
    return period_pages.paper(found(ref))


def found(ref: str) -> report.Shown:
    """The statement as the visitor may know it, or 404 when it is not theirs."""
    return report.shown(scope(), get_or_404(PeriodStatement, ref))
