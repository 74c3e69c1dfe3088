"""A service user, its gateway, and one debit to change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from gateways.bacs_file.gateway import BacsFileGateway
from gateways.bacs_file.service_user import ServiceUser
from gateways.files import BankAccount, FileLine, FileOrder, MandateFacts

USER = ServiceUser("123456", "LENA LETS", "20-00-00", "55779911")
GATEWAY = BacsFileGateway(USER)
MADE_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 25)
DEBIT = FileLine(
    number=101,
    key="agreement:once:1",
    kind="debit",
    amount_minor=125_000,
    account=BankAccount("12345678", "08-99-99", holder="Zo\u00eb O'Neill & Sons", country="GB"),
    payer_ref="A-1001",
    mandate=MandateFacts("LENA000101", date(2026, 1, 5), "RCUR"),
    text="Rent",
)


def line(number: int = 101, **changed: object) -> FileLine:
    mandate = MandateFacts(f"LENA{number:06d}", date(2026, 1, 5), "RCUR")
    return replace(DEBIT, number=number, **({"mandate": mandate} | changed))


def order_of(*lines: FileLine, ref: str = "b1", number: int = 1, on: date = DAY) -> FileOrder:
    return FileOrder(ref, number, MADE_AT, on, "GBP", lines or (DEBIT,))
