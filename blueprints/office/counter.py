"""Taking money at the counter: find the agreement, say the amount, see what it does, take it, hand over the receipt.

Nothing moves before the confirmation, and its form carries a sealed ref: sent twice, it takes the money once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField
from wtforms.widgets import HiddenInput

from blueprints.office import office
from blueprints.office.counter_form import PaymentForm, amounts, owner
from blueprints.office.hand_form import ICONS, HandConfirm, hidden, said
from blueprints.office.listing import Listing, wanted
from blueprints.office.reversals import beside
from blueprints.office.typed import blame
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import RefField
from blueprints.shared.formats import here
from blueprints.shared.frame import business
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.actions import counter as acts
from domain.actions.payment_limits import TwinPayment
from domain.reports import agreement_list, holds, office_views, payment_desk, previews
from domain.reports.agreements import WITH_TERMS, View, view
from domain.reports.office_views import Holder
from domain.rules.money_in_hand import change_of
from domain.words import Money, Refused
from models import Agreement, Payment
from papers.receipt import receipt_pdf

TYPED = (
    "choice", "amount", "extra", "payer", "instrument", "given", "number", "bank", "last4", "day", "note",
    "form_ref",
)  # fmt: skip


class ConfirmForm(HandConfirm):
    """What was reviewed. `seen` is how many entries the agreement's journal had then."""

    amount_minor = IntegerField(widget=HiddenInput())
    extra = HiddenField()
    form_ref = RefField(purpose="counter")
    seen = IntegerField(widget=HiddenInput())


def found(ref: str) -> View:
    lookup.require("counter")
    agreement = lookup.get_or_404(Agreement, ref, *WITH_TERMS)
    if agreement.status == "undone":
        abort(404)
    return view(agreement, today())


@office.get("/office/counter")
def counter() -> ResponseReturnValue:
    lookup.require("counter")
    asked = wanted(("status",), sort="number")
    listing = (
        Listing("office.counter", asked, agreement_list.agreements(scope(), asked, today()))
        if asked.q
        else None
    )
    return htmx.render(
        "office/counter/index.html", "office/counter/_found.html",
        words=asked.q, listing=listing, drawer=payment_desk.drawer(scope(), today()),
    )  # fmt: skip


@office.get("/office/agreements/<ref>/payments/new")
def new_payment(ref: str) -> ResponseReturnValue:
    """The form; with what was chosen before where somebody comes back from the review to change it."""
    at = found(ref)
    return payment_page(at, PaymentForm(at, holders_of(at), fresh="choice" not in request.args))


def holders_of(at: View) -> Sequence[Holder]:
    """The people on the agreement, of whom one may pay."""
    return office_views.holders_of([at.agreement.id]).get(at.agreement.id, ())


def payment_page(at: View, form: PaymentForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/counter/new.html", status=status, at=at, form=form, details=amounts(at), holders=holders_of(at),
        icons=ICONS, held=holds.standing(scope(), at.agreement),
        effect=effect_of(at, form), torn=form.torn,
    )  # fmt: skip


@office.get("/office/agreements/<ref>/payments/preview")
def preview_payment(ref: str) -> ResponseReturnValue:
    """What the amount typed so far would do. Nothing is kept and nothing is said about what is still being typed."""
    at = found(ref)
    form = PaymentForm(at, holders_of(at))
    return htmx.render(
        "office/counter/preview.html", "office/counter/_effect.html",
        at=at, effect=effect_of(at, form), torn=form.torn,
    )  # fmt: skip


def effect_of(at: View, form: PaymentForm) -> office_views.Effect | None:
    minor = form.minor
    if not minor or not 0 < minor <= acts.MOST_MINOR:
        return None
    on = min(max(form.on, at.agreement.opened_on), today())
    return office_views.effect(at, minor, on, form.wish, form.payer_key)


@office.get("/office/agreements/<ref>/payments/review")
def review_payment(ref: str) -> ResponseReturnValue:
    at = found(ref)
    form = PaymentForm(at, holders_of(at))
    minor = form.minor if form.validate() else None
    # First, since "everything due" is no choice any more once it was taken.
    if payment_desk.taken(scope(), form.form_ref.ref or ""):
        return htmx.render("office/counter/done.html", at=at, taken=form.form_ref.ref)
    if minor is None:
        return payment_page(at, form, 422)
    reviewed = hidden(form.paper, form.instrument.data, form.on, form.payer.data)
    return review_page(at, reviewed | {"amount_minor": minor, "extra": form.wish}, form.form_ref.data)


def review_page(
    at: View, reviewed: Mapping[str, Any], sealed: str, *, changed: bool = False
) -> ResponseReturnValue:
    """What is to be taken, with its effect. `reviewed` are the values of `ConfirmForm` but for ref and `seen`."""
    form = ConfirmForm(formdata=None, **reviewed, form_ref=sealed, seen=at.agreement.standing.entries)
    minor, extra, on = reviewed["amount_minor"], reviewed["extra"], reviewed["day"]
    holders = holders_of(at)
    payer = next((holder for holder in holders if holder.ref == reviewed["payer"]), None)
    effect = office_views.effect(at, minor, on, extra, payer.payer if payer else "")
    above = acts.what_it_does(Money(minor, at.currency), Money(at.quote.total_minor, at.currency))
    return htmx.render(
        "office/counter/review.html", status=409 if changed else 200, at=at, form=form, effect=effect, payer=payer,
        handed=said(form.paper, reviewed["instrument"], on, minor, at.currency), holders=holders,
        again={name: request.args[name] for name in TYPED if name in request.args}, changed=changed,
        held=holds.standing(scope(), at.agreement),
        shall=shall(at, minor, extra), above=above if effect.above_minor else None,
        change=change_of(reviewed["instrument"], minor, reviewed["given_minor"], at.currency),
    )  # fmt: skip


def shall(at: View, minor: int, extra: str) -> str | None:
    """What the money above what is due shall do, to be translated; None where there is none or nothing to choose."""
    chosen = extra in at.offers.extra and minor > at.due.headline_minor and minor < at.quote.total_minor
    return previews.EXTRA_WORDS[extra] if chosen else None


@office.post("/office/agreements/<ref>/payments")
def create_payment(ref: str) -> ResponseReturnValue:
    """Take the money, once. When the agreement changed since the review, the review is shown anew instead."""
    at = found(ref)
    form = ConfirmForm()
    form.form_ref.owner = owner(at)
    minor, instrument, on = form.amount_minor.data, form.instrument.data or "", form.day.data or today()
    extra, payer = form.extra.data or "shorter", form.payer.data or ""
    usable = form.validate() and minor and 0 < minor <= acts.MOST_MINOR and instrument in acts.IN_HAND
    if not usable or form.form_ref.ref is None:
        again = PaymentForm(at, holders_of(at), fresh=True)
        again.form_errors = [
            _("This form is out of date or was changed on its way. Nothing was taken. Start over.")
        ]
        return payment_page(at, again, 422)
    changed = form.seen.data != at.agreement.standing.entries
    if changed and not payment_desk.taken(scope(), form.form_ref.ref):
        reviewed = hidden(form.paper, instrument, on, payer) | {"amount_minor": minor, "extra": extra}
        return review_page(at, reviewed, form.form_ref.data, changed=True)
    try:
        taken = acts.take(
            at.ref, minor, instrument, form.form_ref.ref, who=scope(), today=today(), now=now(),
            paper=form.paper, payer=payer, on=on, extra=extra, again=form.again.data == "1",
        )  # fmt: skip
    except TwinPayment as twin:
        return htmx.render("office/counter/twin.html", status=409, at=at, form=form, twin=twin, amount=minor)
    except Refused as refused:
        again = PaymentForm(at, holders_of(at), fresh=True)
        blame(again, refused)
        return payment_page(at, again, 422)
    return htmx.see_other(url_for("office.payment", ref=taken))


@office.get("/office/payments/<ref>")
def payment(ref: str) -> ResponseReturnValue:
    lookup.require("agreements")
    row = lookup.get_or_404(Payment, ref, *payment_desk.WITH_EVENTS)
    return htmx.render(
        "office/counter/payment.html", payment=row, facts=payment_desk.facts(scope(), row), on=today(),
        receipt=payment_desk.receipt(scope(), row.ref, letterhead()), **beside(row),
    )  # fmt: skip


@office.get("/office/payments/<ref>/receipt.pdf")
@limit_reads(PAPERS)
def payment_receipt(ref: str) -> ResponseReturnValue:
    lookup.require("agreements")
    row = lookup.get_or_404(Payment, ref)
    data = payment_desk.receipt(scope(), row.ref, letterhead())
    if data is None:
        abort(404)
    answer = Response(receipt_pdf(data, here().voice()), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{data.receipt_number}.pdf"'
    return answer


def letterhead() -> dict[str, Any]:
    return {**(business() or {}), "test_mode": current_app.config["TEST_MODE"]}
