"""The payment history of one agreement on paper, as many pages as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.words import Money, Sentence
from papers.press import breakable, frame, print_pdf
from papers.voice import Voice

Text = str | Sentence
LONGEST_WORD_IN_COLUMN = 14


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One payment: its day, what it was for, by which method, its state, and its amount in minor units."""

    on: date
    what: Text
    method: Text
    status: Text
    amount_minor: int


@dataclass(frozen=True, slots=True)
class HistoryData:
    """Payments of one agreement between two days, in the order they shall stand; amounts in `currency`.

    `paid_minor` is what counts as paid in that time (settled and not returned): the caller knows the states, so the
    paper does not add the rows up by itself. `printed_on` is the day the paper was asked for.
    """

    business_lines: Sequence[str]
    payer: str
    agreement_number: str
    agreement_title: str
    from_on: date
    to_on: date
    printed_on: date
    rows: Sequence[HistoryRow]
    paid_minor: int
    currency: str
    test_mode: bool = False


def history_pdf(data: HistoryData, voice: Voice, font_folders: Sequence[str] = ()) -> bytes:
    """The history as a PDF with the head of the table on every page; the same data and voice give the same bytes."""
    _ = voice

    def money(minor: int) -> str:
        return voice.money(Money(minor, data.currency))

    def narrow(value: Text) -> str:
        return breakable(voice.words(value), LONGEST_WORD_IN_COLUMN)

    sheet = {
        **frame(voice, data.currency, data.business_lines, data.test_mode),
        "title": _("Payment history"),
        "footer": " · ".join(part for part in (*data.business_lines[:1], data.agreement_number) if part),
        "total": money(data.paid_minor),
        "summary": _("paid from %(first)s to %(last)s", first=data.from_on, last=data.to_on),
        "facts": [
            (_("Customer"), data.payer),
            (
                _("Agreement"),
                " · ".join(part for part in (data.agreement_title, data.agreement_number) if part),
            ),
            (_("Printed on"), voice.day(data.printed_on)),
        ],
        "columns": [_("Date"), _("What"), _("Method"), _("Status"), _("Amount")],
        "rows": [
            (
                voice.day(row.on),
                *(narrow(cell) for cell in (row.what, row.method, row.status)),
                money(row.amount_minor),
            )
            for row in data.rows
        ],
        "empty": _("There are no payments in this time."),
    }
    return print_pdf("history", sheet, font_folders)
