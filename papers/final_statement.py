"""The letter when an agreement ends: what was owed, what is taken from the deposit line by line, what goes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.words import Money, Sentence
from papers.press import addressed, frame, print_pdf
from papers.voice import Voice

Text = str | Sentence


@dataclass(frozen=True, slots=True)
class FinalStatement:
    """One letter. Amounts are minor units of `currency`.

    `deposit_minor` = `kept_minor` + `refund_minor`. `owed` and `deductions` are what was claimed, each with its amount;
    of it the deposit pays `kept_minor`, money paid ahead `credit_used_minor`, and `balance_minor` is still due.
    `credit_minor` was paid ahead and goes back with the refund. `settle_by` is the last day to settle, by `source`.
    `address`: the lines under the names on the envelope.
    """

    business_lines: Sequence[str]
    to_names: Sequence[str]
    agreement_number: str
    agreement_title: str
    currency: str
    last_on: date
    settled_on: date
    deposit_minor: int
    owed: Sequence[tuple[Text, int]]
    deductions: Sequence[tuple[Text, int]]
    kept_minor: int
    refund_minor: int
    credit_minor: int
    credit_used_minor: int
    balance_minor: int
    settle_by: date | None = None
    source: str = ""
    address: Sequence[str] = ()
    test_mode: bool = False


def final_statement_pdf(data: FinalStatement, voice: Voice, font_folders: Sequence[str] = ()) -> bytes:
    """The letter as a PDF; the same data and voice give the same bytes.

    Raises ValueError where the deposit or the claims do not add up: such a letter is never printed.
    """
    claimed = sum(amount for _, amount in (*data.owed, *data.deductions))
    if data.deposit_minor != data.kept_minor + data.refund_minor:
        raise ValueError("what is kept and given back must be the deposit")
    if claimed != data.kept_minor + data.credit_used_minor + data.balance_minor:
        raise ValueError("what was claimed must be paid or still due")
    return print_pdf("final_statement", _sheet(data, voice), font_folders)


def _sheet(data: FinalStatement, voice: Voice) -> dict[str, Any]:
    """The letter as the typst source reads it: every value already a text in the reader's language."""
    _ = voice

    def money(minor: int) -> str:
        return voice.money(Money(minor, data.currency))

    def rows(lines: Sequence[tuple[Text, int]]) -> list[tuple[str, str]]:
        return [(voice.label(name), money(amount)) for name, amount in lines]

    claimed = sum(amount for _, amount in (*data.owed, *data.deductions))
    back = data.refund_minor + data.credit_minor
    totals = [(_("In all"), money(claimed))]
    if data.deposit_minor:
        totals.append((_("Security deposit held"), money(data.deposit_minor)))
        totals.append((_("Kept from the deposit"), money(data.kept_minor)))
        totals.append((_("Left of the deposit"), money(data.refund_minor)))
    if data.credit_used_minor:
        totals.append((_("Paid from money paid ahead"), money(data.credit_used_minor)))
    if data.credit_minor:
        totals.append((_("Paid ahead and not owed"), money(data.credit_minor)))
    title = _("Final statement")
    facts = [
        (_("For"), " · ".join(part for part in (data.agreement_title, data.agreement_number) if part)),
        (_("Last day"), voice.day(data.last_on)),
        (_("Settled on"), voice.day(data.settled_on)),
    ]
    if data.settle_by:
        facts.append((_("To be settled by"), f"{voice.day(data.settle_by)} ({data.source})"))
    return {
        **frame(voice, data.currency, data.business_lines, data.test_mode),
        **addressed(voice, data.to_names, data.address),
        "title": title,
        "footer": " · ".join([*data.business_lines[:1], title, data.agreement_number]),
        "amount": money(data.balance_minor if data.balance_minor else back),
        "state": _("Still to be paid by you") if data.balance_minor else _("Given back to you"),
        "facts": [(name, value) for name, value in facts if value],
        "owed_title": _("Still owed under the agreement"),
        "owed": rows(data.owed),
        "deductions_title": _("Deductions, one by one"),
        "deductions": rows(data.deductions),
        "none": _("Nothing"),
        "totals": totals,
        "result": (_("Still to be paid"), money(data.balance_minor))
        if data.balance_minor
        else (_("Given back"), money(back)),
    }
