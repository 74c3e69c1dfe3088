"""Read XML that a bank sent: nothing of it is followed, expanded or fetched, and what is odd is refused in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from domain.words import N_, Sentence, exponent
from gateways.files import FileRefused

YEARS = range(1990, 2100)
"""Years that a bank may speak of; days at the ends of the calendar are slips, and nobody can count from them."""
_AMOUNT = re.compile(r"\+?[0-9]{1,15}(\.[0-9]{1,5})?")


def parse(content: bytes) -> Element:
    """The root of the document. Raises FileRefused for one cut short, that is no XML, or that declares entities."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise FileRefused(
            Sentence(N_("The file declares entities or a document type, which no bank's does."))
        ) from error
    except ParseError as error:
        words = N_("The file is cut short or is not XML (line %(line)s).")
        raise FileRefused(Sentence(words, {"line": error.position[0]}), error.position[0]) from error
    except (ValueError, LookupError) as error:
        raise FileRefused(Sentence(N_("The file is in an encoding that cannot be read."))) from error
    return root


def name_of(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace_of(element: Element) -> str:
    return str(element.tag).partition("}")[0].removeprefix("{") if str(element.tag).startswith("{") else ""


def all_at(element: Element, path: str) -> Iterator[Element]:
    """The elements at `path` ("NtryDtls/TxDtls"), whatever their namespace."""
    return iter(element.findall(_anywhere(path)))


def one_at(element: Element, path: str) -> Element | None:
    return element.find(_anywhere(path))


def text_at(element: Element, *paths: str) -> str:
    """The text of the first element found at one of the paths, stripped; "" when there is none."""
    for path in paths:
        found = element.find(_anywhere(path))
        if found is not None and found.text and found.text.strip():
            return found.text.strip()
    return ""


def day_of(text: str) -> date | None:
    """The day of a date or of a moment ("2026-12-01", "2026-12-01T00:00:00+01:00"); None for "".

    Raises FileRefused for another form.
    """
    if not text:
        return None
    try:
        found = date.fromisoformat(text[:10])
        if found.year not in YEARS:
            raise ValueError(text)
        return found
    except ValueError as error:
        raise FileRefused(Sentence(N_("%(text)s is not a day."), {"text": text[:40]})) from error


def minor_of(text: str, currency: str) -> int:
    """An amount as banks write it ("50.00") in minor units. Raises FileRefused for what is not one."""
    if not _AMOUNT.fullmatch(text):
        raise FileRefused(Sentence(N_("%(text)s is not an amount."), {"text": text[:40]}))
    minor = Decimal(text).scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise FileRefused(Sentence(N_("%(text)s is not an amount."), {"text": text[:40]}))
    return int(minor)


def _anywhere(path: str) -> str:
    return "/".join(f"{{*}}{part}" for part in path.split("/"))
