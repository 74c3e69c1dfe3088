"""Why a payment did not go through, in words, from the code a gateway gave; and whether it may be tried again.

The tables stand in `ach_codes` (returns of US bank debits, R01 to R90), `sepa_codes` (AC01, MD06), `bacs_codes`
(written with their report: ARUDD-0) and `card_codes` (declines). An unknown code gets a sentence too, which names it,
and is never tried again by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.rules.stop_codes import STOPPED
from domain.words import N_, Sentence
from gateways.ach_codes import ACH_RETURNS
from gateways.bacs_codes import BACS_REASONS
from gateways.card_codes import DECLINES
from gateways.sepa_codes import SEPA_REASONS

Retryable = Literal["yes", "after_correction", "never"]

# Nacha counts three kinds of return against the one who sent the debits, each with its own limit.
UNAUTHORISED_RETURNS = frozenset({"R05", "R07", "R10", "R11", "R29", "R51"})
ADMINISTRATIVE_RETURNS = frozenset({"R02", "R03", "R04"})


@dataclass(frozen=True, slots=True)
class Reason:
    """What a code means: `title` says why it failed, `advice` what to do now.

    `retryable`: "yes" = the same debit may be presented again (within the scheme's limits, which are not ours to
    know here); "after_correction" = only after the details or the permission were put right; "never" = this method
    must not be tried again for this debt without a new one or a new authorisation.
    """

    code: str
    title: Sentence
    advice: Sentence
    retryable: Retryable


def reason(code: str) -> Reason:
    """What `code` ("R01", "insufficient_funds", in any case) means; a general reason for one nobody listed."""
    known = _of_a_bank(code) or DECLINES.get(code.lower())
    if known is None and code in STOPPED:
        title, advice = STOPPED[code]
        return Reason(code, Sentence(title), Sentence(advice), "after_correction")
    if known is None:
        unknown = Sentence(N_("The payment was not accepted (code %(code)s)."), {"code": code or "?"})
        return Reason(code, unknown, Sentence(N_("Use another way to pay, or ask us.")), "never")
    title, advice, retryable = known
    return Reason(code, Sentence(title), Sentence(advice), retryable)


def is_bank_return(code: str) -> bool:
    """Whether this is a bank's reason for sending a debit back, in whichever scheme."""
    return _of_a_bank(code) is not None


def _of_a_bank(code: str) -> tuple[str, str, Retryable] | None:
    bank = code.upper()
    return ACH_RETURNS.get(bank) or SEPA_REASONS.get(bank) or BACS_REASONS.get(bank)


def decline_sentence(code: str) -> Sentence:
    """Why it failed and what to do, as one text."""
    why = reason(code)
    return Sentence(N_("%(why)s %(advice)s"), {"why": why.title, "advice": why.advice})
