"""What would be reported of an account to a credit bureau: its status by days late, in words and in furnishers' codes.

The codes are those of the Metro 2 format (CDIA, Credit Reporting Resource Guide, field 17A and 8; Base Segment): an
account is current until 30 days after a due day. What is reported must be accurate, and a dispute that is sent to the
furnisher is answered within 30 days (15 U.S.C. 1681s-2; 12 CFR 1022.42 and .43). The business's own service may want
other columns: this says what they are made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.words import N_, Sentence

STATUS_WORDS: Mapping[str, str] = {
    "11": N_("Current: nothing is 30 days late or more"),
    "71": N_("30 to 59 days late"),
    "78": N_("60 to 89 days late"),
    "80": N_("90 to 119 days late"),
    "82": N_("120 to 149 days late"),
    "83": N_("150 to 179 days late"),
    "84": N_("180 days late or more"),
    "97": N_("Charged off: the business gave up what was owed"),
    "13": N_("Closed and paid"),
}
_FROM = ((180, "84"), (150, "83"), (120, "82"), (90, "80"), (60, "78"), (30, "71"))
PORTFOLIO: Mapping[str, str] = {"loan": "I", "lease_to_own": "I", "rental": "O", "credit_line": "R"}
"""Kind of agreement -> portfolio type: installment, open, revolving."""
DISPUTED = "XB"
"""The compliance condition code of an account whose holder says that something is wrong and that is looked into."""
DAYS_TO_ANSWER = 30


@dataclass(frozen=True, slots=True)
class Reported:
    """What would be reported: the code of the status, and the amounts beside it (minor units)."""

    code: str
    balance_minor: int
    past_due_minor: int

    @property
    def words(self) -> Sentence:
        return Sentence(STATUS_WORDS[self.code])


def reported(status: str, days_late: int, balance_minor: int, past_due_minor: int) -> Reported:
    """What would be reported of an account. `status` is the agreement's; amounts are what the books say.

    An account that is current is reported without an amount past due, even where something is some days late; a credit
    of the customer as a balance of zero.
    """
    balance = max(balance_minor, 0)
    if status == "charged_off":
        return Reported("97", balance, balance)
    if status == "closed" and not balance:
        return Reported("13", 0, 0)
    code = next((code for days, code in _FROM if days_late >= days), "11")
    return Reported(code, balance, 0 if code == "11" else min(max(past_due_minor, 0), balance))


def sent(reports: bool, needs_consent: bool, agreed: bool) -> bool:
    """Whether anything is sent: the business reports, and the person agreed where that is asked for."""
    return reports and (agreed or not needs_consent)


CONSENT = N_(
    "I agree that %(business)s reports my payments on %(agreement)s to %(bureaus)s each month, those in time and those "
    "that are late. I can take this back here at any time; what was reported before stays there."
)
