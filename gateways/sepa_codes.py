"""Reason codes of SEPA direct debits that were rejected, returned or refunded, in the payer's words.

Source of the codes: the ISO 20022 external code sets as the EPC's guidance on reason codes for direct debit uses them
(EPC173-14). Which may be presented again: AM04 as it is; what is wrong in the details only after correction; what the
payer or their bank refused (MD01, MD06, MS02, SL01, ...) never without a new mandate. MS03 gives no reason: some
countries' banks send it in the place of AM04 to protect their customers, so a person decides.
"""

from __future__ import annotations

from typing import Final, Literal

from domain.words import N_

Row = tuple[str, str, Literal["yes", "after_correction", "never"]]

_ANOTHER = N_("Use another bank account or another way to pay.")
_CHECK = N_("Check the bank account, or add it again, and then pay again.")
_ASK_BANK = N_("Ask your bank, or use another way to pay.")
_NEW_MANDATE = N_("We will not debit this account again unless you allow it anew. Use another way to pay.")
_OUR_SIDE = N_("Nothing is wrong on your side. We will look into it; you can use another way to pay.")
_TALK = N_("Please contact us. We will not debit this account again.")

_NO_REACH = N_("This bank cannot be reached for direct debits at present.")
_LAW = N_("The bank says that a rule of law is in the way of this debit.")
_FILE = N_("The bank could not use the file this debit was in.")

SEPA_REASONS: Final[dict[str, Row]] = {
    "AC01": (N_("The IBAN is not right."), _CHECK, "after_correction"),
    "AC04": (N_("The bank account has been closed."), _ANOTHER, "after_correction"),
    "AC06": (N_("The bank account is blocked."), _ASK_BANK, "never"),
    "AC13": (
        N_("The account is of a kind that cannot be debited under this mandate."),
        _ANOTHER,
        "after_correction",
    ),
    "AG01": (N_("This account does not allow direct debits."), _ANOTHER, "never"),
    "AG02": (N_("The bank could not use the kind of debit that was sent."), _OUR_SIDE, "after_correction"),
    "AM04": (
        N_("There was not enough money in the bank account."),
        N_("Make sure the money is in the account, then pay again, or use another way to pay."),
        "yes",
    ),
    "AM05": (N_("The bank took this debit for one it had received before."), _OUR_SIDE, "never"),
    "BE05": (N_("The bank did not know the business that sent this debit."), _OUR_SIDE, "after_correction"),
    "CNOR": (N_("Our bank could not be reached for direct debits."), _OUR_SIDE, "after_correction"),
    "DNOR": (_NO_REACH, _ANOTHER, "after_correction"),
    "ED05": (N_("The banks could not settle this debit between them."), _OUR_SIDE, "after_correction"),
    "FF01": (_FILE, _OUR_SIDE, "after_correction"),
    "FF05": (_FILE, _OUR_SIDE, "after_correction"),
    "MD01": (N_("The bank found no mandate for this debit, or it was withdrawn."), _NEW_MANDATE, "never"),
    "MD02": (N_("Something in the mandate is missing or not right."), _CHECK, "after_correction"),
    "MD06": (N_("You had your bank give this debit back."), _NEW_MANDATE, "never"),
    "MD07": (N_("The bank says that the owner of the account has died."), _TALK, "never"),
    "MS02": (N_("You told your bank not to pay this debit."), _NEW_MANDATE, "never"),
    "MS03": (
        N_("The bank did not pay this debit and gave no reason. Often there was not enough money."),
        N_("Look at your account or ask your bank, then pay again, or use another way to pay."),
        "after_correction",
    ),
    "PY01": (_NO_REACH, _ANOTHER, "after_correction"),
    "RC01": (N_("The bank's code (BIC) is not right."), _CHECK, "after_correction"),
    "RR01": (_LAW, _ASK_BANK, "after_correction"),
    "RR02": (_LAW, _ASK_BANK, "after_correction"),
    "RR03": (_LAW, _ASK_BANK, "after_correction"),
    "RR04": (_LAW, _ASK_BANK, "never"),
    "SL01": (
        N_("A limit or block that you set at your bank stopped this debit."),
        N_("Change it at your bank if you want to pay from this account, or use another way to pay."),
        "never",
    ),
    "TM01": (N_("The file of this debit reached the bank too late."), _OUR_SIDE, "after_correction"),
}
UNAUTHORISED_SEPA: Final = frozenset({"MD01"})
"""A debit that came back with one of these can come back for 13 months; the others within eight weeks."""
