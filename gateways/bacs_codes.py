"""Reason codes of UK direct debits in the payer's words. A code is written with its report: "ARUDD-0", "AUDDIS-5".

* ARUDD: a debit came back unpaid. * ADDACS: the payer's bank ended or changed an instruction. * AUDDIS: an instruction
that we sent was not taken. * DDICA: the payer claimed a debit back under the Direct Debit Guarantee, which has no end.

Source of the codes: Bacs' lists as banks and bureaux publish them. Bacs lets an unpaid debit be presented once more
within a month when the payer's bank said "refer to payer"; anything else needs a correction or a new instruction.
"""

from __future__ import annotations

from typing import Final, Literal

from domain.words import N_

Row = tuple[str, str, Literal["yes", "after_correction", "never"]]

_ANOTHER = N_("Use another bank account or another way to pay.")
_CHECK = N_("Check the bank account, or add it again, and then pay again.")
_ASK_BANK = N_("Ask your bank, or use another way to pay.")
_NEW = N_(
    "We will not debit this account again unless you set up a Direct Debit anew. Use another way to pay."
)
_OUR_SIDE = N_("Nothing is wrong on your side. We will look into it; you can use another way to pay.")
_TALK = N_("Please contact us. We will not debit this account again.")
_NOTHING = N_("There is nothing you need to do.")

_CANCELLED = N_("The Direct Debit Instruction was cancelled.")
_CANCELLED_BY_BANK = N_("The bank cancelled the Direct Debit Instruction.")
_DIED = N_("The bank says that the owner of the account has died.")
_MOVED = N_("The account was moved to another bank.")
_BRANCH = N_("The account was moved to another branch.")
_NO_ACCOUNT = N_("The bank found no such account.")
_NO_INSTRUCTION = N_("The bank holds no Direct Debit Instruction for us.")
_CLOSED = N_("The bank account has been closed.")
_NOTICE = N_("The bank was told that the notice of this debit did not come or was not right.")
_DIFFERS = N_("The bank was told that the amount or the day differs from the notice.")
_CLAIMED = N_("You claimed this debit back under the Direct Debit Guarantee.")
_DETAILS = N_("The account details of the instruction are not right.")
_OUR_FIELDS = N_("Something in the instruction that we sent was not right.")

BACS_REASONS: Final[dict[str, Row]] = {
    "ARUDD-0": (
        N_("The bank did not pay this debit. Often there was not enough money in the account."),
        N_("Make sure the money is in the account, then pay again, or use another way to pay."),
        "yes",
    ),
    "ARUDD-1": (_CANCELLED, _NEW, "never"),
    "ARUDD-2": (_DIED, _TALK, "never"),
    "ARUDD-3": (_MOVED, _CHECK, "after_correction"),
    "ARUDD-4": (_NOTICE, _TALK, "never"),
    "ARUDD-5": (_NO_ACCOUNT, _CHECK, "after_correction"),
    "ARUDD-6": (_NO_INSTRUCTION, _NEW, "never"),
    "ARUDD-7": (_DIFFERS, _OUR_SIDE, "after_correction"),
    "ARUDD-8": (_DIFFERS, _OUR_SIDE, "after_correction"),
    "ARUDD-9": (
        N_("This debit reached the bank too long after its day."),
        _OUR_SIDE,
        "after_correction",
    ),
    "ARUDD-A": (
        N_("The bank did not know the business that sent this debit."),
        _OUR_SIDE,
        "after_correction",
    ),
    "ARUDD-B": (_CLOSED, _ANOTHER, "after_correction"),
    "ADDACS-0": (_CANCELLED_BY_BANK, _ASK_BANK, "never"),
    "ADDACS-1": (_CANCELLED, _NEW, "never"),
    "ADDACS-2": (_DIED, _TALK, "never"),
    "ADDACS-3": (_MOVED, _NOTHING, "after_correction"),
    "ADDACS-B": (_CLOSED, _ANOTHER, "never"),
    "ADDACS-C": (_BRANCH, _NOTHING, "after_correction"),
    "ADDACS-D": (_NOTICE, _TALK, "never"),
    "ADDACS-E": (N_("The bank changed the Direct Debit Instruction."), _NOTHING, "after_correction"),
    "ADDACS-R": (N_("The Direct Debit Instruction was put back in force."), _NOTHING, "yes"),
    "AUDDIS-1": (_CANCELLED, _NEW, "never"),
    "AUDDIS-2": (_DIED, _TALK, "never"),
    "AUDDIS-3": (_MOVED, _CHECK, "after_correction"),
    "AUDDIS-5": (_NO_ACCOUNT, _CHECK, "after_correction"),
    "AUDDIS-6": (_NO_INSTRUCTION, _OUR_SIDE, "after_correction"),
    "AUDDIS-7": (_OUR_FIELDS, _OUR_SIDE, "after_correction"),
    "AUDDIS-B": (_CLOSED, _ANOTHER, "never"),
    "AUDDIS-C": (_BRANCH, _CHECK, "after_correction"),
    "AUDDIS-F": (N_("The account is of a kind that takes no direct debits."), _ANOTHER, "never"),
    "AUDDIS-G": (N_("The bank takes no direct debits on this account."), _ANOTHER, "never"),
    "AUDDIS-H": (N_("The Direct Debit Instruction has expired."), _NEW, "never"),
    "AUDDIS-I": (_OUR_FIELDS, _OUR_SIDE, "after_correction"),
    "AUDDIS-K": (_CANCELLED_BY_BANK, _ASK_BANK, "never"),
    "AUDDIS-L": (_DETAILS, _CHECK, "after_correction"),
    "AUDDIS-M": (_OUR_FIELDS, _OUR_SIDE, "after_correction"),
    "AUDDIS-N": (N_("The branch that holds the account does not take this instruction."), _ASK_BANK, "never"),
    "AUDDIS-O": (_OUR_FIELDS, _OUR_SIDE, "after_correction"),
    "AUDDIS-P": (N_("The name of the account's owner was missing."), _CHECK, "after_correction"),
    "AUDDIS-Q": (_OUR_FIELDS, _OUR_SIDE, "after_correction"),
    "DDICA-1": (_CLAIMED, _TALK, "never"),
    "DDICA-2": (_CLAIMED, _TALK, "never"),
    "DDICA-3": (_CLAIMED, _TALK, "never"),
    "DDICA-4": (_CLAIMED, _TALK, "never"),
    "DDICA-5": (_CLAIMED, _TALK, "never"),
    "DDICA-6": (_CLAIMED, _TALK, "never"),
    "DDICA-7": (_CLAIMED, _TALK, "never"),
    "DDICA-8": (_CLAIMED, _TALK, "never"),
}
