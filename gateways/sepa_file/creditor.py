"""Who collects: what our bank gave the business, and when its day ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from domain.rules.bank_numbers import fault_of_creditor_id
from domain.rules.iban import fault_of_iban


@dataclass(frozen=True, slots=True)
class Creditor:
    """The agreement with the bank that takes our files.

    * `name`: whose debits they are, as payers see it; `creditor_id`: the number that every mandate names;
    * `iban`, `bic`: the account that gets the money (the BIC may be empty: banks find it by the IBAN);
    * `cut_off` in `zone`: a debit confirmed later leaves with the file of the next TARGET day;
    * `lead_days`: TARGET days from the file to the debit. The scheme asks for one, for first debits as for all others
      since November 2016 (EPC016-06, 4.3.4); some banks want a day more;
    * `notice_days`: days before a debit that its payer is told of it: 14 unless the mandate agrees on fewer;
    * `settle_days`: TARGET days after the debit until it counts as settled: most that go back do so within two, and the
      payer's bank may take five.
    """

    name: str
    iban: str
    creditor_id: str
    bic: str = ""
    cut_off: time = time(14, 0)
    zone: ZoneInfo = ZoneInfo("Europe/Berlin")
    lead_days: int = 1
    notice_days: int = 14
    settle_days: int = 2

    def problems(self) -> list[str]:
        """What is wrong with these settings, in words; empty when files can be made with them."""
        found = []
        if not self.name.strip() or len(self.name) > 70:
            found.append("DUEBOOK_SEPA_CREDITOR_NAME must be 1 to 70 characters.")
        if fault := fault_of_iban(self.iban):
            found.append(f"DUEBOOK_SEPA_IBAN: {fault}")
        if fault := fault_of_creditor_id(self.creditor_id):
            found.append(f"DUEBOOK_SEPA_CREDITOR_ID: {fault}")
        if self.bic and not (len(self.bic) in (8, 11) and self.bic.isascii() and self.bic.isalnum()):
            found.append("DUEBOOK_SEPA_BIC must be 8 or 11 letters and digits.")
        if not 1 <= self.lead_days <= 14:
            found.append("DUEBOOK_SEPA_LEAD_DAYS must be 1 to 14.")
        if not 1 <= self.notice_days <= 60:
            found.append("DUEBOOK_SEPA_NOTICE_DAYS must be 1 to 60.")
        if not 0 <= self.settle_days <= 10:
            found.append("DUEBOOK_SEPA_SETTLE_DAYS must be 0 to 10.")
        return found
