"""What ends an agreement on a day, told part by part: for the page, its table of days, and the letter.

Nothing is computed here: the amounts and their reasons are the kind's own quotes. Which words stand beside them, and
whether there is such a page at all, the kind says (`domain.kinds.offers`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.access import Scope
from domain.kinds.base import Quote
from domain.reports.agreements import View, people_on
from domain.reports.receipts import business_lines
from domain.words import N_, Gone, Refused, Sentence
from models import Agreement
from papers.payoff_letter import PayoffLetterData

DAYS = 30
FARTHEST = 365


@dataclass(frozen=True, slots=True)
class Payoff:
    """A quote with its parts in the words of the kind; the parts sum to its total. `words` are the page's own."""

    quote: Quote
    parts: Sequence[tuple[Sentence, int]]
    words: Mapping[str, str]

    @property
    def through(self) -> date:
        """The last day for which the total holds."""
        return self.quote.good_through or self.quote.on

    def say(self, name: str) -> Sentence:
        """One of the page's words, with the last day it holds for."""
        return Sentence(self.words[name], {"day": self.through if name == "sure" else self.quote.on})


def payoff(view: View, on: date) -> Payoff:
    """What ends the agreement on a day. Raises Gone where nothing ends it so, Refused for a day too far away."""
    words = view.offers.end
    if words is None or not view.open:
        raise Gone(Sentence(N_("There is nothing to be paid off here.")))
    if not view.on <= on <= view.on + timedelta(days=FARTHEST):
        raise Refused(Sentence(N_("Choose a day from today on, within a year.")), "on")
    quote = view.kind.close(view.terms, view.position, on)
    named = (
        ("principal", quote.principal_minor),
        ("interest", quote.interest_minor),
        ("fees", quote.fees_minor),
        ("credit", -quote.credit_minor),
    )
    return Payoff(quote, [(Sentence(words[name]), minor) for name, minor in named if minor], words)


def days(view: View, count: int = DAYS) -> list[Quote]:
    """The quotes of the coming days, today first."""
    return [
        view.kind.close(view.terms, view.position, view.on + timedelta(days=number))
        for number in range(count)
    ]


def letter(scope: Scope, view: View, on: date, business: Mapping[str, Any], address: str) -> PayoffLetterData:
    """The letter for a day; `address` is where the customer signs in. Raises as `payoff` does."""
    told = payoff(view, on)
    agreement: Agreement = view.agreement
    lines = [line for line in business.get("address_lines", ()) if line]
    number = {"number": agreement.number}
    how = [
        Sentence(N_("In your account: %(address)s"), {"address": address}),
        Sentence(N_("At our counter, in cash or by check. Name the agreement %(number)s."), number),
    ]
    return PayoffLetterData(
        business_lines=business_lines(business),
        title=Sentence(told.words["letter"]),
        written_on=view.on,
        place=lines[-1] if lines else "",
        to=[name for name, _role in people_on(scope, agreement)],
        agreement_number=agreement.number,
        agreement_title=agreement.title,
        on=on,
        good_through=told.through,
        amount_minor=told.quote.total_minor,
        per_diem_minor=told.quote.per_diem_minor,
        currency=view.currency,
        rows=told.parts,
        pending_minor=view.pending_minor,
        says=told.say("sure"),
        how_to_pay=how,
        test_mode=bool(business.get("test_mode")),
    )


def farthest(view: View) -> date:
    """The last day that may be asked for."""
    return view.on + timedelta(days=FARTHEST)
