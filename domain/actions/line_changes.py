"""Changes of a credit line: another limit, another rate from the next cycle on, or closed to new purchases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from domain.actions.adjusting import Adjusting
from domain.records.changes import Kept, set_terms
from domain.records.fee_policies import rate_caps
from domain.records.repricing import Desk
from domain.rules.credit_line import CreditTerms, check_terms
from domain.rules.credit_terms import RateFrom
from domain.rules.documents import to_document
from domain.rules.rate_caps import check_rate_cap
from domain.words import N_, Money, Refused, Sentence, Step, Trace


@dataclass(frozen=True, slots=True)
class NewLimit:
    """Another limit from today on, in minor units; what is owed above it stays owed."""

    limit_minor: int
    name: str = "limit"


@dataclass(frozen=True, slots=True)
class NewRate:
    """Another yearly rate (9.9 means 9.9 %), for the first cycle that begins on `from_on` or later."""

    annual_rate_percent: Decimal
    from_on: date
    name: str = "rate"


@dataclass(frozen=True, slots=True)
class CloseLine:
    """No new purchases from today on; what is owed runs on until it is paid."""

    name: str = "close_line"


LineChange = NewLimit | NewRate | CloseLine


def carry_out(at: Adjusting, wanted: LineChange, desk: Desk) -> Kept:
    """Give the line its new terms. Raises Refused, naming the field."""
    terms: CreditTerms = at.terms.terms
    if at.agreement.ended_on is not None and not isinstance(wanted, NewRate):
        raise Refused(Sentence(N_("This credit line is closed to new purchases already.")))
    if isinstance(wanted, CloseLine):
        set_terms(at.session, at.agreement, ended_on=at.today)
        at.read_again()
        words = N_("Closed to new purchases on %(day)s. What is owed runs on until it is paid.")
        told = Trace("change.close_line", 1, (Step(Sentence(words, {"day": at.today})),))
        return Kept(wanted.name, at.today, told)
    if isinstance(wanted, NewLimit):
        changed, on, sentence = _limit(at, terms, wanted)
    else:
        changed, on, sentence = _rate(at, terms, wanted)
    check_terms(changed)
    set_terms(at.session, at.agreement, changed)
    at.read_again()
    body = {"before": to_document(terms), "after": to_document(changed)}
    return Kept(wanted.name, on, Trace(f"change.{wanted.name}", 1, (Step(sentence),)), body=body)


def _limit(at: Adjusting, terms: CreditTerms, wanted: NewLimit) -> tuple[CreditTerms, date, Sentence]:
    if wanted.limit_minor == terms.limit_minor:
        raise Refused(Sentence(N_("That is the limit already.")), "limit")
    said = {
        "limit": Money(wanted.limit_minor, terms.currency),
        "was": Money(terms.limit_minor, terms.currency),
    }
    sentence = Sentence(N_("The limit is %(limit)s; it was %(was)s."), said)
    return replace(terms, limit_minor=wanted.limit_minor), at.today, sentence


def _rate(at: Adjusting, terms: CreditTerms, wanted: NewRate) -> tuple[CreditTerms, date, Sentence]:
    """The rate counts from the next cycle at the earliest: the one under way keeps what it began with."""
    closes = at.kind.next_planned_on(at.terms, at.position)
    earliest = closes if closes is not None else at.today + timedelta(days=1)
    if wanted.from_on < at.today:
        raise Refused(Sentence(N_("A rate cannot change for days that have passed.")), "from_on")
    on = max(wanted.from_on, earliest)
    check_rate_cap(
        wanted.annual_rate_percent, rate_caps(at.session, at.agreement.unit_id), on, at.agreement.kind
    )
    was = terms.in_cycle(on).annual_rate_percent
    if was == wanted.annual_rate_percent:
        raise Refused(Sentence(N_("That is the rate already.")), "rate")
    words = N_(
        "The rate is %(rate)s %% a year for statements that begin on %(day)s or later; it was %(was)s %%."
    )
    sentence = Sentence(words, {"rate": wanted.annual_rate_percent, "day": on, "was": was})
    rates = (*terms.rates, RateFrom(on, wanted.annual_rate_percent))
    return replace(terms, rates=rates), on, sentence
