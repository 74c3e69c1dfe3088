"""A payment by telephone: make sure who calls, read the permission aloud, hear the yes, and take one debit.

Cards are never typed here: for a card the caller gets a link during the call, and the page says when it was paid.
"""

from __future__ import annotations

from flask import abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from blueprints.office import office
from blueprints.office.counter import found
from blueprints.office.counter_form import amounts
from blueprints.office.phone_form import LINK, CallForm, SaidForm, SendForm, owner
from blueprints.office.typed import blame
from blueprints.shared import frame, htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import by_phone as acts
from domain.actions import pay_links as sending
from domain.actions.payment_limits import Accepted, TwinPayment
from domain.reports import by_phone, holds, office_views, pay_links, ways_to_pay
from domain.reports.agreements import View
from domain.reports.by_phone import Caller
from domain.reports.pay_links import Listed
from domain.reports.ways_to_pay import Way
from domain.rules.authorisations import Authorisation, Facts, authorisation, scheme_of, text_hash
from domain.words import Refused
from models import Payment


def calling(at: View, person_ref: str | None) -> Caller:
    """The person on the agreement who calls, or 404."""
    holders = office_views.holders_of([at.agreement.id]).get(at.agreement.id, ())
    by = by_phone.caller(scope(), person_ref or "") if any(one.ref == person_ref for one in holders) else None
    if by is None:
        abort(404)
    return by


@office.get("/office/agreements/<ref>/phone")
def call(ref: str) -> ResponseReturnValue:
    """Who is calling? With one person on the agreement, straight on to the form."""
    at = found(ref)
    holders = office_views.holders_of([at.agreement.id]).get(at.agreement.id, ())
    person = request.args.get("person") or (holders[0].ref if len(holders) == 1 else "")
    if not person:
        return htmx.render("office/by_phone/who.html", at=at, holders=holders)
    by = calling(at, person)
    return call_page(at, by, call_form(at, by, fresh="form_ref" not in request.args))


def call_form(at: View, by: Caller, *, fresh: bool = False) -> CallForm:
    return CallForm(
        at, by, by_phone.ways(by, at.agreement, today(), request.args.get("method", "")), fresh=fresh
    )


def call_page(at: View, by: Caller, form: CallForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/by_phone/call.html", status=status, at=at, by=by, form=form,
        held=holds.standing(scope(), at.agreement), gateways=by_phone.typed_gateways(at.currency),
        problems=[way for way in form.found if way.problem is not None], details=amounts(at),
    )  # fmt: skip


@office.get("/office/agreements/<ref>/phone/review")
def review_call(ref: str) -> ResponseReturnValue:
    """What is read aloud, word by word; for a card the link that is to be sent."""
    at = found(ref)
    by = calling(at, request.args.get("person"))
    form = call_form(at, by)
    if not form.validate() or form.minor is None:
        return call_page(at, by, form, 422)
    if form.method.data == LINK or form.way is None:
        return said_page(at, by, None, said_form(form, by, None, 0, ""), form.minor)
    fee = ways_to_pay.fees(at.agreement, [form.way], form.minor, today())[form.way.ref]
    asked = script(at, by, form.way, form.minor, fee)
    return said_page(
        at, by, form.way, said_form(form, by, form.way, fee, asked.text(here().say)), form.minor, fee
    )


def said_form(form: CallForm, by: Caller, way: Way | None, fee: int, text: str) -> SaidForm:
    return SaidForm(
        formdata=None, person=by.ref, checks=" ".join(form.checks.data or ()), method=way.ref if way else LINK,
        amount_minor=form.minor, fee_minor=fee, text_hash=text_hash(text), form_ref=form.form_ref.data, again="",
    )  # fmt: skip


def said_page(
    at: View, by: Caller, way: Way | None, form: SaidForm, minor: int, fee: int = 0, status: int = 200,
    twin: TwinPayment | None = None,
) -> ResponseReturnValue:  # fmt: skip
    return htmx.render(
        "office/by_phone/review.html", status=status, at=at, by=by, way=way, form=form, minor=minor, fee=fee,
        twin=twin, script=script(at, by, way, minor, fee).sentences if way else (),
        times=ways_to_pay.times(way, None, today(), now()) if way else None,
    )  # fmt: skip


def script(at: View, by: Caller, way: Way, minor: int, fee: int) -> Authorisation:
    """The permission by telephone for exactly this debit."""
    business = frame.business() or {}
    scheme = scheme_of(way.instrument, at.currency, way.gateway)
    times = ways_to_pay.times(way, None, today(), now())
    facts = Facts(
        business=business.get("name") or current_app.config["BASE_URL"],
        contact=business.get("phone") or business.get("email") or current_app.config["BASE_URL"],
        account=here().say(way.label),
        agreement=at.number,
        currency=at.currency,
        payer=by.name,
        amount_minor=minor + fee,
        fee_minor=fee,
        on=times.leaves_on,
        said_on=today(),
        creditor_id=ways_to_pay.creditor_id(way.gateway) if scheme == "bacs" else "",
    )
    return authorisation(scheme, facts, class_code="TEL" if scheme == "ach" else "")


@office.post("/office/agreements/<ref>/phone")
def create_call(ref: str) -> ResponseReturnValue:
    """Take the debit the caller agreed to, or make the link for a card; once."""
    at = found(ref)
    form = SaidForm()
    by = calling(at, form.person.data)
    form.form_ref.owner = owner(at, by)
    minor, fee = form.amount_minor.data, form.fee_minor.data or 0
    valid = form.validate()
    way = next(
        (
            one
            for one in by_phone.ways(by, at.agreement, today(), form.method.data)
            if one.ref == form.method.data
        ),
        None,
    )
    if (
        not valid
        or form.form_ref.ref is None
        or not minor
        or minor < 0
        or (way is None and form.method.data != LINK)
    ):
        return start_over(at, by)
    checks = (form.checks.data or "").split()
    try:
        if way is None:
            made = acts.send_link(
                at.ref, by.ref, minor, form.form_ref.ref, checks=checks, who=scope(), today=today(), now=now()
            )
            return htmx.see_other(url_for("office.call_link", ref=at.ref, link=made.ref))
        return debit(at, by, way, form, minor, fee, checks)
    except TwinPayment as twin:
        form.again.data = "y"
        return said_page(at, by, way, form, minor, fee, 409, twin)
    except Refused as refused:
        blame(form, refused)
        return said_page(at, by, way, form, minor, fee, 422)


def debit(
    at: View, by: Caller, way: Way, form: SaidForm, minor: int, fee: int, checks: list[str]
) -> ResponseReturnValue:
    """The debit, when what was read aloud is still what would be said and the caller said yes."""
    asked = script(at, by, way, minor, fee)
    text = asked.text(here().say)
    if text_hash(text) != form.text_hash.data:
        form.text_hash.data = text_hash(text)
        form.said.data = False
        form.form_errors = [_("What is to be read aloud has changed. Read it again.")]
        return said_page(at, by, way, form, minor, fee, 409)
    if not form.said.data:
        form.said.errors = [_("Only with the caller's yes. Read it aloud and ask.")]
        return said_page(at, by, way, form, minor, fee, 422)
    permission = Accepted(
        scheme=asked.scheme, text=text, version=asked.version, class_code=asked.class_code, recurring=False,
        language=here().voice().language[:8],
    )  # fmt: skip
    paid = acts.debit(
        at.ref, by.ref, minor, way.ref, form.form_ref.ref or "", permission=permission, checks=checks, who=scope(),
        today=today(), now=now(), fee_minor=fee, again=form.again.data == "y",
    )  # fmt: skip
    return htmx.see_other(url_for("office.said", ref=paid))


def start_over(at: View, by: Caller) -> ResponseReturnValue:
    again = CallForm(at, by, by_phone.ways(by, at.agreement, today()), fresh=True)
    again.form_errors = [
        _("This form is out of date or was changed on its way. Nothing was taken. Start over.")
    ]
    return call_page(at, by, again, 422)


@office.get("/office/payments/<ref>/said")
def said(ref: str) -> ResponseReturnValue:
    """What was said on the telephone for a payment, as it is kept; to be printed for a caller without e-mail."""
    lookup.require("counter")
    payment = lookup.get_or_404(Payment, ref)
    allowed = by_phone.allowed(scope(), payment)
    if allowed is None:
        abort(404)
    return htmx.render("office/by_phone/said.html", payment=payment, allowed=allowed)


@office.get("/office/agreements/<ref>/phone/links/<link>")
def call_link(ref: str, link: str) -> ResponseReturnValue:
    """The link for the caller, and whether it was paid; the part that changes asks again by itself."""
    at = found(ref)
    return link_page(at, *listed_link(at, link))


def listed_link(at: View, link: str) -> tuple[Listed, str]:
    """(link of this agreement, its secret), or 404."""
    one = pay_links.listed(scope(), link, now())
    if one is None or link not in {other.ref for other in pay_links.of_agreement(scope(), at.ref, now())}:
        abort(404)
    return one


def link_page(at: View, link: Listed, secret: str, status: int = 200, wrong: str = "") -> ResponseReturnValue:
    address = f"{current_app.config['BASE_URL']}/pay-link/{secret}" if secret and link.open else ""
    return htmx.render(
        "office/by_phone/link.html", "office/by_phone/_link_state.html", status, at=at, link=link, address=address,
        line=by_phone.paid_by_link(scope(), link.payment_ref), wrong=wrong, form=SendForm(formdata=None),
    )  # fmt: skip


@office.post("/office/agreements/<ref>/phone/links/<link>/send")
def send_call_link(ref: str, link: str) -> ResponseReturnValue:
    """Mail or text the link to the caller, at the address on file."""
    at = found(ref)
    one, secret = listed_link(at, link)
    form = SendForm()
    if not form.validate():
        return link_page(at, one, secret, 422, gettext("Choose mail or text."))
    try:
        sending.send(link, form.way.data, base_url=current_app.config["BASE_URL"], who=scope(), now=now())
    except Refused as refused:
        return link_page(at, one, secret, 422, here().say(refused.sentence))
    flash(gettext("The link is on its way to the caller."), "success")
    return htmx.see_other(url_for("office.call_link", ref=at.ref, link=link))
