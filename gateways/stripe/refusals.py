"""What is refused before or by Stripe, in words."""

from __future__ import annotations

from typing import Final

from domain.words import N_, Sentence
from gateways.base import GatewayRefused

_BAD = N_("The payment processor could not read the request.")

REFUSALS: Final[dict[str, str]] = {
    "key_reused": N_("This payment was already sent with other details, so it was not sent again."),
    "unknown_method": N_("The payment processor does not know this bank account or card."),
    "bad_key": N_("The payment was sent without a key of 1 to 200 characters."),
    "bad_ref": N_("The payment was sent without a reference of 1 to 200 characters."),
    "bad_amount": N_("The payment processor does not take this amount in this currency."),
    "bad_currency": N_("The payment processor does not know this currency."),
    "bad_setup_ref": N_("The request for a new way to pay carries a reference that could be guessed."),
    "bad_return_url": N_("The payment processor does not send people to this address."),
    "unknown_charge": N_("The payment processor has no such payment to give back."),
    "not_settled": N_("This payment has not settled, so it cannot be given back."),
    "refund_too_much": N_("The refund is more than what is left of the payment."),
    "bad_cursor": N_("The payment processor does not know this event."),
    "not_allowed": N_("The payment processor does not accept our key. Nothing was charged."),
    "bad_request": _BAD,
}


def refused(code: str) -> GatewayRefused:
    """The refusal named `code`; a name that is not listed is a request that Stripe could not read."""
    known = code if code in REFUSALS else "bad_request"
    return GatewayRefused(Sentence(REFUSALS[known]), known)
