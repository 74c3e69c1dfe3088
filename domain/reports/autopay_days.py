"""On which days a debit of autopay is sent, told of and taken, by its gateway. Verbs: `calendar_of`, `send_day`.

Money by a gateway on line moves on the day it is sent. A file has to leave earlier, so that it takes effect on the day
that was told; schemes that ask for a notice of their own say until when.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from gateways import registry
from gateways.files import FileGateway

CALENDARS = {"sepa_file": "XECB", "bacs_file": "GB"}
EARLIEST = timedelta(days=21)
_DAY = timedelta(days=1)


def calendar_of(gateway: str) -> str:
    """The calendar of bank holidays of a gateway's debits."""
    return CALENDARS.get(gateway, "XFED")


def send_day(gateway: str, debit_on: date, *, first: bool = False) -> date:
    """The last day on which a debit can be begun that is to be taken on `debit_on`; `first` under its mandate."""
    way = _files(gateway)
    if way is None:
        return debit_on
    day = debit_on
    while day > debit_on - EARLIEST:
        leaves = way.leaves_on(day)
        if leaves <= day and way.effective_on(leaves, first) <= debit_on:
            return day
        day -= _DAY
    return day


def notice_until(gateway: str, debit_on: date) -> date | None:
    """The last day to tell of a debit by the rules of its scheme (Bacs, SEPA); None where there is no such rule."""
    ask = getattr(_files(gateway), "notice_until", None)
    return ask(debit_on) if ask is not None else None


def gateways_with_notice() -> list[str]:
    """The gateways of this installation whose scheme asks for a notice of its own."""
    return [one.name for one in registry.all_gateways() if hasattr(one, "notice_until")]


def _files(gateway: str) -> FileGateway | None:
    if "file" not in registry.abilities_of(gateway):
        return None
    return cast(FileGateway, registry.gateway(gateway))
