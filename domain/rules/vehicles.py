"""A financed vehicle: what may be written down of it, who has its title, and where it is.

Decides which step of a repossession may follow which. What the VIN says for certain fills in what was left empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.rules.vin import LENGTH, plain_vin
from domain.rules.vin_decoding import decode
from domain.words import N_, Refused, Sentence

TITLES: Mapping[str, str] = {
    "unknown": N_("Title not looked at yet"),
    "applied_for": N_("Title applied for"),
    "lien_recorded": N_("Our lien is on the title"),
    "held": N_("We hold the title"),
    "released": N_("Title released"),
}
CUSTODIES: Mapping[str, str] = {
    "customer": N_("With the customer"),
    "assigned": N_("Assigned for repossession"),
    "repossessed": N_("Repossessed"),
    "redeemed": N_("Redeemed by the customer"),
    "sold": N_("Sold after repossession"),
}
MOST_TEXT = 300
FIRST_YEAR, LAST_YEAR = 1885, 2100
_LONGEST = {"make": 40, "model": 60, "color": 30, "plate": 16, "plate_state": 16}
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "customer": ("assigned",),
    "assigned": ("repossessed", "customer"),
    "repossessed": ("redeemed", "sold"),
    "redeemed": ("assigned",),
    "sold": (),
}
"""Where a vehicle is -> where it may be next. An assignment may be called off; what was sold stays sold."""


def check_custody(was: str, wanted: str) -> None:
    """Raise Refused unless one may follow the other."""
    if wanted not in FOLLOWS.get(was, ()):
        words = N_("This cannot follow. The vehicle stands as: %(now)s.")
        raise Refused(Sentence(words, {"now": Sentence(CUSTODIES[was])}), "custody")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a vehicle, as typed. A VIN whose check digit does not fit is told, never refused."""

    vin: str = ""
    year: int | None = None
    make: str = ""
    model: str = ""
    color: str = ""
    plate: str = ""
    plate_state: str = ""
    miles: int | None = None


def checked(facts: Facts) -> dict[str, Any]:
    """The columns of a vehicle. Raises Refused beside the field: too long, an impossible year, nothing said at all."""
    texts = {name: " ".join(getattr(facts, name).split()) for name in _LONGEST}
    for name, most in _LONGEST.items():
        if len(texts[name]) > most:
            raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": most}), name)
    vin = plain_vin(facts.vin)
    if len(vin) > LENGTH:
        raise Refused(Sentence(N_("A VIN has at most %(length)s characters."), {"length": LENGTH}), "vin")
    if facts.year is not None and not FIRST_YEAR <= facts.year <= LAST_YEAR:
        raise Refused(Sentence(N_("Write the year with four digits.")), "year")
    if facts.miles is not None and not 0 <= facts.miles < 10_000_000:
        raise Refused(
            Sentence(N_("This figure must be zero or above, and small enough to be meant.")), "miles"
        )
    if not (vin or texts["plate"] or texts["make"] or texts["model"]):
        raise Refused(Sentence(N_("Write the VIN, the plate or the make.")), "vin")
    said = decode(vin)
    plate = texts["plate"].upper()
    return {
        **texts,
        "vin": vin,
        "year": facts.year or said.year,
        "make": texts["make"] or said.make,
        "plate": plate,
        "plate_folded": "".join(char for char in plate if char.isalnum())[:16],
        "plate_state": texts["plate_state"].upper(),
        "miles": facts.miles,
    }
