"""What a person is asked about the columns of a bank's CSV, and the layout their answers make. Read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.banking.csv_columns import FIELDS
from domain.banking.csv_layout import Layout, Look
from domain.words import N_, Sentence

PREFIX = "column-"
WORDS = {
    "booked_on": (N_("Day"), N_("The day on which the bank booked it.")),
    "value_on": (N_("Value date"), N_("From which day it bears interest, if the file says so.")),
    "amount": (N_("Amount"), N_("One column for both ways: money that went has a minus.")),
    "credit": (N_("Money in"), N_("Where money that came has a column of its own.")),
    "debit": (N_("Money out"), N_("Where money that went has a column of its own.")),
    "direction": (N_("In or out"), N_("A word beside the amount: credit or debit.")),
    "name": (N_("Who"), N_("The other side: who paid or was paid.")),
    "text": (N_("Text"), N_("What the payer wrote.")),
    "bank_ref": (N_("Number of the bank"), N_("The bank's own name of the movement, if it gives one.")),
    "check_number": (N_("Check number"), N_("For checks.")),
    "balance": (N_("Balance"), N_("The balance after each line. It proves that no line is missing.")),
    "account": (N_("Account"), N_("The number of your account, if it stands in the lines.")),
    "currency": (N_("Currency"), N_("USD, EUR and so on.")),
}
"""Our name of a column -> what it is called, and what it means."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: which heading is this? `chosen` is the heading taken now ("" for none)."""

    name: str
    title: Sentence
    hint: Sentence
    headings: Sequence[str]
    chosen: str
    required: bool

    @property
    def field(self) -> str:
        return PREFIX + self.name


def asks(look: Look, said: Mapping[str, str] | None = None) -> list[Ask]:
    """The questions for this file, answered as `said`, else as the names of its headings suggest."""
    answers = look.guess.mapping if said is None else said
    return [
        Ask(
            field.name, Sentence(WORDS[field.name][0]), Sentence(WORDS[field.name][1]), look.headings,
            answers.get(field.name, ""), field.required,
        )
        for field in FIELDS
    ]  # fmt: skip


def said(form: Mapping[str, str]) -> dict[str, str]:
    """What a form says of the columns: our name -> heading."""
    return {field.name: form.get(PREFIX + field.name, "")[:80] for field in FIELDS}


def layout(answers: Mapping[str, str], decimal: str, date_order: str, account: str, turned: bool) -> Layout:
    """The answers as a layout. Columns that were left out are kept as left out, whatever they are called."""
    return Layout(dict(answers), decimal, date_order, account.strip(), turned=turned)
