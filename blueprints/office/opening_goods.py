"""What is bought or leased under a new agreement: a row of the form, and what the rows mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form

from blueprints.office.typed import text_field
from blueprints.shared.fields import MoneyField
from blueprints.shared.formats import major
from domain.rules.vehicles import Facts
from domain.rules.vin import doubt_of, plain_vin
from domain.words import Sentence


class GoodsRow(Form):
    item = text_field(_("Item"), 120)
    serial = text_field(_("Serial number"), 60)
    vin = text_field(_("VIN"), 24)
    plate = text_field(_("Plate"), 16)
    price = MoneyField(_("Price"))


def details(rows: Sequence[Any], currency: str) -> dict[str, str]:
    """What was bought or leased, ready to be shown beside the terms."""
    found: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        price = major(row.price.data, currency) if row.price.data is not None else ""
        values = {"Item": row.item.data, "Serial number": row.serial.data, "VIN": plain_vin(row.vin.data or ""),
                  "Price": str(price)}  # fmt: skip
        tail = f" {number}" if number > 1 else ""
        found |= {f"{name}{tail}": value for name, value in values.items() if value}
    return found


def vehicles(rows: Sequence[Any]) -> list[Facts]:
    """The goods that have a VIN or a plate, to be written down as vehicles."""
    cars = [row for row in rows if row.vin.data or row.plate.data]
    return [Facts(vin=row.vin.data or "", plate=row.plate.data or "") for row in cars]


def doubts(rows: Sequence[Any]) -> list[Sentence]:
    """What is odd about their numbers."""
    found = [doubt_of(row.vin.data or "") for row in rows]
    return [doubt for doubt in found if doubt]
