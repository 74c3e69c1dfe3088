"""What a vehicle identification number says for certain: where the car was made, by whom, for which model year.

Sources: ISO 3780 (the first character is the region, the second narrows it to a country), the makers' codes that SAE
gives out under 49 CFR 565.15(b), and 49 CFR 565.15(d)(1) for the year. Only what is beyond doubt is told: a code that
several makes share, or a year outside North America, is left open.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.rules.vin import LENGTH, doubt_of, plain_vin
from domain.words import N_, Sentence

_COUNTRIES: tuple[tuple[str, str, str, str], ...] = (
    ("145", "", "", N_("the United States")),
    ("2", "", "", N_("Canada")),
    ("3", "A", "W", N_("Mexico")),
    ("J", "A", "Z", N_("Japan")),
    ("K", "L", "R", N_("South Korea")),
    ("L", "", "", N_("China")),
    ("S", "A", "M", N_("the United Kingdom")),
    ("V", "F", "R", N_("France")),
    ("W", "", "", N_("Germany")),
    ("Y", "S", "W", N_("Sweden")),
    ("Z", "A", "R", N_("Italy")),
)
"""First characters, the second from and through ("": any), the country."""

_MAKES: dict[str, tuple[str, ...]] = {
    "Acura": ("19U", "JH4"),
    "Audi": ("WAU", "WA1"),
    "BMW": ("WBA", "WBS", "5UX"),
    "Cadillac": ("1G6",),
    "Chevrolet": ("1G1", "2G1", "3G1", "1GC", "2GC", "3GC", "1GN"),
    "Ford": ("1FA", "1FM", "1FT", "1FD", "2FM", "3FA"),
    "GMC": ("1GT", "2GT", "3GT", "1GK"),
    "Honda": ("1HG", "2HG", "3HG", "JHM", "2HK", "5FN", "5J6", "19X"),
    "Hyundai": ("KMH", "KM8", "5NP", "5NM"),
    "Jaguar": ("SAJ",),
    "Kia": ("KNA", "KND"),
    "Land Rover": ("SAL",),
    "Lexus": ("JTH", "2T2"),
    "Mazda": ("JM1", "JM3"),
    "Mini": ("WMW",),
    "Nissan": ("1N4", "1N6", "JN1", "JN8", "3N1", "5N1"),
    "Porsche": ("WP0", "WP1"),
    "Subaru": ("JF1", "JF2", "4S3", "4S4"),
    "Tesla": ("5YJ", "7SA"),
    "Toyota": ("4T1", "JTD", "JTE", "2T1", "2T3", "5TD", "5TF", "3TM"),
    "Volkswagen": ("WVW", "WVG", "3VW", "1VW"),
    "Volvo": ("YV1", "YV4"),
}
_MAKE_OF = {code: make for make, codes in _MAKES.items() for code in codes}
_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
"""The tenth character, from 1980 (A) on and again from 2010."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What is certain: `year` and `make` None or "" where it is not, `country` None."""

    year: int | None = None
    make: str = ""
    country: Sentence | None = None


def decode(text: str) -> Decoded:
    """What the number says. A number that is too short, or whose check digit does not fit, says where it was made at
    most: its other characters may be wrong as well.
    """
    vin = plain_vin(text)
    if len(vin) != LENGTH:
        return Decoded()
    country = next((Sentence(name) for firsts, low, high, name in _COUNTRIES
                    if vin[0] in firsts and (not low or low <= vin[1] <= high)), None)  # fmt: skip
    if doubt_of(vin) is not None:
        return Decoded(country=country)
    return Decoded(_year(vin), _MAKE_OF.get(vin[:3], ""), country)


def _year(vin: str) -> int | None:
    """The model year. In North America the seventh character of cars and light trucks is a digit through 2009 and a
    letter since; what is heavier than 10,000 lb has the year of its cycle that comes first.
    """
    if vin[0] not in "12345" or vin[9] not in _YEARS:
        return None
    return 1980 + _YEARS.index(vin[9]) + (30 if vin[6].isalpha() else 0)
