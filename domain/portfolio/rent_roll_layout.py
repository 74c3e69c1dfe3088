"""A rent roll as a plain table: one line per tenancy or empty unit, whatever the report looks like around it.

Reports of property managers open with title lines, write headings over two lines, name a property on a line of its own,
spread one tenancy over several lines (further charges, further tenants), and end groups with totals. `arrange` finds
the headings and folds all that into cells of its own behind the file's: `PROPERTY` (named above the line), `CHARGES`
(further ones), `NAMES` (further tenants) and `WHAT` ("total", "future" or nothing).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from domain.portfolio.columns import Field, fold, recognise
from domain.portfolio.table import Rows, Table
from domain.words import N_, Refused, Sentence

PROPERTY, CHARGES, NAMES, WHAT = "_property", "_charges", "_names", "_what"
EXTRA = (PROPERTY, CHARGES, NAMES, WHAT)
TOTAL, FUTURE = "total", "future"
BETWEEN, WITHIN = "\x1e", "\x1f"
"""What stands between two further charges, and between the code and the amount of one."""

_LOOKED_AT = 60
_ENOUGH = 3
_TOTAL = re.compile(
    r"((grand|sub|property|portfolio|report)[ -]?)?totals?\b.*|.+\btotals?:?|[0-9]+ units?\b.*", re.I
)
_SHARE = re.compile(r"[0-9.,]+ ?% .*", re.I)
_AS_OF = re.compile(r"as of(?: date)?\s*[:=]?\s*([0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4})", re.I)
_NAMED = re.compile(r"(?:property|properties|building)\s*[:=]\s*(\S.*)", re.I)
_NO_NAME = re.compile(
    r"rent ?roll|as of|[:=]|\b[0-9]{1,2}/[0-9]{1,2}/|month year|exported|page [0-9]|tenants?$", re.I
)
_SECTION = re.compile(
    r"(current|future|past|former|vacant|notice|residents?|applicants?|tenants?|units?|[/,&]|and|\s)+", re.I
)
_ASIDE = re.compile(r"(unit type |occupancy |property )?summary\b", re.I)
_CODE = re.compile(r"\s*\([a-z0-9_.-]+\)$")


@dataclass(slots=True)
class _Found:
    """The headings and what stood above them. `places`: field -> column; `skip`: how many lines they end after."""

    headings: tuple[str, ...]
    skip: int
    places: dict[str, int]
    titles: list[str]

    def text(self, row: Sequence[str], name: str) -> str:
        place = self.places.get(name)
        return row[place] if place is not None and place < len(row) else ""


@dataclass(slots=True)
class _Open:
    """A tenancy whose further lines may follow."""

    line: int
    row: list[str]
    above: str
    what: str
    charges: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def arrange(table: Table, fields: Sequence[Field], said: Mapping[str, str]) -> Table:
    """The table with one line per tenancy. Raises Refused where no line can be its headings."""
    found = _headings(table, fields, said)
    above, notes = _named_above(found), list(table.notes)
    if above and "property" not in found.places:
        words = N_("No column names the property, so %(name)s is taken from above the headings.")
        notes.append(Sentence(words, {"name": above}))
    width = len(found.headings)

    def source() -> Rows:
        yield 0, [*found.headings]
        yield from _tenancies(islice(table.lines(), found.skip, None), found, above)

    dates = [match[1] for title in found.titles if (match := _AS_OF.search(title))]
    return replace(
        table,
        headings=(*found.headings, *("" for _ in EXTRA)),
        notes=tuple(notes),
        source=source,
        extra={name: width + number for number, name in enumerate(EXTRA)},
        as_of=dates[0] if dates else "",
    )


def _headings(table: Table, fields: Sequence[Field], said: Mapping[str, str]) -> _Found:
    lines = [row for _line, row in islice(table.lines(), _LOOKED_AT)]
    best, most = None, 0
    for number, row in enumerate(lines):
        tries = [(row, number + 1)]
        if number + 1 < len(lines) and not any(cell[:1].isdigit() for cell in lines[number + 1]):
            tries.append((_joined(row, lines[number + 1]), number + 2))
        for headings, skip in tries:
            score = len(_places(fields, headings, said))
            if score > most:
                best, most = (headings, skip), score
    if best is None or most < _ENOUGH:
        filled = [number for number, row in enumerate(lines) if sum(map(bool, row)) >= _ENOUGH]
        if not filled:
            raise Refused(Sentence(N_("No line of this file looks like headings of a rent roll.")), "file")
        best = (lines[filled[0]], filled[0] + 1)
    headings, skip = best
    while headings and not headings[-1]:
        headings = headings[:-1]
    titles = [cell for row in lines[: skip - 1] for cell in row if cell]
    cut = tuple(heading[:80] for heading in headings)
    return _Found(cut, skip, recognise(fields, cut, said).places, titles)


def _places(fields: Sequence[Field], headings: Sequence[str], said: Mapping[str, str]) -> dict[str, int]:
    try:
        return recognise(fields, headings, said).places
    except Refused:  # a heading twice: not a better line than another
        return {}


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Headings over two lines as one."""
    width = max(len(upper), len(lower))
    both = zip([*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))], strict=True)
    return [f"{first} {second}".strip() for first, second in both]


def _named_above(found: _Found) -> str:
    """The property that the title lines name, if they do."""
    for title in found.titles:
        if _NAMED.match(title):
            return _bare_name(title)
    return next(
        (
            _bare_name(title)
            for title in found.titles
            if not _NO_NAME.search(title) and not title[:1].isdigit()
        ),
        "",
    )


def _bare_name(text: str) -> str:
    """A property's name without the word before it and the code behind it: `Maple Court (maple)`."""
    return _CODE.sub("", _NAMED.sub(r"\1", text)).strip()


def _tenancies(lines: Rows, found: _Found, above: str) -> Rows:
    """One line per tenancy, empty unit or total, with the further cells behind."""
    folded = [fold(heading) for heading in found.headings]
    what, standing = "", None
    for line, cells in lines:
        row = cells + [""] * (len(found.headings) - len(cells))
        filled = [cell for cell in row if cell]
        if [fold(cell) for cell in row[: len(folded)]] == folded:
            continue
        if _is_total(found, row, filled):
            yield from _closed(found, standing)
            standing = None
            yield line, _cells(found, row, [above, "", "", TOTAL])
        elif standing is not None and _goes_on(found, standing, row):
            _add(found, standing, row)
        elif _ASIDE.match(filled[0]):
            break
        elif len(filled) == 1 and _SECTION.fullmatch(filled[0]):
            what = FUTURE if re.search(r"future|applicant|past|former", filled[0], re.I) else ""
        elif _names_property(found, row, filled):
            above = _bare_name(filled[0])
        elif found.text(row, "unit") or _is_house(found, row):
            yield from _closed(found, standing)
            standing = _Open(line, row, above, what)
    yield from _closed(found, standing)


def _closed(found: _Found, standing: _Open | None) -> Iterator[tuple[int, list[str]]]:
    if standing is not None:
        further = [standing.above, BETWEEN.join(standing.charges), "\n".join(standing.names), standing.what]
        yield standing.line, _cells(found, standing.row, further)


def _cells(found: _Found, row: list[str], further: list[str]) -> list[str]:
    width = len(found.headings)
    return [*row[:width], *further, *row[width:]]


def _is_total(found: _Found, row: list[str], filled: list[str]) -> bool:
    """A line of totals says so in one of its first cells, and names nobody."""
    first = filled[0]
    if _SHARE.fullmatch(first):
        return True
    code = found.text(row, "charge_code")
    if code and fold(code) in ("total", "totals") and first == code:
        return False  # of one tenancy's charges
    return bool(_TOTAL.fullmatch(first)) and (len(filled) > 1 or len(first) < 30)


def _goes_on(found: _Found, standing: _Open, row: list[str]) -> bool:
    """Whether a line tells more of the tenancy before it: a further charge, a further tenant, a note."""
    if _is_house(found, row):
        return False
    unit, name = found.text(row, "unit"), _name(found, row)
    if not unit:
        return bool(name or found.text(row, "charge_amount") or found.text(row, "charge_code"))
    same = all(found.text(row, part) == found.text(standing.row, part) for part in ("property", "unit"))
    if not same:
        return False
    if found.text(row, "charge_amount"):
        return name in ("", _name(found, standing.row))
    return bool(name) and not any(
        found.text(row, part) for part in ("rent", "deposit", "balance", "past_due")
    )


def _add(found: _Found, standing: _Open, row: list[str]) -> None:
    code, amount, name = found.text(row, "charge_code"), found.text(row, "charge_amount"), _name(found, row)
    if amount and fold(code) not in ("total", "totals"):
        standing.charges.append(f"{code}{WITHIN}{amount}")
    if name and name != _name(found, standing.row):
        standing.names.append(name)


def _name(found: _Found, row: list[str]) -> str:
    parts = (found.text(row, "first_name"), found.text(row, "last_name"))
    return found.text(row, "tenant") or " ".join(part for part in parts if part)


def _is_house(found: _Found, row: list[str]) -> bool:
    """A line without a unit that is a tenancy all the same: a house that is let as a whole."""
    return bool(
        not found.text(row, "unit")
        and found.text(row, "property")
        and found.text(row, "rent")
        and _name(found, row)
    )


def _names_property(found: _Found, row: list[str], filled: list[str]) -> bool:
    """A line that only names the property of those below it: one text, not like the name of a unit."""
    if len(filled) != 1 or "property" in found.places:
        return bool(len(filled) == 1 and _NAMED.match(filled[0]))
    text = filled[0]
    return bool(_NAMED.match(text) or (" " in text and not re.match(r"(unit|apt|suite|#)", text, re.I)))
