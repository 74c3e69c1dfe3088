"""The statement of a month for one owner of a house: what came, what was spent, the fee, their share, their account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.words import Money, Sentence
from papers.press import frame, print_pdf
from papers.voice import Voice

Text = str | Sentence
Lines = Sequence[tuple[Text, int]]


@dataclass(frozen=True, slots=True)
class OwnerPaper:
    """One statement. Amounts are minor units of `currency`; expenses and the fee are given as they lower the result.

    `income`, `costs` (expenses, then the fee) and `account` (beginning, share, money put in and paid out) are lines;
    `lets` is the same income by unit and tenant, empty on statements of before it was told.
    """

    letterhead: Sequence[str]
    owner: str
    house: str
    address: str
    share: str
    currency: str
    period_from: date
    period_to: date
    income: Lines
    costs: Lines
    net_minor: int
    account: Lines
    ending_minor: int
    reserve_minor: int
    available_minor: int
    deposits_minor: int
    prepaid_minor: int
    lets: Lines = ()
    test_mode: bool = False


def owner_statement_pdf(data: OwnerPaper, voice: Voice, font_folders: Sequence[str] = ()) -> bytes:
    """The statement as a PDF; the same data and voice give the same bytes.

    Raises ValueError where the lines do not add up: such a statement is never printed.
    """
    if sum(amount for _, amount in (*data.income, *data.costs)) != data.net_minor:
        raise ValueError("the lines of the month must come to its result")
    if data.lets and sum(amount for _, amount in data.lets) != sum(amount for _, amount in data.income):
        raise ValueError("the income by unit must come to the income")
    if sum(amount for _, amount in data.account) != data.ending_minor:
        raise ValueError("the owner's account must come to its ending cash")
    return print_pdf("owner_statement", _sheet(data, voice), font_folders)


def _sheet(data: OwnerPaper, voice: Voice) -> Mapping[str, Any]:
    """The statement as the typst source reads it: every value already a text in the reader's language."""
    _ = voice

    def money(minor: int) -> str:
        return voice.money(Money(minor, data.currency))

    def rows(lines: Lines) -> list[tuple[str, str]]:
        return [(voice.label(name), money(amount)) for name, amount in lines]

    title = _("Owner statement")
    in_all = (_("Income in all"), money(sum(amount for _name, amount in data.income)))
    period = _("%(first)s to %(last)s", first=data.period_from, last=data.period_to)
    facts = [
        (_("For"), data.owner),
        (_("Property"), " · ".join(part for part in (data.house, *data.address.splitlines()) if part)),
        (_("Period"), period),
        (_("Share"), f"{data.share} %"),
    ]
    return {
        **frame(voice, data.currency, data.letterhead, data.test_mode),
        "title": title,
        "footer": " · ".join([*data.letterhead[:1], title, data.house, period]),
        "amount": money(data.available_minor),
        "state": _("Available for payment"),
        "facts": [(name, value) for name, value in facts if value],
        "parts": [
            (_("Income"), rows(data.income), in_all),
            *([(_("Income by unit and tenant"), rows(data.lets), in_all)] if data.lets else []),
            (_("Expenses"), rows(data.costs), (_("Result of the month"), money(data.net_minor))),
            (_("Your account"), rows(data.account), (_("Ending cash"), money(data.ending_minor))),
        ],
        "none": _("Nothing"),
        "held": [
            (_("Kept as a reserve"), money(data.reserve_minor)),
            (_("Available for payment"), money(data.available_minor)),
            (_("Security deposits held for tenants"), money(data.deposits_minor)),
            (_("Rent paid ahead by tenants"), money(data.prepaid_minor)),
        ],
        "note": _(
            "Money counts on the day it came or went. Deposits and rent paid ahead are held apart from your cash."
        ),
    }
