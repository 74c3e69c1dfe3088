"""An originator, a file of debits of Bo and Tess, and files that come back for them.

`gateway`        debits of "Lena Lets" at a bank that takes its files
`a_line(n)`      line n of a file; `an_order(lines)` the order that a file is made from
`return_file`    a file from the bank: `return_file([("R01", trace, cents)])`
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from gateways.ach_file.gateway import AchFileGateway
from gateways.ach_file.layout import (
    BATCH_CONTROL,
    BATCH_HEADER,
    CORRECTION,
    ENTRY,
    FILE_CONTROL,
    FILE_HEADER,
    FILLER,
    RETURN,
)
from gateways.ach_file.originator import Originator
from gateways.files import BankAccount, FileLine, FileOrder

ODFI = "091000019"
CHASE = "021000021"
ORIGINATOR = Originator(
    destination=ODFI,
    destination_name="MOCK BANK",
    origin="1234567890",
    origin_name="LENA LETS",
    company_id="1234567890",
    company_name="LENA LETS",
    odfi=ODFI,
)
BO = BankAccount("000123456789", CHASE, "checking", "Bo Borrows", "US")


@pytest.fixture
def gateway() -> AchFileGateway:
    return AchFileGateway(ORIGINATOR, live=False)


def a_line(number: int = 1, **changed: Any) -> FileLine:
    wanted = {
        "number": number, "key": f"obligation:{number}", "kind": "debit", "amount_minor": 10_000 + number,
        "account": BO, "payer_ref": f"P-{number}", "class_code": "WEB",
    }  # fmt: skip
    return FileLine(**(wanted | changed))


def an_order(lines: Sequence[FileLine], **changed: Any) -> FileOrder:
    wanted = {
        "ref": "b1", "number": 1, "made_at": datetime(2026, 11, 23, 15, 30, tzinfo=UTC),
        "effective_on": date(2026, 11, 24), "currency": "USD", "lines": lines,
    }  # fmt: skip
    return FileOrder(**(wanted | changed))


def trace(number: int) -> str:
    return f"{ODFI[:8]}{number:07d}"


def return_file(
    told: Sequence[tuple[str, str, int]], company: str = "1234567890", corrected: str = ""
) -> bytes:
    """What the bank sends for (code, trace, amount): returns for R codes, notifications of change for C codes."""
    made_of = CORRECTION if told and told[0][0].startswith("C") else RETURN
    class_code = "COR" if made_of is CORRECTION else "WEB"
    entries: list[str] = []
    for at, (code, original, amount) in enumerate(told, start=1):
        own = f"02100002{at:07d}"
        entries.append(
            ENTRY.template
            % ("6", "26", ODFI, "000123456789", amount, "P-1", "BO BORROWS", "", "1", own)
        )  # fmt: skip
        if made_of is CORRECTION:
            fields = ("7", "98", code, original, "", CHASE[:8], corrected, "", own)
        else:
            fields = ("7", "99", code, original, "", CHASE[:8], "", own)
        entries.append(made_of.template % fields)
    total = sum(amount for _, _, amount in told)
    sums = (2 * len(told), int(ODFI[:8]) * len(told) % 10**10, total, 0)
    records = [
        FILE_HEADER.template
        % (
            "1",
            "01",
            f"{company:>10}",
            f" {ODFI}",
            "261127",
            "0600",
            "A",
            "094",
            "10",
            "1",
            "LENA LETS",
            "BANK",
            "",
        ),
        BATCH_HEADER.template
        % ("5", "225", "LENA LETS", "", company, class_code, "RETURN", "", "261127", "", "1", ODFI[:8], 1),
        *entries,
        BATCH_CONTROL.template % ("8", "225", *sums, company, "", "", ODFI[:8], 1),
    ]
    blocks = -(-(len(records) + 1) // 10)
    records.append(FILE_CONTROL.template % ("9", 1, blocks, *sums, ""))
    records += [FILLER] * (blocks * 10 - len(records))
    return ("\n".join(records) + "\n").encode()
