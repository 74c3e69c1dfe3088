"""A bank account that a caller names, typed by staff for one payment; its number is never shown again."""

from __future__ import annotations

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.office import office
from blueprints.office.by_phone import calling
from blueprints.office.counter import found
from blueprints.office.phone_form import AccountForm
from blueprints.office.typed import blame
from blueprints.shared import htmx, lookup, step_up
from blueprints.shared.clock import now, today
from blueprints.shared.signed_in import scope
from domain.actions import by_phone as acts
from domain.actions.bank_accounts import WrongAccount
from domain.reports import by_phone
from domain.reports.agreements import View
from domain.reports.by_phone import Caller
from domain.words import Refused


@office.get("/office/agreements/<ref>/phone/account/<gateway>")
def new_call_account(ref: str, gateway: str) -> ResponseReturnValue:
    at = found(ref)
    if gateway not in by_phone.typed_gateways(at.currency):
        abort(404)
    by = calling(at, request.args.get("person"))
    if asked := _proof(at, by, gateway):
        return asked
    return account_page(at, by, gateway, AccountForm(gateway, at, by, fresh=True))


def _proof(at: View, by: Caller, gateway: str) -> ResponseReturnValue | None:
    """The way to a fresh proof of who it is: whoever sits at a desk left open names no account (safety A22)."""
    return step_up.required(
        back=url_for("office.new_call_account", ref=at.ref, gateway=gateway, person=by.ref)
    )


def account_page(
    at: View, by: Caller, gateway: str, form: AccountForm, status: int = 200
) -> ResponseReturnValue:
    form.forget_numbers()
    return htmx.render(
        "office/phone_account/new.html", status=status, at=at, by=by, gateway=gateway, form=form
    )


@office.post("/office/agreements/<ref>/phone/account/<gateway>")
def add_call_account(ref: str, gateway: str) -> ResponseReturnValue:
    at = found(ref)
    if gateway not in by_phone.typed_gateways(at.currency):
        abort(404)
    by = calling(at, request.form.get("person"))
    if asked := _proof(at, by, gateway):
        return asked
    form = AccountForm(gateway, at, by)
    if not form.validate():
        return account_page(at, by, gateway, form, 422)
    try:
        method = acts.add_account(
            at.ref, by.ref, gateway, form.typed, named=gettext("Bank account"), setup_ref=form.form_ref.ref or "",
            checks=form.checks.data or (), who=scope(), now=now(),
        )  # fmt: skip
    except WrongAccount as wrong:
        for field, sentence in wrong.problems.items():
            blame(form, Refused(sentence, field))
        return account_page(at, by, gateway, form, 422)
    except Refused as refused:
        blame(form, refused)
        return account_page(at, by, gateway, form, 422)
    lookup.forget()
    if any(way.ref == method and way.problem for way in by_phone.ways(by, at.agreement, today(), method)):
        flash(
            gettext(
                "The account is kept. It has to be confirmed before the first debit; until then send a link."
            )
        )
        return htmx.see_other(url_for("office.call", ref=at.ref, person=by.ref))
    return htmx.see_other(
        url_for("office.call", ref=at.ref, person=by.ref, method=method, checks=form.checks.data)
    )
