"""Amounts that may be below zero, as accountants write them: -50.00, (50.00), 50.00-, 50.00 CR, with $ or without."""

from __future__ import annotations

import re

from domain.portfolio.cells import Cells
from domain.portfolio.readings import read_amount
from domain.words import N_, Refused, Sentence

_SIGNED = re.compile(
    r"(?P<minus>[-\u2212(]?)\s*[$€£]?\s*(?P<again>[-\u2212]?)(?P<body>[^()\s][^()]*?)\s*(?P<end>-|\)|CR|cr)?"
)
_NONE = frozenset({"", "-", "--", "\u2013", "\u2014", "n/a", "N/A", "$ -", "$-"})


def bare(text: str) -> str:
    """The digits and marks of an amount, without sign and currency; "" for none."""
    found = _SIGNED.fullmatch(text.strip())
    return found["body"].lstrip("$€£ ") if found and text.strip() not in _NONE else ""


def read_signed(text: str, currency: str, style: str) -> int:
    """Minor units, below zero where the text says so. Raises Refused for what is no amount."""
    text = text.strip()
    if text in _NONE:
        return 0
    found = _SIGNED.fullmatch(text)
    if not found or (found["minus"] == "(") != (found["end"] == ")"):
        raise Refused(Sentence(N_("%(text)s is not an amount."), {"text": text[:24]}))
    minor = read_amount(bare(text), currency, style)
    return -minor if found["minus"] or found["again"] or found["end"] else minor


def signed(cells: Cells, name: str) -> int:
    """The amount in a cell, zero where it is empty; one that cannot be read refuses the line."""
    return signed_text(cells, name, cells.raw(name))


def signed_text(cells: Cells, name: str, text: str) -> int:
    """The same of a text that stood under that heading."""
    try:
        return read_signed(text, cells.currency, cells.style)
    except Refused as refused:
        cells.refuse(name, refused.sentence)
        return 0
