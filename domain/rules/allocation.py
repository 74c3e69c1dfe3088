"""The order in which money pays open charges, by the business's allocation profile.

rent-first (default): the rent itself, then everything else, fees last. oldest-first: by due day; on one day rent before
the rest. fees-first: late and other fees, then everything but rent, then rent. custom: an order of charge types; types
not named come last. Within a step the oldest charge is paid first. A payer's own charges come before those that are
nobody's alone; another payer's are never paid. Some states require rent first.
Pure integers in minor units; nothing is posted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.rules.planned import CHARGE_TYPES
from domain.words import N_, Refused, Sentence, Step, Trace

RULE = "allocation"
PROFILES = ("rent-first", "oldest-first", "fees-first", "custom")
RENT_TYPES = frozenset({"rent", "lease"})
FEE_TYPES = frozenset({"late_fee", "returned_payment_fee", "fee"})


class OpenLine(NamedTuple):
    """A charge that is not wholly paid: `open_minor` is what is left of it, `payer` whose share it is, or ""."""

    id: int
    type: str
    due_on: date
    open_minor: int
    payer: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """An order of payment: one of PROFILES; `order` holds the types of a custom one, first paid first."""

    name: str = "rent-first"
    order: tuple[str, ...] = ()


RENT_FIRST = Profile()


def check_profile(profile: Profile) -> None:
    """Raise Refused for an order of payment that cannot be."""
    if profile.name not in PROFILES:
        raise Refused(Sentence(N_("This is not one of the choices.")), "allocation")
    if (profile.name == "custom") != bool(profile.order):
        raise Refused(Sentence(N_("Give the order of the charge types for an order of your own.")), "order")
    if len(set(profile.order)) != len(profile.order) or not set(profile.order) <= set(CHARGE_TYPES):
        raise Refused(Sentence(N_("Name each type of charge once.")), "order")


def allocate(
    open_lines: Sequence[OpenLine], amount_minor: int, profile: Profile = RENT_FIRST, payer: str = ""
) -> tuple[tuple[tuple[int, int], ...], int, Trace]:
    """What a payment pays: (charge id, paid) in the order of payment, what is left of the money, and the reason.

    The paid amounts and what is left sum to `amount_minor` exactly. Raises ValueError for an amount below zero.
    """
    if amount_minor < 0:
        raise ValueError("money that pays charges is not below zero")
    places = _places(profile)
    late = len(places) if profile.name == "custom" else places[""]
    oldest = profile.name == "oldest-first"
    mine = [line for line in open_lines if line.open_minor > 0 and line.payer in ("", payer)]

    def place(line: OpenLine) -> tuple[bool, object, object, int]:
        step = places.get(line.type, late)
        first, second = (line.due_on, step) if oldest else (step, line.due_on)
        return line.payer != payer, first, second, line.id

    mine.sort(key=place)
    left = amount_minor
    paid: list[tuple[int, int]] = []
    steps: list[Step] = []
    for line in mine:
        if not left:
            break
        part = min(line.open_minor, left)
        left -= part
        paid.append((line.id, part))
        steps.append(Step(_words(line, part), part))
    if left:
        steps.append(Step(Sentence(N_("Above what is owed: kept as credit.")), left))
    return tuple(paid), left, Trace(RULE, 1, tuple(steps))


def owed_apart(open_lines: Iterable[OpenLine]) -> tuple[int, int]:
    """Rent owed and everything else owed; the two are always shown apart."""
    rent = other = 0
    for line in open_lines:
        if line.type in RENT_TYPES:
            rent += line.open_minor
        else:
            other += line.open_minor
    return rent, other


def _places(profile: Profile) -> dict[str, int]:
    """Type of charge -> its step in the order; "" is the step of every other type."""
    if profile.name == "custom":
        return {name: place for place, name in enumerate(profile.order)}
    return _PLACES[profile.name]


_PLACES = {
    "rent-first": {"": 1} | dict.fromkeys(RENT_TYPES, 0) | dict.fromkeys(FEE_TYPES, 2),
    "oldest-first": {"": 1} | dict.fromkeys(RENT_TYPES, 0) | dict.fromkeys(FEE_TYPES, 2),
    "fees-first": {"": 1} | dict.fromkeys(FEE_TYPES, 0) | dict.fromkeys(RENT_TYPES, 2),
}
_WORDS = {
    "rent": N_("Rent of %(due)s."),
    "addon": N_("Add-on of %(due)s."),
    "utility": N_("Utilities of %(due)s."),
    "one_off": N_("Charge of %(due)s."),
    "deposit": N_("Deposit of %(due)s."),
    "lease": N_("Lease payment of %(due)s."),
    "purchase": N_("Purchase of %(due)s."),
    "finance_charge": N_("Finance charge of %(due)s."),
    "late_fee": N_("Late fee of %(due)s."),
    "returned_payment_fee": N_("Fee for a returned payment, of %(due)s."),
}


def _words(line: OpenLine, paid_minor: int) -> Sentence:
    words = Sentence(_WORDS.get(line.type, N_("Fee of %(due)s.")), {"due": line.due_on})
    if paid_minor == line.open_minor:
        return words
    return Sentence(N_("%(charge)s Paid in part."), {"charge": words})
