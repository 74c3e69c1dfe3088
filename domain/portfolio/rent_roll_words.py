"""What the cells of a rent roll say: names, the rooms of a unit, which charge is rent."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from domain.portfolio.columns import fold

NOBODY = ("vacant", "model", "down", "admin", "empty", "unoccupied", "available", "off_market")
GONE_OR_COMING = (
    "future",
    "applicant",
    "pending",
    "past",
    "former",
    "moved_out",
    "denied",
    "cancel",
    "draft",
)
MONTH_TO_MONTH = ("month_to_month", "mtm", "m2m", "at_will", "periodic", "rollover")
_COMPANY = re.compile(r"\b(llc|inc|ltd|corp|co|lp|trust|company|gmbh|jr|sr|ii|iii)\b\.?", re.I)
_RENT = re.compile(r"(base_|lease_)?(rent|rnt)([a-z]{0,4}|_.*)?")
_UTILITY = re.compile(r"water|sewer|elec|gas\b|trash|util|rubs|heat|internet")
_ROOMS = re.compile(r"([0-9]{1,2})[^0-9]*/\s*([0-9]{1,2}(?:[.][0-9]{1,2})?).*")
MOST_NAMES = 6


def is_nobody(text: str) -> bool:
    """Whether a status or a name says that nobody lives there."""
    return fold(text).startswith(NOBODY)


def is_gone_or_coming(text: str) -> bool:
    """Whether a status says that the tenancy is over or has not begun."""
    return fold(text).startswith(GONE_OR_COMING)


def is_monthly(text: str) -> bool:
    """Whether a status or a type of lease says month to month."""
    return any(word in fold(text) for word in MONTH_TO_MONTH)


def names(*texts: str) -> list[str]:
    """The people in cells of names: one a line or between semicolons; `Rivera, Bo` is one person, called Bo Rivera."""
    found: list[str] = []
    for text in texts:
        for part in re.split(r"[\n;|]+", text):
            found += [name for name in _people(" ".join(part.split())) if name not in found]
    return found


def _people(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or any(_COMPANY.fullmatch(part) for part in parts[1:]):
        return [text] if text else []
    if len(parts) == 2 and (" " not in parts[0] or " " not in parts[1]):
        return [f"{parts[1]} {parts[0]}"]
    return parts if all(" " in part for part in parts) else [text]


def rooms(text: str) -> tuple[int | None, Decimal | None]:
    """Beds and baths of `2/1.5` or `2 bd / 1 ba`; None for what is not there."""
    found = _ROOMS.fullmatch(text)
    return (int(found[1]), Decimal(found[2])) if found else (None, None)


def number(text: str) -> Decimal | None:
    """A plain number such as baths or square feet, `1,050` too; None for anything else."""
    body = text.replace(",", "").strip()
    try:
        found = Decimal(body) if body.isascii() and len(body) < 12 else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and found >= 0 else None


def line_type(code: str) -> str:
    """What kind of line a code of a charge is: rent, utility or addon."""
    folded = fold(code)
    if _RENT.fullmatch(folded):
        return "rent"
    return "utility" if _UTILITY.search(folded) else "addon"


def house_and_address(text: str) -> tuple[str, str]:
    """`Maple Court - 12 Elm St Springfield, IL 62701` as name and address; one without a dash is a name."""
    name, _, address = text.partition(" - ")
    return " ".join(name.split()), " ".join(address.split())


def number_of(property_name: str, unit: str, month: str) -> str:
    """A number for a tenancy that has none of its own: the same for the same property, unit and month of begin."""
    slug = "-".join("".join(c if c.isalnum() else " " for c in property_name.upper()).split())[:24].strip("-")
    return f"{slug}-{''.join(unit.upper().split())}-{month}"[:48]
