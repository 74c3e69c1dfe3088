"""The terms of a rental as plain values. `rent_check` says whether charges can be made of them.

Rent, add-ons and utilities are dated rows: a raise is a second row of the same type and name that begins where the
first one ends. Concessions reduce the first rent; shares say who pays which part of each charge. Nothing here knows
the law of a place (longest notices, highest raises): those are dated rows the operator edits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

LINE_TYPES = ("rent", "addon", "utility")
CONCESSIONS = ("free", "off", "spread")
FOREVER = date(2300, 12, 31)


@dataclass(frozen=True, slots=True)
class RentLine:
    """An amount per period in minor units, from and until the days given (both included; None: the whole lease).

    Rows of the same type and name are one line whose amount changes over time. `prorate=False`: a part of a period
    is charged as a whole one.
    """

    type: str
    name: str
    amount_minor: int
    from_on: date | None = None
    until_on: date | None = None
    prorate: bool = True


@dataclass(frozen=True, slots=True)
class Concession:
    """What the business gives away of the first rent.

    "free": the days `from_on` to `until_on` cost nothing. "off": `amount_minor` less for each period that begins
    between the dates (None: always); a part of a period gets the same part of it. "spread": `amount_minor` in all,
    spread evenly over the whole periods of the lease; the last takes the remainder.
    """

    name: str
    kind: str
    amount_minor: int = 0
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Who pays which part of each charge that is due from `from_on` to `until_on` (both included; None: always).

    Either `amount_minor` a period, taken first and prorated as the rent is (an agency's subsidy), or `percent` of what
    these amounts leave (33 1/3 may be given as Fraction(100, 3)). `of` names one line; "" is every line for a percent
    and the first rent for an amount. What nobody takes is everybody's: its payer is "".
    """

    payer: str
    percent: Decimal | Fraction | None = None
    amount_minor: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class RentTerms:
    """What landlord and tenant agreed on.

    Days are local calendar dates, both ends included. `due_day` (1-31; None: the day of `from_on`) is kept: 31 Jan,
    28 Feb, 31 Mar. `frequency`: a name of `domain.rules.calendar`; `anchor` is any first day of a period where it runs
    by days or by several months, `anchor_days` the two days of twice a month. `proration`: one of `proration.METHODS`.
    `goes_on`: month to month after `to_on`, so rent keeps falling due.
    """

    from_on: date
    to_on: date | None = None
    due_day: int | None = None
    frequency: str = "monthly"
    anchor: date | None = None
    anchor_days: tuple[int, ...] | None = None
    proration: str = "actual"
    rounding: str = "half-up"
    currency: str = "USD"
    goes_on: bool = False
    lines: tuple[RentLine, ...] = ()
    concessions: tuple[Concession, ...] = ()
    shares: tuple[Share, ...] = ()

    @property
    def last_on(self) -> date:
        """The last day rent runs, as far as anybody has said."""
        return FOREVER if self.to_on is None or self.goes_on else self.to_on


@lru_cache(maxsize=4096)
def slug(name: str) -> str:
    """A line's name as it stands in keys for ever: lower case, letters and digits of any script, the rest dashes."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())


def rows_by_line(terms: RentTerms) -> dict[tuple[str, str], list[RentLine]]:
    """The dated rows of each line, by type and slug, in the order given."""
    lines: dict[tuple[str, str], list[RentLine]] = {}
    for row in terms.lines:
        lines.setdefault((row.type, slug(row.name)), []).append(row)
    return lines


def first_rent(terms: RentTerms) -> str:
    """The name of the rent that concessions reduce and fixed shares are taken of; "" where there is no rent."""
    return next((row.name for row in terms.lines if row.type == "rent"), "")


def in_force(dated: Concession | Share, day: date) -> bool:
    """Whether a dated row counts on that day."""
    return (dated.from_on is None or dated.from_on <= day) and (
        dated.until_on is None or dated.until_on >= day
    )


def is_of(share: Share, name: str, first: str) -> bool:
    """Whether a share takes from the line of that name; `first`: the name of the first rent."""
    if share.of:
        return share.of == name
    return share.percent is not None or name == first
