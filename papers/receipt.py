"""A receipt on paper: what was paid, what it paid, and what is left. The same sheet serves the counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import segno

from domain.words import Money, Sentence
from papers.press import LONGEST_WORD, breakable, frame, print_pdf
from papers.voice import Voice

Text = str | Sentence


@dataclass(frozen=True, slots=True)
class ReceiptData:
    """One receipt. Amounts are minor units of `currency`; `rows` are what the payment paid and sum to `amount_minor`.

    `business_lines` begin with the name of the business; the rest is address, phone and mail as they shall be printed.
    `state` says what the payment is now ("Settled", "Sent to your bank, not settled yet"). `received_by` is the person
    at the counter, where there was one. `test_mode` prints that no real money has moved. `verify_url` is where anybody
    who is shown the receipt can check it, "" for none. `fee_minor` was taken on top, for paying this way.
    """

    business_lines: Sequence[str]
    receipt_number: str
    paid_on: date
    payer: str
    agreement_number: str
    agreement_title: str
    method: Text
    amount_minor: int
    currency: str
    rows: Sequence[tuple[Text, int]]
    balance_after_minor: int
    state: Text
    reference: str
    received_by: str | None = None
    note: Text | None = None
    test_mode: bool = False
    verify_url: str = ""
    fee_minor: int = 0


def receipt_pdf(data: ReceiptData, voice: Voice, font_folders: Sequence[str] = ()) -> bytes:
    """The receipt as a PDF; the same data and voice give the same bytes.

    Raises ValueError when the rows do not sum to the amount: a receipt that does not add up is never printed.
    """
    if sum(amount for _label, amount in data.rows) != data.amount_minor:
        raise ValueError("the rows of a receipt must sum to its amount")
    return print_pdf("receipt", _sheet(data, voice), font_folders)


def _sheet(data: ReceiptData, voice: Voice) -> dict[str, Any]:
    """The receipt as the typst source reads it: every value already a text in the reader's language."""
    _ = voice

    def money(minor: int) -> str:
        return voice.money(Money(minor, data.currency))

    title = _("Receipt %(number)s", number=data.receipt_number)
    facts = [
        (_("Date"), voice.day(data.paid_on)),
        (_("Received from"), data.payer),
        (_("For"), " · ".join(part for part in (data.agreement_title, data.agreement_number) if part)),
        (_("Paid by"), voice.words(data.method)),
        (_("Reference"), data.reference),
    ]
    if data.fee_minor:
        facts.append((_("Fee for paying this way"), money(data.fee_minor)))
        facts.append((_("Taken in all"), money(data.amount_minor + data.fee_minor)))
    if data.received_by:
        facts.append((_("Received by"), data.received_by))
    return {
        **frame(voice, data.currency, data.business_lines, data.test_mode),
        "title": title,
        "footer": " · ".join([*data.business_lines[:1], title]),
        "amount": money(data.amount_minor),
        "state": voice.words(data.state),
        "facts": facts,
        "rows_title": _("What it paid"),
        "amount_title": _("Amount"),
        "rows": [(voice.label(what), money(amount)) for what, amount in data.rows],
        "total": (_("Total"), money(data.amount_minor)),
        "balance": (
            _("Owed after this payment")
            if data.balance_after_minor >= 0
            else _("Your credit after this payment"),
            money(abs(data.balance_after_minor)),
        ),
        "note": voice.words(data.note),
        "verify": breakable(data.verify_url, LONGEST_WORD),
        "verify_title": _("Check this receipt here:"),
        "verify_picture": _picture(data.verify_url),
        "verify_alt": _("QR code of the address"),
    }


def _picture(address: str) -> str:
    """The QR code of the address as SVG, "" for none."""
    return str(segno.make(address, error="m").svg_inline(border=2, dark="#000")) if address else ""
