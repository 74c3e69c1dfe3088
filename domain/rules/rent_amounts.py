"""What one line of a rental asks for in one period, exactly and then rounded once, with the reason.

A raise in the middle of a period, days that are free, and amounts off are all parts of the same exact sum: they are
added before anything is rounded.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from domain.rules.money import round_minor, split_evenly
from domain.rules.proration import (
    Span,
    counted,
    counted_text,
    major,
    part_of_period,
    part_step,
    rounded_step,
)
from domain.rules.rent_periods import Periods, whole_periods
from domain.rules.rent_terms import Concession, RentLine, RentTerms, in_force
from domain.words import N_, Money, Sentence, Step

_ONE_DAY = timedelta(days=1)


class Asked(NamedTuple):
    """A line's amount in minor units for the days of `span`, the exact part of the period they are, and why."""

    span: Span
    amount_minor: int
    part: Fraction | int
    steps: tuple[Step, ...]


class Piece(NamedTuple):
    """Days of a period at one amount. `part` is exact, `text` how it was counted, `free` the concession they cost
    nothing by.
    """

    amount_minor: int
    span: Span
    part: Fraction
    text: str
    free: Concession | None


def days_of_rows(rows: list[RentLine], stay: Span) -> list[tuple[RentLine, Span]]:
    """The days of the stay on which each row counts, in order; rows that do not count are left out."""
    spans = []
    for row in rows:
        if row.from_on is None and row.until_on is None:
            spans.append((row, stay))
            continue
        first = stay.first if row.from_on is None or row.from_on < stay.first else row.from_on
        last = stay.last if row.until_on is None or row.until_on > stay.last else row.until_on
        if first <= last:
            spans.append((row, Span(first, last)))
    if len(spans) > 1:
        spans.sort(key=lambda pair: pair[1].first)
    return spans


def is_whole(spans: list[tuple[RentLine, Span]], period: Span, given: tuple[Concession, ...]) -> bool:
    """Whether one row counts for the whole period, with nothing given away: then its amount is what is asked for."""
    return not given and len(spans) == 1 and spans[0][1] == period


def asked(
    terms: RentTerms,
    spans: list[tuple[RentLine, Span]],
    period: Span,
    given: tuple[Concession, ...],
    periods: Periods,
) -> Asked:
    """What the rows of one line ask for on their days (from `days_of_rows`), less the concessions `given`.

    Concessions never take more than the line; what they would take beyond it is lost.
    """
    if is_whole(spans, period, given):
        amount = spans[0][0].amount_minor
        step = part_step(amount, period, 1, "", terms.currency)
        return Asked(period, amount, 1, (step,))
    pieces = _pieces(terms, spans, period, given)
    covered = Span(spans[0][1].first, spans[-1][1].last)
    part = sum((piece.part for piece in pieces), Fraction())
    steps = [
        part_step(piece.amount_minor, piece.span, piece.part, piece.text, terms.currency) for piece in pieces
    ]
    gross = sum((piece.amount_minor * piece.part for piece in pieces), Fraction())
    reductions = _free_days(pieces) + _amounts_off(terms, given, covered.first, periods, part)
    net = max(gross - sum((less for _, less in reductions), Fraction()), Fraction())
    if reductions:
        steps += [_reduced(name, less, terms.currency) for name, less in reductions]
        steps.append(_netted(gross, net, terms.currency))
    amount = round_minor(net, terms.rounding)
    if amount != net:
        steps.append(rounded_step(amount, terms.rounding, terms.currency))
    return Asked(covered, amount, part, tuple(steps))


def _pieces(
    terms: RentTerms, spans: list[tuple[RentLine, Span]], period: Span, given: tuple[Concession, ...]
) -> list[Piece]:
    """The days cut where the amount changes or free days begin or end, with the part each is.

    A piece that follows another is what the days together are, less what came before: so cutting changes no sum, and
    all pieces of a whole period are exactly 1.
    """
    pieces: list[Piece] = []
    left, before, run = Fraction(1), Fraction(), spans[0][1]
    for row, whole in spans:
        method = terms.proration if row.prorate else "none"
        for span, free in _cut_at_free_days(whole, given):
            if pieces and span.first == run.last + _ONE_DAY:
                run = Span(run.first, span.last)
            else:
                run, before = span, Fraction()
            together = part_of_period(method, terms.frequency, period, run)
            part = max(min(together - before, left), Fraction())
            alone = sum((some.part for some in counted(method, terms.frequency, period, span)), Fraction())
            text = counted_text(method, terms.frequency, period, span) if alone == part else ""
            pieces.append(Piece(row.amount_minor, span, part, text, free))
            left, before = left - part, together
    return pieces


def _cut_at_free_days(span: Span, given: tuple[Concession, ...]) -> list[tuple[Span, Concession | None]]:
    """The span in pieces that are free altogether or not at all."""
    free = [one for one in given if one.kind == "free"]
    if not free:
        return [(span, None)]
    begins = {span.first}
    for one in free:
        for day in (one.from_on, one.until_on + _ONE_DAY if one.until_on else None):
            if day is not None and span.first < day <= span.last:
                begins.add(day)
    firsts = sorted(begins)
    lasts = [day - _ONE_DAY for day in firsts[1:]] + [span.last]
    return [
        (Span(first, last), next((one for one in free if in_force(one, first)), None))
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _free_days(pieces: list[Piece]) -> list[tuple[str, Fraction]]:
    return [(piece.free.name, piece.amount_minor * piece.part) for piece in pieces if piece.free]


def _amounts_off(
    terms: RentTerms, given: tuple[Concession, ...], first_on: date, periods: Periods, part: Fraction
) -> list[tuple[str, Fraction]]:
    """What is taken off by amount: a part of a period gets the same part of it."""
    found = []
    for one in given:
        if one.kind == "off" and in_force(one, first_on):
            found.append((one.name, one.amount_minor * part))
        elif one.kind == "spread":
            first, last = whole_periods(terms, periods)
            index = periods.index_of(first_on)
            if first <= index <= last:
                evenly = split_evenly(one.amount_minor, last - first + 1)
                found.append((one.name, evenly[index - first] * part))
    return found


def _reduced(name: str, less: Fraction, currency: str) -> Step:
    said = {"name": name, "amount": _shown(less, currency)}
    return Step(Sentence(N_("%(name)s: %(amount)s less."), said))


def _netted(gross: Fraction, net: Fraction, currency: str) -> Step:
    said = {"gross": _shown(gross, currency), "net": _shown(net, currency)}
    if net == 0:
        return Step(Sentence(N_("Of %(gross)s nothing is left to pay."), said), 0)
    return Step(Sentence(N_("Instead of %(gross)s it is %(net)s."), said))


def _shown(exact: Fraction, currency: str) -> object:
    return Money(int(exact), currency) if exact.denominator == 1 else major(exact, currency)
