"""Changes of a running rental: the rent, what comes on top, something given away, and how long it lasts.

Each counts from a day. Where rent of that day was billed already, the difference is posted with the change: more as a
charge due today, less as a correction that leaves the customer credit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain.actions import stay_changes
from domain.actions.adjusting import Adjusting
from domain.actions.stay_changes import Notice, NoticeTakenBack, Renewal
from domain.records.changes import Kept, set_terms
from domain.records.legal_days import law_of
from domain.records.repricing import Desk, reprice
from domain.rules import rent_changes
from domain.rules.documents import to_document
from domain.rules.legal_days import check_told_in_time, rises
from domain.rules.rent_changes import Changed
from domain.rules.rent_terms import Concession, RentLine, RentTerms
from domain.words import N_, Refused, Sentence

MOST_NAME = 40


@dataclass(frozen=True, slots=True)
class NewRent:
    """Another amount of a line of the rent, in minor units a period.

    More than before needs the days of notice that the law of the place gives, where they are kept, and waits for the
    end of a fixed term, unless both sides `agreed` on it.
    """

    line: str
    amount_minor: int
    from_on: date
    agreed: bool = False
    name: str = "rent"


@dataclass(frozen=True, slots=True)
class AddOn:
    """Something that comes with the rent each period from a day on: parking, a pet."""

    line: str
    amount_minor: int
    from_on: date
    prorate: bool = True
    name: str = "add_on"


@dataclass(frozen=True, slots=True)
class EndAddOn:
    line: str
    last_on: date
    name: str = "end_add_on"


@dataclass(frozen=True, slots=True)
class GiveConcession:
    """Days that cost nothing ("free"), or an amount less for each period that begins in them ("off")."""

    kind: str
    line: str
    amount_minor: int
    from_on: date
    until_on: date
    name: str = "concession"


RentalChange = NewRent | AddOn | EndAddOn | GiveConcession | Notice | NoticeTakenBack | Renewal
_WHY = {
    "rent": N_("the rent was changed"),
    "add_on": N_("something was added"),
    "end_add_on": N_("something ended"),
    "concession": N_("something was given away"),
    "notice": N_("the last day changed"),
    "notice_back": N_("the last day changed"),
    "renewal": N_("it was renewed"),
}


def carry_out(at: Adjusting, wanted: RentalChange, desk: Desk) -> Kept:
    """Give the rental its new terms and post the difference. Raises Refused, naming the field."""
    terms: RentTerms = at.terms.terms
    changed, effective_on = _WORK[type(wanted)](at, terms, wanted)
    before = at.kind.planned(at.terms, replace(at.position, billed_through=None), _billed(at))
    columns = {"ends_on": changed.terms.to_on} if changed.terms.to_on != terms.to_on else {}
    set_terms(at.session, at.agreement, changed.terms, **columns)
    at.read_again()
    after = at.kind.planned(at.terms, replace(at.position, billed_through=None), _billed(at))
    steps = reprice(desk, rent_changes.repriced(before, after), Sentence(_WHY[wanted.name]))
    body = {"before": to_document(terms), "after": to_document(changed.terms)}
    return Kept(wanted.name, effective_on, changed.trace.plus(*steps), body=body)


def _billed(at: Adjusting) -> date:
    return at.head.billed_through or date.min


def _new_rent(at: Adjusting, terms: RentTerms, wanted: NewRent) -> tuple[Changed, date]:
    _check_day(at, terms, wanted.from_on)
    if wanted.amount_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    changed = rent_changes.new_amount(terms, wanted.line, wanted.amount_minor, wanted.from_on)
    if wanted.agreed or not rises(terms, changed.terms, wanted.from_on):
        return changed, wanted.from_on
    if terms.to_on is not None and wanted.from_on <= terms.to_on:
        words = N_(
            "The rent is fixed through %(day)s by the term that was agreed on. Take a later day, or say below that "
            "both sides agreed on more rent in writing."
        )
        raise Refused(Sentence(words, {"day": terms.to_on}), "agreed")
    check_told_in_time(law_of(at.session, at.agreement, "rent_increase", at.today), at.today, wanted.from_on)
    return changed, wanted.from_on


def _add_on(at: Adjusting, terms: RentTerms, wanted: AddOn) -> tuple[Changed, date]:
    _check_day(at, terms, wanted.from_on)
    if len(wanted.line) > MOST_NAME:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_NAME}), "name")
    line = RentLine("addon", wanted.line, wanted.amount_minor, wanted.from_on, None, wanted.prorate)
    return rent_changes.new_line(terms, line), wanted.from_on


def _end_add_on(at: Adjusting, terms: RentTerms, wanted: EndAddOn) -> tuple[Changed, date]:
    return rent_changes.line_ended(terms, wanted.line, wanted.last_on), wanted.last_on


def _concession(at: Adjusting, terms: RentTerms, wanted: GiveConcession) -> tuple[Changed, date]:
    _check_day(at, terms, wanted.from_on)
    given = Concession(wanted.line, wanted.kind, wanted.amount_minor, wanted.from_on, wanted.until_on)
    return rent_changes.concession_given(terms, given), wanted.from_on


def _check_day(at: Adjusting, terms: RentTerms, from_on: date) -> None:
    """No sooner than the stay, or than the day from which its rent is ours to collect; not after its end."""
    first = max(terms.from_on, at.agreement.opened_on)
    if from_on < first:
        raise Refused(Sentence(N_("The stay began on %(day)s."), {"day": first}), "from_on")
    if from_on > at.terms.last_on:
        raise Refused(Sentence(N_("The stay ends on %(day)s."), {"day": at.terms.last_on}), "from_on")


_WORK: dict[type, Callable[[Adjusting, RentTerms, Any], tuple[Changed, date]]] = {
    NewRent: _new_rent,
    AddOn: _add_on,
    EndAddOn: _end_add_on,
    GiveConcession: _concession,
    Notice: stay_changes.notice,
    NoticeTakenBack: stay_changes.notice_back,
    Renewal: stay_changes.renewal,
}
