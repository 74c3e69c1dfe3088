"""The QR code that a banking app turns into a transfer: EPC069-12, for euros alone. Elsewhere no standard exists."""

from __future__ import annotations

from decimal import Decimal

from segno.helpers import make_epc_qr

_MOST_MINOR = 99_999_999_999


def transfer_qr(*, name: str, iban: str, bic: str, amount_minor: int, reference: str) -> str:
    """The picture as a data address (SVG), "" for an amount that such a code cannot carry (0.01 to 999,999,999.99).

    `amount_minor` is in euro cents, `reference` an ISO 11649 reference without spaces.
    """
    if not 1 <= amount_minor <= _MOST_MINOR:
        return ""
    code = make_epc_qr(
        name[:70],
        iban,
        Decimal(amount_minor).scaleb(-2),
        reference=reference,
        bic=bic or None,
        encoding="utf-8",
    )
    return str(code.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))
