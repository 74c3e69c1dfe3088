"""The terms of a tenancy in a rent roll: from when until when, with which rent and which other charges a month."""

from __future__ import annotations

from datetime import date

from domain.portfolio import rent_roll_words as words
from domain.portfolio.cells import Cells, Options
from domain.portfolio.rent_roll_layout import BETWEEN, CHARGES, WITHIN
from domain.portfolio.signed import signed, signed_text
from domain.rules.rent import check_terms
from domain.rules.rent_terms import Concession, RentLine, RentTerms, slug
from domain.words import N_, Money, Refused, Sentence

RENT, OTHER = "Rent", "Other charges"
MOST_NAME = 40


def terms_of(cells: Cells, as_of: date, options: Options, status: str) -> RentTerms | None:
    """The terms, or None where no rent can be asked by them (noted in `cells`)."""
    days = _days(cells, as_of)
    lines, off = _charges(cells)
    if days is None or cells.refused:
        return None
    start, end, leaves = days
    monthly = words.is_monthly(f"{status} {cells.raw('lease_type')}")
    goes_on = not leaves and (monthly or end is None or end < as_of)
    terms = RentTerms(
        from_on=start,
        to_on=end,
        due_day=options.due_day,
        currency=cells.currency,
        goes_on=goes_on and end is not None,
        lines=tuple(lines),
        concessions=tuple(off),
    )
    try:
        check_terms(terms)
    except Refused as refused:
        cells.refuse("rent", refused.sentence)
        return None
    return terms


def _days(cells: Cells, as_of: date) -> tuple[date, date | None, bool] | None:
    """The first day of the stay, its last as far as agreed, and whether the tenants leave then."""
    signed_on, lease_to = cells.day("lease_from"), cells.day("lease_to")
    move_in, move_out = cells.day("move_in"), cells.day("move_out")
    known = [day for day in (signed_on, move_in) if day is not None]
    start = min(known) if known else as_of.replace(day=1)
    if not 1900 <= start.year <= 2200:
        cells.refuse("lease_from", Sentence(N_("The first day must be between 1900 and 2200.")))
    elif not known:
        words_ = N_("No day of the begin is given; %(day)s is taken.")
        cells.warn("lease_from", Sentence(words_, {"day": start}))
    if start > as_of:
        cells.refuse("lease_from", Sentence(N_("This tenancy is over or has not begun, so it is left out.")))
    if move_out is not None and move_out < as_of:
        cells.refuse("move_out", Sentence(N_("This tenancy is over or has not begun, so it is left out.")))
    end = move_out or lease_to
    if end is not None and end < start:
        cells.refuse("lease_to", Sentence(N_("The last day is before the first one.")))
    return None if cells.refused else (start, end, move_out is not None)


def _charges(cells: Cells) -> tuple[list[RentLine], list[Concession]]:
    """The lines of rent and other charges a month; an amount below zero is taken off the rent."""
    said = [(cells.text("charge_code", 80), signed(cells, "charge_amount"))]
    for part in cells.raw(CHARGES).split(BETWEEN):
        code, _, amount = part.partition(WITHIN)
        said.append((code[:80], signed_text(cells, "charge_amount", amount)))
    rent = signed(cells, "rent")
    coded = sum(minor for code, minor in said if minor > 0 and words.line_type(code) == "rent")
    if rent and coded and rent != coded:
        # The file's own column of rent may count all charges of a line; each charge says what it is for.
        kept = {"codes": Money(coded, cells.currency), "column": Money(rent, cells.currency)}
        cells.warn(
            "rent",
            Sentence(N_("The charges for rent are %(codes)s, not %(column)s; the charges are taken."), kept),
        )
    if rent < 0:
        cells.refuse("rent", Sentence(N_("The rent must be zero or above.")))
    if not coded:
        said.insert(0, (RENT, rent))
    said.append((OTHER, signed(cells, "other_charges")))
    lines: dict[str, RentLine] = {}
    off: list[Concession] = []
    for code, minor in said:
        kind = words.line_type(code or OTHER)
        name = (RENT if kind == "rent" else " ".join(code.split())[:MOST_NAME]) or OTHER
        if minor > 0:
            before = lines.get(slug(name))
            lines[slug(name)] = RentLine(kind, name, minor + (before.amount_minor if before else 0))
        elif minor < 0:
            off.append(Concession(name, "off", -minor))
    if not any(line.type == "rent" for line in lines.values()):
        cells.refuse("rent", Sentence(N_("No rent is stated.")))
    return sorted(lines.values(), key=lambda line: line.type != "rent"), off
