"""The reference of a UK Direct Debit Instruction: one for each bank account that somebody saved.

Bacs wants 6 to 18 capitals and digits, not all alike, not beginning with DDIC. Permissions are kept with each payment;
the instruction behind them stands with the payer's bank once, so its name is made of the saved account's.
"""

from __future__ import annotations

import hashlib


def instruction_name(method_ref: str) -> str:
    """The reference for the account with this ref, 16 characters: "M3F0A91..."."""
    return "M" + hashlib.sha256(method_ref.encode()).hexdigest()[:15].upper()
