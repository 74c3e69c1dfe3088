"""Why an autopay contract has ended or stopped, in words for its person and for staff. Pure, data only."""

from __future__ import annotations

from collections.abc import Mapping

from domain.words import N_, Sentence

ENDS: Mapping[str, str] = {
    "by_payer": N_("You ended it."),
    "by_office": N_("We ended it, as you asked us to."),
    "declined": N_("You did not want it, so it never began."),
    "permission_ended": N_("The permission to take the money was ended."),
    "method_removed": N_("The way to pay was removed."),
    "method_stopped": N_("The way to pay can no longer be used, and there is no other one."),
    "agreement_over": N_("The agreement is over, so nothing is left to take."),
    "failures": N_("Payments failed several times in a row."),
    "replaced": N_("It was set up anew."),
}
"""Code -> why. A contract that has stopped can be put right and resumed; one that has ended is set up anew."""
RESUMABLE = ("method_stopped", "method_removed")
"""Why a contract may have stopped that goes on by itself once its way to pay works; after others its text is accepted
anew."""


def why_ended(code: str) -> Sentence | None:
    """Why, in words; a code of a failed payment says that payments failed. None without a code."""
    return Sentence(ENDS.get(code, ENDS["failures"])) if code else None
