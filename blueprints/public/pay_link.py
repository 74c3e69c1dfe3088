"""A link by which one amount is paid without signing in: see it, pay it, come back from the processor's page.

Opening the link any number of times uses nothing up and tells nothing of the customer but what is asked for. The page
of the processor takes the card; what became of it is asked there, not believed from the address that led back.
"""

from __future__ import annotations

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField

from blueprints.public import public
from blueprints.shared import htmx, lookup
from blueprints.shared.addresses import here as loopback
from blueprints.shared.addresses import own_address
from blueprints.shared.clock import now, today
from blueprints.shared.fields import RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.throttle import TRIES, limit_posts
from domain.actions import pay_links, payment_watch
from domain.actions.payment_limits import Wanted
from domain.reports import pay_links as report
from domain.reports.pay_links import Opened
from domain.sealing import fresh_ref
from domain.words import Conflict, Refused

PURPOSE = "pay link"


class PayForm(FlaskForm):
    gateway = HiddenField()
    fee = HiddenField()
    ref = RefField(purpose=PURPOSE)


@public.get("/pay-link/<secret>")
def pay_link(secret: str) -> ResponseReturnValue:
    return page(secret, looked(secret))


@public.get("/pay-link/<secret>/widgets/state")
def pay_link_state(secret: str) -> ResponseReturnValue:
    """The same by itself, for a page that waits for an answer."""
    return page(secret, looked(secret))


@public.post("/pay-link/<secret>", endpoint="use_pay_link")
@limit_posts(TRIES)
def use_pay_link(secret: str) -> ResponseReturnValue:
    """On to the processor's page. The same form sent again leads to the same payment."""
    opened = looked(secret)
    form = PayForm()
    form.ref.owner = owner(opened, form.gateway.data or "", form.fee.data or "")
    if not form.validate():
        return page(secret, opened, 422)
    back = own_address(url_for("public.pay_link_back", secret=secret))
    try:
        pay_links.pay(
            secret, form.ref.ref or "", form.gateway.data, today=today(), now=now(), return_url=back,
            wanted=Wanted(fee_minor=int(form.fee.data)),
        )  # fmt: skip
    except Refused as refused:
        return page(secret, opened, 422, here().say(refused.sentence))
    except Conflict:
        # Somebody was first, perhaps in another tab: the page says what became of it.
        pass
    lookup.forget()
    paid = looked(secret).paid
    if paid is not None and paid.confirm_url:
        return htmx.see_other(loopback(paid.confirm_url))
    return htmx.see_other(url_for("public.pay_link", secret=secret))


@public.get("/pay-link/<secret>/back")
def pay_link_back(secret: str) -> ResponseReturnValue:
    """Where the processor's page sends the payer back to."""
    return htmx.render("public/pay_link/back.html", secret=secret, link=looked(secret))


@public.post("/pay-link/<secret>/check", endpoint="check_pay_link")
@limit_posts(TRIES)
def check_pay_link(secret: str) -> ResponseReturnValue:
    opened = looked(secret)
    if opened.paid is not None:
        payment_watch.ask_again(opened.paid.ref, today=today(), now=now())
        lookup.forget()
    return htmx.see_other(url_for("public.pay_link", secret=secret))


def looked(secret: str) -> Opened:
    """What the link says; 404 for one that never was."""
    opened = report.look(secret, now(), today())
    if opened.state == "unknown":
        abort(404)
    return opened


def owner(opened: Opened, gateway: str, fee: str) -> str:
    return f"{opened.ref}:{gateway}:{fee}"


def page(secret: str, opened: Opened, status: int = 0, wrong: str = "") -> ResponseReturnValue:
    """The link as it stands: to be paid, on its way, paid, or why it works no more (410)."""
    forms = []
    if opened.state == "open":
        for gateway, fee in opened.fees.items():
            form = PayForm(formdata=None, gateway=gateway, fee=str(fee))
            form.ref.data = seal_ref(PURPOSE, fresh_ref(), owner(opened, gateway, str(fee)))
            forms.append((form, fee))
    gone = opened.state in ("expired", "revoked")
    return htmx.render(
        "public/pay_link/pay_link.html", "public/pay_link/_link.html", status or (410 if gone else 200), link=opened,
        secret=secret, pay_forms=forms, wrong=wrong, stale=status == 422 and not wrong and request.method == "POST",
    )  # fmt: skip
