"""Paying by bank transfer: where to send it, the reference that names the agreement, and a code for banking apps."""

from __future__ import annotations

from flask import current_app, request
from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx
from blueprints.shared.signed_in import scope
from domain.reports import holds, previews
from domain.reports.agreements import View
from domain.rules.transfer_accounts import TransferAccount, account_for, currencies
from domain.rules.transfer_references import printed, reference_for
from papers.transfer_qr import transfer_qr


@portal.get("/agreements/<ref>/transfer")
def transfer(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    account = account_for(current_app.config["SETTINGS"].ways, view.currency)
    offers = [offer for offer in previews.choices(view) if offer.amount_minor]
    amount = _amount(view, offers[0].amount_minor if offers else 0)
    reference = reference_for(view.agreement.id)
    return htmx.render(
        "portal/transfer/transfer.html", view=view, account=account, offers=offers, amount=amount,
        reference=printed(reference), picture=_picture(account, amount, reference),
        held=holds.standing(scope(), view.agreement), under_way=holds.on_its_way(scope(), view.agreement),
    )  # fmt: skip


@portal.app_template_global("transfers_in")
def transfers_in(currency: str) -> bool:
    """Whether the business takes transfers in the currency."""
    return currency in currencies(current_app.config["SETTINGS"].ways)


def _amount(view: View, usual: int) -> int:
    """The amount (minor units) that the address asks for, where it is one that can be owed; else the usual one."""
    asked = request.args.get("amount", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 13 and 0 < int(asked) <= view.payable_minor:
        return int(asked)
    return usual


def _picture(account: TransferAccount | None, amount: int, reference: str) -> str:
    if account is None or not account.iban:
        return ""
    return transfer_qr(
        name=account.name, iban=account.iban, bic=account.bic, amount_minor=amount, reference=reference
    )
