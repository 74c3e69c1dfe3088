"""One payment of Bo's, as the pages would hand it to the papers: used by the tests of mails and PDFs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from domain.words import Money, Sentence, plain_amount
from papers.history import HistoryData, HistoryRow
from papers.receipt import ReceiptData
from papers.voice import Voice

NOON = datetime(2026, 12, 4, 12, 30, tzinfo=UTC)
LINK = "https://pay.harbor.example/a/" + "3f" * 20
SITE = "https://pay.harbor.example"


def dollars(money: Money) -> str:
    return f"{'-' if money.minor < 0 else ''}${plain_amount(abs(money.minor), money.currency)}"


ENGLISH = Voice(
    "en", money=dollars, day=lambda day: f"{day:%d %B %Y}", moment=lambda when: f"{when:%d %B %Y, %H:%M}"
)
# A catalogue that no real one can be mistaken for: whatever escapes it was not given to translation.
SPANISH = Voice(
    "es", translate=lambda msgid: f"¡{msgid}!", money=lambda m: f"{plain_amount(m.minor, m.currency)} US$"
)

BUSINESS: dict[str, Any] = {
    "name": "Harbor Motors",
    "phone": "207-555-0142",
    "email": "office@harbor.example",
    "address_lines": ["12 Quay Street", "Portland, ME 04101"],
    "site": SITE,
}


def usd(minor: int) -> Money:
    return Money(minor, "USD")


MAIL_DATA: dict[str, Any] = {
    "accepted_on": date(2026, 12, 1),
    "agreement_number": "L-10042",
    "agreement_title": "2021 Toyota Camry",
    "amount": usd(30000),
    "at": NOON,
    "balance_after": usd(868834),
    "button": "¡!",
    "by_mail": False,
    "given_back": usd(12000),
    "code": "493027",
    "cost": Sentence("Nothing"),
    "device": "Firefox on Android",
    "expires": NOON,
    "failed_on": date(2026, 12, 4),
    "fee": usd(2500),
    "last_day": date(2026, 12, 31),
    "leaves_on": date(2026, 12, 7),
    "counts_on": date(2026, 12, 5),
    "line": Sentence("%(amount)s is due.", {"amount": usd(30000)}),
    "link": LINK,
    "method": Sentence("Bank account ending %(last4)s", {"last4": "6789"}),
    "name": "Bo",
    "next_step": Sentence("Please pay by %(day)s.", {"day": date(2026, 12, 8)}),
    "note": "Payment for March",
    "number": "C-10001",
    "owed": usd(32500),
    "paid_on": date(2026, 12, 4),
    "pairs": [],
    "paragraphs": ["I allow Harbor Motors to take $300.00 from Visa ••4242 once.", "The card is mine."],
    "place": "Portland, Maine",
    "receipt_number": "R-2026-000123",
    "received_by": "Dana",
    "reference": "pay_7Q2M",
    "refunded_on": date(2026, 12, 12),
    "reason": "It was another customer's.",
    "returned_on": date(2026, 12, 10),
    "reversed_on": date(2026, 12, 11),
    "role": "staff",
    "rows": [(Sentence("Interest"), usd(7249)), ("Principal", usd(8348)), ("Extra to principal", usd(14403))],
    "settles_on": date(2026, 12, 8),
    "started_on": date(2026, 12, 4),
    "state": Sentence("Settled on %(day)s", {"day": date(2026, 12, 8)}),
    "username": "bo.rivera",
    "way": Sentence("The way it was paid"),
    "what": Sentence("There was not enough money in the account."),
    "who": "Bo Rivera",
    "why": Sentence("There was not enough money in the account."),
}


def receipt(**changes: Any) -> ReceiptData:
    values: dict[str, Any] = {
        "business_lines": ("Harbor Motors", "12 Quay Street, Portland", "207-555-0142"),
        "receipt_number": "R-2026-000123",
        "paid_on": date(2026, 12, 4),
        "payer": "Bo Rivera",
        "agreement_number": "L-10042",
        "agreement_title": "2021 Toyota Camry",
        "method": MAIL_DATA["method"],
        "amount_minor": 30000,
        "currency": "USD",
        "rows": ((Sentence("Interest"), 7249), ("Principal", 8348), ("Extra to principal", 14403)),
        "balance_after_minor": 868834,
        "state": MAIL_DATA["state"],
        "reference": "pay_7Q2M",
    }
    return ReceiptData(**(values | changes))


def history(count: int, **changes: Any) -> HistoryData:
    row = HistoryRow(date(2026, 1, 9), "Installment", "Bank account ending 6789", Sentence("Settled"), 15597)
    values: dict[str, Any] = {
        "business_lines": ("Harbor Motors",),
        "payer": "Bo Rivera",
        "agreement_number": "L-10042",
        "agreement_title": "2021 Toyota Camry",
        "from_on": date(2026, 1, 1),
        "to_on": date(2026, 12, 31),
        "printed_on": date(2026, 12, 4),
        "rows": (row,) * count,
        "paid_minor": 15597 * count,
        "currency": "USD",
    }
    return HistoryData(**(values | changes))


HOSTILE = [
    '#eval("1+1")',
    "#panic()",
    '#import "look.typ": *',
    "$x^2$ and $",
    "*bold* _it_ `raw` <label> @ref",
    "= Heading\n- item",
    "<script>alert(1)</script>",
    "</td></table><img src=http://evil.example/x.png>",
    "{{ 7*7 }} {% raw %} %(name)s %s 100%",
    'Zoë O\'Connor-Łukasz & Sons "Ltd"',
    "דנה לוי",
    "ليلى حسن",
    "Νίκος Ελληνας",
    "Дана Иванова",
    "李小龍 さくら",
    "Bo 😀🚗 👩‍👩‍👧",
    "a\x00b\x07c\u202egnp.exe",
    "x" * 3000,
    "word " * 200,
    "",
    "\ud800",
]
"""What a person may type into a name, a label or a reference."""
