"""Statements of owners: the list of closed months, one of them on a page and as a PDF, and closing the next one.

A landlord reads their own. A month is shown before it is closed; what is closed stays as it is.
"""

from __future__ import annotations

from flask import Response, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.counter import letterhead
from blueprints.office.listing import Listing, wanted
from blueprints.office.owners import house_of
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.actions import owner_months as acts
from domain.reports import owner_papers as papers
from domain.reports import owners as reports
from domain.reports.receipts import business_lines
from domain.words import Refused
from models import OwnerStatement, Property
from papers.owner_statement import owner_statement_pdf


class MonthForm(FlaskForm):
    month = text_field(_("Month"), 7, DataRequired(_("Choose a month.")))


@office.get("/office/owner-statements")
def owner_statements() -> ResponseReturnValue:
    lookup.require("properties")
    asked = wanted()
    listing = Listing("office.owner_statements", asked, reports.months(scope(), asked))
    return htmx.render(
        "office/owner_statements/index.html", "office/owner_statements/_list.html", listing=listing
    )


@office.get("/office/owner-statements/<ref>")
def owner_statement(ref: str) -> ResponseReturnValue:
    lookup.require("properties")
    row = lookup.get_or_404(OwnerStatement, ref)
    return htmx.render(
        "office/owner_statements/statement.html", row=row, paper=printed(row), why=reports.why_of(row.body),
        house=reports.house_of(scope(), row),
    )  # fmt: skip


@office.get("/office/owner-statements/<ref>.pdf")
@limit_reads(PAPERS)
def owner_statement_paper(ref: str) -> ResponseReturnValue:
    """The statement as it was closed: the same bytes on every day, in one language."""
    lookup.require("properties")
    row = lookup.get_or_404(OwnerStatement, ref)
    answer = Response(owner_statement_pdf(printed(row), here().voice()), mimetype="application/pdf")
    name = f"owner-statement-{row.period_from:%Y-%m}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def printed(row: OwnerStatement) -> papers.OwnerPaper:
    return papers.paper(
        row.body, row.period_from, row.period_to, row.currency, bool(current_app.config["TEST_MODE"])
    )


@office.get("/office/properties/<ref>/months")
def owner_month(ref: str) -> ResponseReturnValue:
    """A month as it would be closed now: the next one to close, else the one under way."""
    house = house_of(ref, "owners")
    form = MonthForm(formdata=None)
    coming = reports.to_close(scope(), house, today()) or today()
    form.month.data = request.args.get("month", "")[:7] or f"{coming:%Y-%m}"
    return month_page(house, form)


def month_page(house: Property, form: MonthForm, status: int = 200) -> ResponseReturnValue:
    shown, prepared = [], None
    if form.month.data:
        try:
            prepared = reports.preview(scope(), house, reports.first_month(form.month.data))
            shown = [
                papers.paper(body, prepared.first, prepared.last, prepared.currency)
                for body in prepared.bodies.values()
            ]
        except Refused as refused:
            if status == 200:
                blame(form, refused)
    return htmx.render(
        "office/owner_statements/month.html", status=status, house=house, form=form, papers=shown, prepared=prepared,
        over=prepared is not None and prepared.last < today(),
    )  # fmt: skip


@office.post("/office/properties/<ref>/months")
def close_owner_month(ref: str) -> ResponseReturnValue:
    house, form = house_of(ref, "owners"), MonthForm()
    if form.validate():
        try:
            first = reports.first_month(form.month.data)
            acts.close(
                house.ref,
                first,
                letterhead=business_lines(letterhead()),
                who=scope(),
                today=today(),
                now=now(),
            )
            flash(gettext("The month is closed. Its statements stay as they are."))
            return htmx.see_other(url_for("office.owners", ref=house.ref))
        except Refused as refused:
            blame(form, refused)
    return month_page(house, form, 422)
