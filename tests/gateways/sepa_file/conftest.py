"""A creditor, its gateway, and one debit to change.

`DEBIT`     12.34 EUR from Jané's account in Germany under her mandate of 5 January 2026
`order_of`  a file of lines for a day
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gateways.files import BankAccount, FileLine, FileOrder, MandateFacts
from gateways.sepa_file.creditor import Creditor
from gateways.sepa_file.gateway import SepaFileGateway

CREDITOR = Creditor("Lena Lets B.V.", "NL41MOCK0000000001", "DE98ZZZ09999999999", "MOCKNL2AXXX")
GATEWAY = SepaFileGateway(CREDITOR)
MADE_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 27)
DEBIT = FileLine(
    number=101,
    key="agreement:once:1",
    kind="debit",
    amount_minor=1_234,
    account=BankAccount("DE89370400440532013000", holder="Jan\u00e9 D\u00f6e & S\u00f6hne", country="DE"),
    payer_ref="A-1001",
    mandate=MandateFacts("M-1", date(2026, 1, 5), "RCUR"),
    text="Rent December 2026",
)


def line(number: int = 101, sequence: str = "RCUR", **changed: object) -> FileLine:
    mandate = MandateFacts(f"M-{number}", date(2026, 1, 5), sequence)
    return replace(DEBIT, number=number, **({"mandate": mandate} | changed))


def order_of(*lines: FileLine, ref: str = "Qx3_9-fKq2RmT7wz", on: date = DAY, number: int = 1) -> FileOrder:
    given: Sequence[FileLine] = lines or (DEBIT,)
    return FileOrder(ref, number, MADE_AT, on, "EUR", given)


@pytest.fixture
def gateway() -> SepaFileGateway:
    return GATEWAY
