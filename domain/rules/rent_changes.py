"""Changes of a running rental as new terms: another rent, a line added or ended, something given away, a last day.

Each gives terms that are the old ones with dated rows more; no row that counted before the day changes, so what was
right to ask stays right. `given_back` and `asked_more` say what that does to charges posted already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.rules.planned import PlannedCharge, called_by
from domain.rules.rent_check import check_terms
from domain.rules.rent_terms import Concession, RentLine, RentTerms, slug
from domain.words import N_, Money, Refused, Sentence, Step, Trace

RULE = "rent.change"
VERSION = 1
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Changed:
    """The terms after a change, and what it says."""

    terms: RentTerms
    trace: Trace


@dataclass(frozen=True, slots=True)
class Repriced:
    """A charge that the terms ask for differently now: `more_minor` above what they asked before, or below zero."""

    charge: PlannedCharge
    more_minor: int
    was_asked: bool


def new_amount(terms: RentTerms, name: str, amount_minor: int, from_on: date) -> Changed:
    """Another amount of the line `name` from a day on; amounts agreed for later days stay.

    Raises Refused where there is no such line on the day, or its amount is the same already.
    """
    row = _row_on(terms, name, from_on)
    if row.amount_minor == amount_minor:
        raise Refused(Sentence(N_("That is the amount already.")), "amount")
    later = replace(row, amount_minor=amount_minor, from_on=from_on)
    rows = [*_cut(terms.lines, row, from_on), later]
    words = N_("%(name)s is %(amount)s a period from %(day)s on; it was %(was)s.")
    said = {
        "name": called_by(row.name, row.type), "amount": Money(amount_minor, terms.currency), "day": from_on,
        "was": Money(row.amount_minor, terms.currency),
    }  # fmt: skip
    return _changed(terms, Sentence(words, said), lines=tuple(rows))


def new_line(terms: RentTerms, line: RentLine) -> Changed:
    """A line that comes on top from a day on. Raises Refused for a name in use or an amount of nothing."""
    if not slug(line.name):
        raise Refused(Sentence(N_("Say what it is, for example Parking.")), "name")
    if line.amount_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    running = [row for row in terms.lines if slug(row.name) == slug(line.name)]
    if any((row.until_on or date.max) >= (line.from_on or date.min) for row in running):
        raise Refused(Sentence(N_("There is a line of this name already.")), "name")
    words = N_("%(name)s comes on top from %(day)s on: %(amount)s a period.")
    said = {
        "name": called_by(line.name, line.type), "amount": Money(line.amount_minor, terms.currency),
        "day": line.from_on or "",
    }  # fmt: skip
    return _changed(terms, Sentence(words, said), lines=(*terms.lines, line))


def line_ended(terms: RentTerms, name: str, last_on: date) -> Changed:
    """The line `name` counts for the last time on a day. Raises Refused for the rent itself, or no such line."""
    row = _row_on(terms, name, last_on, "last_on")
    if row.type == "rent":
        raise Refused(Sentence(N_("The rent ends with the stay, not by itself.")), "name")
    kept = [
        replace(one, until_on=last_on) if one is row else one
        for one in terms.lines
        if slug(one.name) != slug(name) or (one.from_on or terms.from_on) <= last_on
    ]
    words = N_("%(name)s is asked for the last time for %(day)s; it was %(was)s a period.")
    said = {
        "name": called_by(row.name, row.type),
        "day": last_on,
        "was": Money(row.amount_minor, terms.currency),
    }
    return _changed(terms, Sentence(words, said), lines=tuple(kept))


def concession_given(terms: RentTerms, concession: Concession) -> Changed:
    """Something given away of the rent for some days, or so much less of each period."""
    currency = terms.currency
    if concession.from_on and concession.until_on and concession.until_on < concession.from_on:
        order = {"end": concession.until_on, "start": concession.from_on}
        raise Refused(Sentence(N_("%(end)s is before %(start)s."), order), "until_on")
    if concession.kind == "off":
        if concession.amount_minor <= 0:
            raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
        words = N_("%(name)s: %(amount)s less for each period that begins from %(first)s to %(last)s.")
    elif concession.kind == "free":
        words = N_("%(name)s: %(first)s to %(last)s cost no rent.")
    else:
        raise Refused(Sentence(N_("This is not one of the choices.")), "kind")
    said: dict[str, object] = {
        "name": concession.name, "amount": Money(concession.amount_minor, currency),
        "first": concession.from_on or terms.from_on, "last": concession.until_on or "",
    }  # fmt: skip
    return _changed(terms, Sentence(words, said), concessions=(*terms.concessions, concession))


def last_day(terms: RentTerms, last_on: date) -> Changed:
    """The stay ends on a day: month to month no longer, or another end than agreed.

    Raises Refused where a concession is spread over the whole stay: its shares would change with its length.
    """
    if last_on < terms.from_on:
        raise Refused(Sentence(N_("The stay began on %(day)s."), {"day": terms.from_on}), "last_on")
    if any(one.kind == "spread" for one in terms.concessions):
        words = N_("A concession is spread over this stay. Record the move-out on its day instead.")
        raise Refused(Sentence(words), "last_on")
    if terms.to_on == last_on and not terms.goes_on:
        raise Refused(Sentence(N_("That is the last day already.")), "last_on")
    words = N_("The last day is %(day)s; rent is asked through it and not after.")
    return _changed(terms, Sentence(words, {"day": last_on}), to_on=last_on, goes_on=False)


def renewed(terms: RentTerms, to_on: date | None, goes_on: bool) -> Changed:
    """The stay goes on: through another last day (`goes_on`: month to month after it), or with None month to month.

    Raises Refused where the new end is no later than the one agreed, or a concession is spread over the whole stay.
    """
    if any(one.kind == "spread" for one in terms.concessions):
        words = N_(
            "A concession is spread over this stay, so its length stays. Make a new agreement instead."
        )
        raise Refused(Sentence(words), "to_on")
    if to_on is None:
        if terms.to_on is None or terms.goes_on:
            raise Refused(Sentence(N_("It goes on month to month already.")), "to_on")
        words = N_("It goes on month to month after %(day)s.")
        return _changed(terms, Sentence(words, {"day": terms.to_on}), goes_on=True)
    if to_on < terms.from_on or (terms.to_on is not None and to_on <= terms.to_on):
        words = N_("A renewal ends after %(day)s, the last day as agreed so far.")
        raise Refused(Sentence(words, {"day": terms.to_on or terms.from_on}), "to_on")
    words = (
        N_("Renewed through %(day)s.") if not goes_on else N_("Renewed through %(day)s, then month to month.")
    )
    return _changed(terms, Sentence(words, {"day": to_on}), to_on=to_on, goes_on=goes_on)


def stays_after_all(terms: RentTerms, before: RentTerms) -> Changed:
    """Notice is taken back: the stay ends as it would have by the terms `before` it, all else as it is now."""
    if before.to_on is None or before.goes_on:
        words, said = N_("Notice was taken back: the stay goes on month to month."), {}
    else:
        words, said = N_("Notice was taken back: the last day is %(day)s."), {"day": before.to_on}
    return _changed(terms, Sentence(words, said), to_on=before.to_on, goes_on=before.goes_on)


def repriced(before: Iterable[PlannedCharge], after: Iterable[PlannedCharge]) -> list[Repriced]:
    """The charges that two sets of terms ask for differently, in the order of their days; both through one day."""
    was = {(charge.rule, charge.key): charge for charge in before}
    now = {(charge.rule, charge.key): charge for charge in after}
    found = []
    for name in sorted({*was, *now}, key=lambda one: (now.get(one) or was[one]).due_on):
        old, new = was.get(name), now.get(name)
        more = (new.amount_minor if new else 0) - (old.amount_minor if old else 0)
        charge = new or old
        if more and charge is not None:
            found.append(Repriced(charge, more, old is not None and old.amount_minor > 0))
    return found


def _row_on(terms: RentTerms, name: str, day: date, field: str = "from_on") -> RentLine:
    for row in terms.lines:
        begins, ends = row.from_on or terms.from_on, row.until_on or date.max
        if slug(row.name) == slug(name) and begins <= day <= ends:
            return row
    words = N_("%(name)s is not asked for on %(day)s.")
    raise Refused(Sentence(words, {"name": name, "day": day}), field)


def _cut(rows: Iterable[RentLine], row: RentLine, from_on: date) -> list[RentLine]:
    """The rows with this one ended the day before; one that would begin no sooner is replaced."""
    kept = []
    for one in rows:
        if one is not row:
            kept.append(one)
        elif one.from_on is None or one.from_on < from_on:
            kept.append(replace(one, until_on=from_on - _ONE_DAY))
    return kept


def _changed(terms: RentTerms, sentence: Sentence, **values: object) -> Changed:
    after = replace(terms, **values)  # type: ignore[arg-type]
    check_terms(after)
    return Changed(after, Trace(RULE, VERSION, (Step(sentence),)))
