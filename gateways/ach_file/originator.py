"""Who sends the files: what our bank gave the business, and when its day ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from domain.rules.bank_numbers import fault_of_routing


@dataclass(frozen=True, slots=True)
class Originator:
    """The agreement with the bank that takes our files (the ODFI).

    * `destination`, `destination_name`: the point the file is for, usually the routing number of the bank;
    * `origin`, `origin_name`: who sends the file, ten characters that the bank gave (often "1" and the tax number);
    * `company_id`, `company_name`: whose debits they are, as payers see it on their bank statement;
    * `odfi`: the bank's routing number, of nine digits; traces begin with its first eight;
    * `cut_off` in `zone`: a debit confirmed later leaves with the file of the next banking day;
    * `settle_days`: banking days after the effective day until a debit counts as settled. Most returns (not enough
      money, closed, no such account) come within two, so fewer would show money that is likely to go again.
    """

    destination: str
    destination_name: str
    origin: str
    origin_name: str
    company_id: str
    company_name: str
    odfi: str
    cut_off: time = time(16, 0)
    zone: ZoneInfo = ZoneInfo("America/New_York")
    settle_days: int = 2
    description: str = "PAYMENT"

    def problems(self) -> list[str]:
        """What is wrong with these settings, in words; empty when files can be made with them."""
        found = []
        for name, digits in (("DUEBOOK_ACH_ODFI", self.odfi), ("DUEBOOK_ACH_DESTINATION", self.destination)):
            if len(digits) != 9 or fault_of_routing(digits):
                found.append(f"{name} must be the routing number of your bank, nine digits.")
        for name, text, width in (
            ("DUEBOOK_ACH_ORIGIN", self.origin, 10),
            ("DUEBOOK_ACH_COMPANY_ID", self.company_id, 10),
            ("DUEBOOK_ACH_COMPANY_NAME", self.company_name, 16),
        ):
            if not text or len(text) > width or not text.isascii() or not text.isprintable():
                found.append(f"{name} must be 1 to {width} plain letters or digits.")
        if not 0 <= self.settle_days <= 10:
            found.append("DUEBOOK_ACH_SETTLE_DAYS must be 0 to 10.")
        return found
