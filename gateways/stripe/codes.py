"""Stripe's names for why money did not move or came back, as the codes of gateways.codes.

A bank debit that comes back is told by Stripe as a dispute with a reason; the scheme's own return code is not given,
so each reason stands as the code that means it (source: Stripe's pages "ACH Direct Debit disputes", "Decline codes").
"""

from __future__ import annotations

from typing import Any, Final

_DECLINES: Final[dict[str, str]] = {
    "payment_intent_authentication_failure": "confirmation_refused",
    "setup_intent_authentication_failure": "confirmation_refused",
    "card_declined": "generic_decline",
    "no_action_taken": "generic_decline",
    "not_permitted": "transaction_not_allowed",
    "service_not_allowed": "transaction_not_allowed",
    "merchant_blacklist": "restricted_card",
    "revocation_of_authorization": "debit_not_authorized",
    "revocation_of_all_authorizations": "debit_not_authorized",
    "stop_payment_order": "debit_not_authorized",
    "security_violation": "restricted_card",
    "invalid_cvc": "incorrect_cvc",
    "invalid_number": "incorrect_number",
    "invalid_amount": "amount_too_large",
    "payment_method_bank_account_closed": "account_closed",
    "invalid_account_number": "no_account",
    "no_sufficient_funds": "insufficient_funds",
    "payment_method_microdeposit_failed": "confirmation_refused",
    "reenter_transaction": "processing_error",
    "testmode_decline": "generic_decline",
}
_RETURNS: Final[dict[str, str]] = {
    "insufficient_funds": "R01",
    "incorrect_account_details": "R03",
    "bank_cannot_process": "R17",
    "debit_not_authorized": "R10",
    "customer_initiated": "R10",
    "unrecognized": "R10",
    "fraudulent": "R10",
}
LAPSED: Final = "confirmation_lapsed"
UNCONFIRMED: Final = "authentication_required"


def declined(error: dict[str, Any]) -> str:
    """The code of an error that Stripe gives for a payment: the bank's own word where there is one."""
    found = str(error.get("decline_code") or error.get("code") or "generic_decline")
    return _DECLINES.get(found, found)[:40]


def returned(reason: str) -> str:
    """The return code of a bank debit that was disputed for `reason`; the reason itself where none means it."""
    return _RETURNS.get(reason, reason or "R31")[:40]
