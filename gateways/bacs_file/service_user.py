"""Who collects: what our sponsoring bank gave the business, and when its day ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from domain.rules.uk_accounts import WeightTable, fault_of_uk_account


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """The agreement under which Bacs takes our files.

    * `number`: the service user number, six digits; `name`: whose debits they are, as payers see it (18 characters);
    * `sort_code`, `account`: the account that gets the money;
    * `cut_off` in London: a debit confirmed later leaves with the file of the next working day (Bacs itself closes at
      22:30, most bureaux in the afternoon);
    * `first_lead_days`: working days from the file to the first debit under a new instruction, so that the payer's bank
      can refuse the instruction before it; `notice_days`: working days of notice to the payer, 10 unless the
      sponsoring bank agreed on fewer;
    * `settle_days`: working days after the debit until it counts as settled. A debit that the bank does not pay is back
      on the second, so fewer would show money that may be gone the same week;
    * `table`: the operator's own weights for the check of sort codes; None checks the shape alone.
    """

    number: str
    name: str
    sort_code: str
    account: str
    cut_off: time = time(15, 0)
    zone: ZoneInfo = ZoneInfo("Europe/London")
    first_lead_days: int = 5
    notice_days: int = 10
    settle_days: int = 3
    table: WeightTable | None = None

    def problems(self) -> list[str]:
        """What is wrong with these settings, in words; empty when files can be made with them."""
        found = []
        if not (len(self.number) == 6 and self.number.isascii() and self.number.isdigit()):
            found.append("DUEBOOK_BACS_USER_NUMBER must be six digits.")
        if not self.name.strip() or len(self.name) > 18 or not self.name.isascii():
            found.append("DUEBOOK_BACS_NAME must be 1 to 18 plain letters or digits.")
        faults = fault_of_uk_account(self.sort_code, self.account, self.table)
        names = {"routing": "DUEBOOK_BACS_SORT_CODE", "number": "DUEBOOK_BACS_ACCOUNT"}
        found += [f"{names[field]}: {fault}" for field, fault in faults.items()]
        if not 2 <= self.first_lead_days <= 20:
            found.append("DUEBOOK_BACS_FIRST_LEAD_DAYS must be 2 to 20.")
        if not 1 <= self.notice_days <= 60:
            found.append("DUEBOOK_BACS_NOTICE_DAYS must be 1 to 60.")
        if not 0 <= self.settle_days <= 10:
            found.append("DUEBOOK_BACS_SETTLE_DAYS must be 0 to 10.")
        return found
