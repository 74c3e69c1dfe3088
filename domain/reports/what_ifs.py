"""What would be if somebody paid otherwise: each way beside the plan as it stands. Nothing is stored.

The sums are the kind's own (`domain.kinds.offers`); kinds without them have no such page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.reports.agreements import View
from domain.words import N_, Gone, Refused, Sentence

WAYS = ("more", "once", "day")
FARTHEST = 366 * 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody would do: pay `amount_minor` "more" each time, or "once" `on` a day; or from `on` another "day"."""

    way: str
    amount_minor: int | None
    on: date | None


def offered(view: View) -> bool:
    """Whether paying otherwise can be told for this agreement as it stands."""
    return view.open and view.offers.what_if is not None and any(row.open_minor for row in view.plan)


def what_if(view: View, asked: Asked) -> Any:
    """A `domain.kinds.loan_what_if.WhatIf`. Raises Gone where nothing is told, Refused (naming the field)."""
    if not offered(view):
        raise Gone(Sentence(N_("There is nothing to be told here.")))
    tells, on = view.offers.what_if, view.on
    if asked.way == "day":
        if asked.on is None:
            raise Refused(Sentence(N_("Choose the day of the next payment.")), "on")
        return _named(lambda: tells.on_another_day(view.terms, view.position, on, asked.on), "on")
    amount = asked.amount_minor or 0
    if amount <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    if amount > view.quote.total_minor:
        raise Refused(Sentence(N_("That is more than what would pay it all off today.")), "amount")
    if asked.way == "more":
        return tells.paying_more(view.terms, view.position, on, amount)
    when = asked.on or on
    if not on <= when <= min(on + timedelta(days=FARTHEST), view.plan[-1].due_on):
        raise Refused(Sentence(N_("Choose a day from today to the last payment.")), "on")
    return tells.paying_once(view.terms, view.position, on, amount, when)


def _named(tell: Any, field: str) -> Any:
    """What `tell` gives; a refusal names the page's field and not the rule's."""
    try:
        return tell()
    except Refused as refused:
        raise Refused(refused.sentence, field) from refused
