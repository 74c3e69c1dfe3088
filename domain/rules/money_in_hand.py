"""What is handed over at the counter: which particulars each kind of money needs, and the change to give. Pure.

Amounts are whole minor units. A check, a money order and the slip of a card terminal are known by their number. The
number of a card is never written down, only its last four digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.rules.card_numbers import without_card_numbers
from domain.words import N_, Money, Refused, Sentence

IN_HAND: dict[str, str] = {
    "cash": N_("Cash"),
    "check": N_("Personal check"),
    "certified": N_("Cashier's or certified check"),
    "money_order": N_("Money order"),
    "terminal": N_("Card terminal slip"),
}
"""What the counter takes, in words; all but cash are paper."""
PAPERS = tuple(name for name in IN_HAND if name != "cash")
UNCERTIFIED = ("check", "terminal")
"""What can still come back: not taken where only certified funds are."""
LONGEST_NUMBER, LONGEST_BANK, LONGEST_NOTE = 24, 60, 90

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z /-]*\Z")
_LAST4 = re.compile(r"[0-9]{4}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is written down of the money besides its amount.

    `number` is that of the check or money order, or the approval code of a terminal's slip; `bank` whoever has to pay
    it; `last4` the last digits of the card; `given_minor` the cash that was handed over.
    """

    number: str = ""
    bank: str = ""
    last4: str = ""
    given_minor: int | None = None
    note: str = ""


PLAIN = Particulars()


def change_of(instrument: str, amount_minor: int, given_minor: int | None, currency: str) -> int:
    """The change to give back, in minor units. Raises Refused where less was given than is to be paid."""
    if instrument != "cash" or given_minor is None:
        return 0
    if given_minor < amount_minor:
        words = N_("%(given)s is less than the %(amount)s to be paid.")
        said = {"given": Money(given_minor, currency), "amount": Money(amount_minor, currency)}
        raise Refused(Sentence(words, said), "given")
    return given_minor - amount_minor


def check_particulars(instrument: str, paper: Particulars) -> None:
    """Raises Refused, naming the field, where a particular is missing, malformed or may not be written down."""
    if instrument not in IN_HAND:
        raise Refused(Sentence(N_("Choose what was handed over.")), "instrument")
    for name, text, most in (
        ("number", paper.number, LONGEST_NUMBER),
        ("bank", paper.bank, LONGEST_BANK),
        ("note", paper.note, LONGEST_NOTE),
    ):
        if len(text) > most:
            raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": most}), name)
        if without_card_numbers(text) != text:
            raise Refused(
                Sentence(N_("This looks like a card number. Never write one here: its last four digits do.")),
                name,
            )
    if instrument == "cash":
        return
    if not _NUMBER.match(paper.number):
        raise Refused(Sentence(_ASKED[instrument]), "number")
    if instrument == "terminal" and not _LAST4.match(paper.last4):
        raise Refused(Sentence(N_("Enter the last four digits of the card from the slip.")), "last4")


_ASKED = {
    "check": N_("Enter the number of the check."),
    "certified": N_("Enter the number of the check."),
    "money_order": N_("Enter the number of the money order."),
    "terminal": N_("Enter the approval code from the slip."),
}


def note_of(instrument: str, paper: Particulars) -> str:
    """The particulars as the receipt prints them: "#1042 · First Bank · for May"; of cash only the note."""
    number = bank = card = ""
    if instrument != "cash":
        number = f"#{paper.number}" if paper.number else ""
        bank = paper.bank
        card = f"••{paper.last4}" if instrument == "terminal" and paper.last4 else ""
    return " · ".join(part for part in (card, number, bank, paper.note) if part)
