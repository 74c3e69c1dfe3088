"""What pages of a month's or year's statement have in common: the reason of a movement, and the paper."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from blueprints.shared import htmx
from blueprints.shared.formats import here
from domain.reports import period_statements as report
from papers.period_statement import period_statement_pdf


def why(page: str, one: report.Shown, what: str) -> ResponseReturnValue:
    """Why a movement of the statement is what it is, as `page` or as the fragment that opens in it."""
    title, minor, trace = report.told(one, what)
    return htmx.render(page, "shared/_period_why.html", one=one, title=title, minor=minor, trace=trace)


def paper(one: report.Shown) -> Response:
    """The statement as it was made: the same bytes on every day, in one language."""
    answer = Response(period_statement_pdf(report.paper(one), here().voice()), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="statement-{one.row.number}.pdf"'
    return answer
