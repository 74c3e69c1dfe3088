"""The statements of an agreement: the list of all, and one of a cycle as it was issued, on paper, with its reasons."""

from __future__ import annotations

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import frame, htmx
from blueprints.shared.formats import here
from blueprints.shared.lookup import get_or_404
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.reports import agreements, period_statements, reasons, statement_papers
from domain.reports import statements as report
from models import Statement
from papers.statement import statement_pdf as printed


@portal.get("/agreements/<ref>/statements")
def statements(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    return htmx.render(
        "portal/statements/index.html", view=view, statements=report.statements(scope(), view.agreement),
        periods=period_statements.listed(scope(), view.agreement),
    )  # fmt: skip


@portal.get("/statements/<ref>")
def statement(ref: str) -> ResponseReturnValue:
    one = issued(ref)
    return htmx.render("portal/statements/statement.html", view=viewed(one.agreement.ref), one=one)


@portal.get("/statements/<ref>/why/<what>")
def statement_why(ref: str, what: str) -> ResponseReturnValue:
    one = issued(ref)
    view = viewed(one.agreement.ref)
    reason = reasons.of_statement(scope(), view, one, what)
    return htmx.render(
        "portal/statements/why.html", "portal/why/_why.html", view=view, one=one, reason=reason
    )


@portal.get("/statements/<ref>/statement.pdf")
@limit_reads(PAPERS)
def statement_pdf(ref: str) -> ResponseReturnValue:
    one = issued(ref)
    business = (frame.business() or {}) | {"test_mode": current_app.config["TEST_MODE"]}
    holders = [name for name, _role in agreements.people_on(scope(), one.agreement)]
    data = statement_papers.paper(one, holders, business)
    answer = Response(printed(data, here().voice()), mimetype="application/pdf")
    name = f"statement-{one.statement.closing_on}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def issued(ref: str) -> report.Issued:
    """The statement with what happened in its cycle, or 404 when it is not the visitor's."""
    return report.issued(scope(), get_or_404(Statement, ref))
