"""Stripe's objects as answers: a PaymentIntent, a Checkout Session, a Refund, a Dispute, a PaymentMethod.

Pure: dicts as the API gives them in, `gateways.base` out. Moments are seconds since 1970 there; a day is the one of
that moment in the business's zone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateways.base import MethodDetails, MethodKind, Outcome
from gateways.stripe import codes

PAGED = "checkout"
"""`metadata.page` of a payment made on the hosted page, where one refused card is not the end of it."""
Settles = Callable[[date], date]
_LABELS = {"us_bank_account": "Bank account", "sepa_debit": "SEPA", "bacs_debit": "Bacs"}


def moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def day(seconds: Any, zone: ZoneInfo) -> date:
    """The business's local date at that moment."""
    return moment(seconds).astimezone(zone).date()


def part(found: dict[str, Any], *names: str) -> dict[str, Any]:
    """A part within an object, step by step; {} where it is missing, or only named by its id."""
    for name in names:
        inner = found.get(name)
        found = inner if isinstance(inner, dict) else {}
    return found


def kind_of(intent: dict[str, Any]) -> MethodKind:
    """Whether a PaymentIntent takes from a card or from a bank account."""
    used = part(intent, "latest_charge", "payment_method_details").get("type")
    used = used or (intent.get("payment_method_types") or ["card"])[0]
    return "card" if used in ("card", "card_present", "link") else "bank"


def page_of(intent: dict[str, Any]) -> str:
    """Where the payer has to say yes; "" where Stripe names no page."""
    action = part(intent, "next_action")
    return str(
        part(action, "redirect_to_url").get("url")
        or part(action, "verify_with_microdeposits").get("hosted_verification_url")
        or ""
    )


def of_intent(intent: dict[str, Any], zone: ZoneInfo, settles: Settles) -> Outcome:
    """What a PaymentIntent has come to. A bank debit that came back is told by `of_return`."""
    status, ref = intent["status"], intent["id"]
    if status == "succeeded":
        charge = part(intent, "latest_charge")
        arrived = part(charge, "balance_transaction").get("created") or charge.get("created")
        return Outcome("settled", ref, on=day(arrived or intent["created"], zone))
    if status == "processing":
        return Outcome("accepted", ref, expected_settlement_on=settles(day(intent["created"], zone)))
    if status == "requires_action":
        return Outcome("needs_confirmation", ref, redirect_url=page_of(intent))
    if status == "canceled":
        reason = intent.get("cancellation_reason")
        # Without a reason we cancelled it ourselves, because nobody could have confirmed it.
        return Outcome("declined", ref, codes.LAPSED if reason else codes.UNCONFIRMED)
    error = part(intent, "last_payment_error")
    return Outcome("declined", ref, codes.declined(error) if error else codes.LAPSED)


def of_return(intent: dict[str, Any], dispute: dict[str, Any], zone: ZoneInfo) -> Outcome:
    """A settled bank debit that the payer's bank took back."""
    code = codes.returned(dispute.get("reason") or "")
    return Outcome("returned", intent["id"], code, on=day(dispute["created"], zone))


def of_open_session(session: dict[str, Any]) -> Outcome:
    """A hosted page that nobody has paid on yet, or nobody any more."""
    if session["status"] == "open":
        return Outcome("needs_confirmation", session["id"], redirect_url=session.get("url") or "")
    return Outcome("declined", session["id"], codes.LAPSED)


def of_refund(refund: dict[str, Any], zone: ZoneInfo) -> Outcome:
    status, ref = refund.get("status"), refund["id"]
    if status == "succeeded":
        return Outcome("settled", ref, on=day(refund["created"], zone))
    if status in ("pending", "requires_action"):
        return Outcome("accepted", ref)
    return Outcome("declined", ref, str(refund.get("failure_reason") or "refund_failed")[:40])


def of_method(token: str, method: dict[str, Any]) -> MethodDetails:
    """A saved method. A card is named by its brand, a bank account by its bank."""
    kind, holder = method["type"], str(part(method, "billing_details").get("name") or "")
    details = part(method, kind)
    last4 = str(details.get("last4") or "")
    if kind == "card":
        brand = str(details.get("display_brand") or details.get("brand") or "card").replace("_", " ").title()
        expires = f"{int(details['exp_year']):04d}-{int(details['exp_month']):02d}"
        funding = details.get("funding") if details.get("funding") in ("credit", "debit", "prepaid") else ""
        return MethodDetails(token, "card", f"{brand} ••{last4}", last4, "", expires, funding or "", holder)
    bank = str(details.get("bank_name") or "")
    name = bank or _LABELS.get(kind, "Bank account")
    return MethodDetails(token, "bank", f"{name} ••{last4}", last4, bank, holder=holder)
