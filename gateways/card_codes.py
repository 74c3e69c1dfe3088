"""Why a card, or a bank account asked on the spot, was declined, in the payer's words.

The names are those that card processors share (Stripe's decline codes are the usual spelling). "yes" marks the soft
ones, which a plan may try again on another day; the hard ones are never tried again by themselves. What must not be
told to whoever holds the card (lost, stolen, suspected fraud) is worded as a plain refusal.
"""

from __future__ import annotations

from typing import Final, Literal

from domain.words import N_

Row = tuple[str, str, Literal["yes", "after_correction", "never"]]

_REFUSED = N_("The bank that issued the card did not accept the payment.")
_ASK_ISSUER = N_("Ask your bank why, or use another way to pay.")
_ANOTHER_CARD = N_("Use another card or another way to pay.")
_ANOTHER = N_("Use another bank account or another way to pay.")
_ADD_AGAIN = N_("Add the card again with the right details, or use another way to pay.")
_LATER = N_("Try again in a while, or use another way to pay.")

DECLINES: Final[dict[str, Row]] = {
    "insufficient_funds": (
        N_("There was not enough money for this payment."),
        N_("Make sure the money is there, then pay again, or use another way to pay."),
        "yes",
    ),
    "do_not_honor": (_REFUSED, _ASK_ISSUER, "yes"),
    "generic_decline": (_REFUSED, _ASK_ISSUER, "yes"),
    "call_issuer": (_REFUSED, _ASK_ISSUER, "yes"),
    "expired_card": (N_("The card has expired."), _ANOTHER_CARD, "after_correction"),
    "lost_card": (_REFUSED, _ANOTHER_CARD, "never"),
    "stolen_card": (_REFUSED, _ANOTHER_CARD, "never"),
    "pickup_card": (_REFUSED, _ANOTHER_CARD, "never"),
    "fraudulent": (_REFUSED, _ANOTHER_CARD, "never"),
    "restricted_card": (_REFUSED, _ANOTHER_CARD, "never"),
    "incorrect_cvc": (N_("The security code of the card was not right."), _ADD_AGAIN, "after_correction"),
    "incorrect_number": (N_("The card number is not right."), _ADD_AGAIN, "after_correction"),
    "incorrect_zip": (N_("The postal code does not belong to the card."), _ADD_AGAIN, "after_correction"),
    "invalid_account": (N_("The account behind the card is not valid."), _ANOTHER_CARD, "never"),
    "processing_error": (N_("The payment could not be processed."), _LATER, "yes"),
    "issuer_not_available": (N_("The bank that issued the card could not be reached."), _LATER, "yes"),
    "try_again_later": (N_("The bank asked to try again later."), _LATER, "yes"),
    "card_velocity_exceeded": (N_("The card has reached its limit of payments for now."), _LATER, "yes"),
    "withdrawal_count_limit_exceeded": (
        N_("The card has reached its limit of payments for now."),
        _LATER,
        "yes",
    ),
    "amount_too_large": (
        N_("The amount is above what this method allows."),
        N_("Pay a smaller amount, or use another way to pay."),
        "after_correction",
    ),
    "card_not_supported": (N_("The card does not allow this kind of payment."), _ANOTHER_CARD, "never"),
    "currency_not_supported": (N_("The card does not allow this currency."), _ANOTHER_CARD, "never"),
    "transaction_not_allowed": (N_("The card does not allow this kind of payment."), _ASK_ISSUER, "never"),
    "authentication_required": (
        N_("The bank wants you to confirm this payment yourself."),
        N_("Pay again while you are here, and confirm it on your bank's page."),
        "after_correction",
    ),
    "confirmation_refused": (
        N_("The payment was not confirmed on the bank's page."),
        N_("Nothing was taken. Pay again if you still want to, or use another way to pay."),
        "after_correction",
    ),
    "confirmation_lapsed": (
        N_("The payment was not confirmed in time."),
        N_("Nothing was taken. Pay again if you still want to, or use another way to pay."),
        "after_correction",
    ),
    "account_closed": (N_("The bank account has been closed."), _ANOTHER, "after_correction"),
    "no_account": (N_("The bank found no such account under this name."), _ANOTHER, "after_correction"),
    "account_frozen": (N_("The bank account is frozen."), _ANOTHER, "never"),
    "debit_not_authorized": (
        N_("The bank says this account may not be debited by us."),
        N_("Tell your bank that you allow it, or use another way to pay."),
        "never",
    ),
    "bank_account_restricted": (
        N_("This account does not allow debits. Savings accounts often do not."),
        _ANOTHER,
        "never",
    ),
}
