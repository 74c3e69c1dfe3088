"""A picture of an address that a telephone's camera reads."""

from __future__ import annotations

import segno


def picture(address: str) -> str:
    """The QR code as a data: address of an SVG, black on white in both themes because cameras want it so."""
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff"))
