"""One payment: where it stands, its receipt and timeline, and the way back from the page that asked for a yes."""

from __future__ import annotations

from flask import Response, abort, current_app, url_for
from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import frame, htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.lookup import get_or_404
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.actions import payment_watch
from domain.reports import checkouts, my_permissions, payment_story, payments, receipts
from domain.reports.verification import token_of
from models import Payment
from papers.receipt import receipt_pdf as printed


@portal.get("/payments/<ref>")
def payment(ref: str) -> ResponseReturnValue:
    return _shown(ref)


@portal.get("/payments/<ref>/widgets/state")
def payment_state(ref: str) -> ResponseReturnValue:
    """The same by itself, for a page that waits for an answer."""
    return _shown(ref)


@portal.get("/payments/<ref>/confirmed")
def confirmed_payment(ref: str) -> ResponseReturnValue:
    """Where the processor's page sends the payer back to. What it says there is asked, not believed."""
    row = get_or_404(Payment, ref)
    return htmx.render("portal/payment/confirmed.html", payment=row)


@portal.post("/payments/<ref>/check")
def check_payment(ref: str) -> ResponseReturnValue:
    row = get_or_404(Payment, ref)
    payment_watch.ask_again(row.ref, today=today(), now=now())
    lookup.forget()
    return htmx.see_other(url_for("portal.payment", ref=ref))


@portal.get("/payments/<ref>/receipt.pdf")
@limit_reads(PAPERS)
def receipt_pdf(ref: str) -> ResponseReturnValue:
    row = get_or_404(Payment, ref)
    site = {"test_mode": current_app.config["TEST_MODE"], "site": current_app.config["BASE_URL"]}
    business = (frame.business() or {}) | site
    data = receipts.my_receipt(scope(), row.ref, business)
    if data is None:
        abort(404)
    answer = Response(printed(data, here().voice()), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{data.receipt_number}.pdf"'
    return answer


def _shown(ref: str) -> ResponseReturnValue:
    row = get_or_404(Payment, ref)
    told = payment_story.story(scope(), row, today())
    return htmx.render(
        "portal/payment/payment.html", "portal/payment/_payment.html", story=told, line=told.line,
        state_words=payments.state_words, checkout_ref=row.checkout_ref,
        siblings=checkouts.siblings(scope(), row), fee_minor=row.fee_minor, leaves_on=row.scheduled_on,
        given=my_permissions.of_payment(scope(), row), mine=row.person_id == scope().person_id,
        verify=token_of(row.receipt.id) if row.receipt else "",
    )  # fmt: skip
