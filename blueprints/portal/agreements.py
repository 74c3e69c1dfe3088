"""The customer's agreements: the list, the facts of one, and its plan of payments."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import htmx
from blueprints.shared.clock import today
from blueprints.shared.lookup import get_or_404
from blueprints.shared.signed_in import scope
from domain.reports import agreements as report
from domain.reports import (
    autopay_coming,
    autopay_marks,
    changes,
    charges,
    deposits,
    late_terms,
    plan_pages,
    unit_facts,
    vehicles,
)
from models import Agreement


def viewed(ref: str) -> report.View:
    """The agreement as it stands today for the visitor, or 404 when it is not theirs."""
    row = get_or_404(Agreement, ref, *report.WITH_TERMS)
    return report.view(row, today(), report.payer_of(scope()))


@portal.get("/agreements")
def plans() -> ResponseReturnValue:
    views = report.views(scope(), today())
    if len(views) == 1:
        return redirect(url_for("portal.schedule", ref=views[0].ref), 303)
    return htmx.render("portal/agreements/plans.html", views=views, marks=autopay_marks.marks(scope()))


@portal.get("/agreements/<ref>")
def agreement(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    return htmx.render(
        "portal/agreements/agreement.html", view=view, people=report.people_on(scope(), view.agreement),
        unit=unit_facts.unit_facts(scope(), view.agreement), deposit_minor=deposits.held_minor(scope(), view),
        autopay_next=autopay_coming.next_debit(scope(), view.agreement, today()),
        late_terms=late_terms.late_terms(view), changes=changes.changes(scope(), view.agreement),
        currency=view.currency, vehicles=vehicles.for_customer(scope(), view.agreement),
    )  # fmt: skip


@portal.get("/agreements/<ref>/schedule")
def schedule(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    found = plan_pages.plan_page(view, _page_number())
    return htmx.render(
        "portal/agreements/schedule.html", view=view, found=found, charges=charges.beside_plan(scope(), view),
        pager=_pager(ref, found),
    )  # fmt: skip


def _page_number() -> int:
    digits = request.args.get("page", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0


def _pager(ref: str, found: plan_pages.PlanPage) -> dict[str, object]:
    def address(number: int) -> str | None:
        return url_for("portal.schedule", ref=ref, page=number) if 1 <= number <= found.pages else None

    return {
        "number": found.page, "pages": found.pages,
        "previous_url": address(found.page - 1), "next_url": address(found.page + 1),
    }  # fmt: skip
