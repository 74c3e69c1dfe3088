"""Return codes of the US bank debit scheme (ACH), in the payer's words.

Source of the codes: Nacha's list of return reason codes as published in moov-io/ach (addenda99.go). Which may be
presented again: R01 and R09 at most twice within 180 days; R02 to R04 and other faults in the details only after
correction; R08 only when the payer allows it again; R05, R07, R10, R29 and R51 never without a new authorisation; R11
after the entry was corrected. Codes from R30 on are about other kinds of entry or between banks: rare for a debit
of ours, but a bank may send them, so each has its words.
"""

from __future__ import annotations

from typing import Final, Literal

from domain.words import N_

Row = tuple[str, str, Literal["yes", "after_correction", "never"]]

_ANOTHER = N_("Use another bank account or another way to pay.")
_CHECK = N_("Check the bank account, or add it again, and then pay again.")
_ASK_BANK = N_("Ask your bank, or use another way to pay.")
_NEW_PERMISSION = N_("We will not debit this account again unless you allow it anew. Use another way to pay.")
_OUR_SIDE = N_("Nothing is wrong on your side. We will look into it; you can use another way to pay.")
_TALK = N_("Please contact us. We will not debit this account again.")

_BAD_FIELDS = N_("The bank could not read the debit.")
_ENROLLMENT = N_("The agency could not match the enrollment.")
_CHECK_MISMATCH = N_("The paper check behind this debit cannot be used for it.")
_CHECK_STOPPED = N_("Payment of the paper check behind this debit was stopped.")
_CHECK_PAID = N_("The paper check behind this debit was presented for payment as well.")
_BETWEEN_BANKS = N_("The banks are still settling a question about this return between them.")
_FOREIGN = N_("The debit could not be passed on to the bank abroad.")

ACH_RETURNS: Final[dict[str, Row]] = {
    "R01": (
        N_("There was not enough money in the bank account."),
        N_("Make sure the money is in the account, then pay again, or use another way to pay."),
        "yes",
    ),
    "R02": (N_("The bank account has been closed."), _ANOTHER, "after_correction"),
    "R03": (N_("The bank found no such account under this name."), _CHECK, "after_correction"),
    "R04": (N_("The account number is not valid."), _CHECK, "after_correction"),
    "R05": (
        N_("The bank says this kind of debit was not authorised for a personal account."),
        _NEW_PERMISSION,
        "never",
    ),
    "R06": (N_("The debit was called back by the bank that sent it."), _OUR_SIDE, "after_correction"),
    "R07": (N_("The permission to debit this account was withdrawn."), _NEW_PERMISSION, "never"),
    "R08": (
        N_("Payment of this debit was stopped at the bank."),
        N_(
            "If you want to pay from this account after all, tell your bank and us. Or use another way to pay."
        ),
        "after_correction",
    ),
    "R09": (
        N_("Money in the bank account was not available yet."),
        N_("Wait until your deposits have cleared, then pay again, or use another way to pay."),
        "yes",
    ),
    "R10": (N_("The bank was told that this debit was not authorised."), _NEW_PERMISSION, "never"),
    "R11": (
        N_(
            "The bank was told that this debit did not follow what was agreed, for instance its amount or day."
        ),
        N_("Please contact us, so that we can put it right before it is sent again."),
        "after_correction",
    ),
    "R12": (N_("The bank sold the branch that held this account."), _CHECK, "after_correction"),
    "R13": (N_("This bank does not take such debits."), _ANOTHER, "after_correction"),
    "R14": (N_("The person who acted for the owner of the account can no longer do so."), _TALK, "never"),
    "R15": (N_("The bank says that the owner of the account has died."), _TALK, "never"),
    "R16": (N_("The bank account is frozen."), _ASK_BANK, "never"),
    "R17": (N_("The bank could not use the account details it was given."), _CHECK, "after_correction"),
    "R18": (N_("The debit carried a day that the bank could not use."), _OUR_SIDE, "after_correction"),
    "R19": (N_("The bank could not read the amount."), _OUR_SIDE, "after_correction"),
    "R20": (
        N_("This account does not allow debits. Savings accounts often do not."),
        _ANOTHER,
        "after_correction",
    ),
    "R21": (N_("The bank did not recognise us as the sender."), _OUR_SIDE, "after_correction"),
    "R22": (N_("The bank did not recognise the payer's number."), _OUR_SIDE, "after_correction"),
    "R23": (N_("The payment was refused by the one it was sent to."), _ASK_BANK, "never"),
    "R24": (N_("The bank took it for a second copy of another debit."), _OUR_SIDE, "never"),
    "R25": (_BAD_FIELDS, _OUR_SIDE, "after_correction"),
    "R26": (_BAD_FIELDS, _OUR_SIDE, "after_correction"),
    "R27": (_BAD_FIELDS, _OUR_SIDE, "after_correction"),
    "R28": (N_("The bank's routing number is not valid."), _CHECK, "after_correction"),
    "R29": (
        N_("The company that owns the account says this debit was not authorised."),
        _NEW_PERMISSION,
        "never",
    ),
    "R30": (N_("This bank does not take debits made from checks."), _ANOTHER, "after_correction"),
    "R31": (N_("The banks agreed to return this debit."), _ASK_BANK, "never"),
    "R32": (N_("The bank could not settle the debit."), _ANOTHER, "after_correction"),
    "R33": (N_("The bank returned a debit made from a damaged check."), _ANOTHER, "never"),
    "R34": (N_("The bank's dealings are limited by its supervisor."), _ANOTHER, "never"),
    "R35": (N_("This kind of debit is not allowed."), _OUR_SIDE, "after_correction"),
    "R36": (N_("This kind of credit is not allowed."), _OUR_SIDE, "after_correction"),
    "R37": (_CHECK_PAID, _TALK, "never"),
    "R38": (_CHECK_STOPPED, _TALK, "never"),
    "R39": (_CHECK_MISMATCH, _TALK, "never"),
    "R40": (_ENROLLMENT, _OUR_SIDE, "after_correction"),
    "R41": (_ENROLLMENT, _OUR_SIDE, "after_correction"),
    "R42": (_ENROLLMENT, _CHECK, "after_correction"),
    "R43": (_ENROLLMENT, _CHECK, "after_correction"),
    "R44": (_ENROLLMENT, _CHECK, "after_correction"),
    "R45": (_ENROLLMENT, _CHECK, "after_correction"),
    "R46": (_ENROLLMENT, _OUR_SIDE, "after_correction"),
    "R47": (_ENROLLMENT, _OUR_SIDE, "never"),
    "R50": (N_("State law does not allow the check to be collected in this way."), _TALK, "never"),
    "R51": (_CHECK_MISMATCH, _NEW_PERMISSION, "never"),
    "R52": (_CHECK_STOPPED, _TALK, "never"),
    "R53": (_CHECK_PAID, _TALK, "never"),
    "R61": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R62": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R67": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R68": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R69": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R70": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R71": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R72": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R73": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R74": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R75": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R76": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R77": (_BETWEEN_BANKS, _OUR_SIDE, "never"),
    "R80": (_FOREIGN, _OUR_SIDE, "after_correction"),
    "R81": (_FOREIGN, _ANOTHER, "never"),
    "R82": (_FOREIGN, _CHECK, "after_correction"),
    "R83": (_FOREIGN, _ANOTHER, "after_correction"),
    "R84": (_FOREIGN, _ANOTHER, "after_correction"),
    "R85": (_FOREIGN, _OUR_SIDE, "after_correction"),
    "R90": (N_("The bank may not carry out this debit under the law."), _TALK, "never"),
}

_NOTED = N_("We have put it right; you need not do anything.")
_BETWEEN_US = N_("Nothing is wrong with the account; our files and the bank's need a look.")

ACH_CORRECTIONS: Final[dict[str, tuple[str, str]]] = {
    "C01": (N_("The account number was not right."), _NOTED),
    "C02": (N_("The routing number was not right."), _NOTED),
    "C03": (N_("The routing number and the account number were not right."), _NOTED),
    "C04": (N_("The name on the account is another one."), _NOTED),
    "C05": (N_("The account is a savings account instead of a checking account, or the reverse."), _NOTED),
    "C06": (N_("The account number and the kind of account were not right."), _NOTED),
    "C07": (N_("The routing number, the account number and the kind of account were not right."), _NOTED),
    "C08": (N_("The routing number of a bank abroad was not right."), _BETWEEN_US),
    "C09": (N_("The payer's number was not right."), _BETWEEN_US),
    "C13": (N_("A note added to the debit could not be read."), _BETWEEN_US),
    "C14": (N_("A payment abroad needs another kind of entry."), _BETWEEN_US),
    **{f"C{number}": (N_("A correction could not be used by the bank that got it."), _BETWEEN_US)
       for number in range(61, 70)},
}  # fmt: skip
"""Change codes (notifications of change): what was not right, and what follows. C61 to C69 refuse a notification.

Source: Nacha's list of change codes as published in moov-io/ach (addenda98.go, addenda98_refused.go).
"""
