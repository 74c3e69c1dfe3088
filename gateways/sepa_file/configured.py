"""The gateway of an installation, from its settings by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateways.sepa_file.creditor import Creditor
from gateways.sepa_file.gateway import SepaFileGateway

_WANTED = ("CREDITOR_NAME", "IBAN", "CREDITOR_ID")


def configured(values: Mapping[str, str]) -> SepaFileGateway | None:
    """The gateway that DUEBOOK_SEPA_* describe, or None where none of them is set.

    It moves real money unless DUEBOOK_SEPA_TEST is 1. Raises ValueError with what is wrong in words.
    """
    ours = {
        name.removeprefix("DUEBOOK_SEPA_"): text.strip()
        for name, text in values.items()
        if name.startswith("DUEBOOK_SEPA_")
    }
    if not any(ours.get(name) for name in _WANTED):
        return None
    missing = [f"DUEBOOK_SEPA_{name}" for name in _WANTED if not ours.get(name)]
    if missing:
        raise ValueError(f"Set {', '.join(missing)} as well, or none of DUEBOOK_SEPA_*.")
    try:
        creditor = Creditor(
            ours["CREDITOR_NAME"],
            ours["IBAN"],
            ours["CREDITOR_ID"],
            bic=ours.get("BIC", ""),
            cut_off=time.fromisoformat(ours.get("CUT_OFF") or "14:00"),
            zone=ZoneInfo(ours.get("ZONE") or "Europe/Berlin"),
            lead_days=int(ours.get("LEAD_DAYS") or 1),
            notice_days=int(ours.get("NOTICE_DAYS") or 14),
            settle_days=int(ours.get("SETTLE_DAYS") or 2),
        )
    except (ValueError, ZoneInfoNotFoundError):
        raise ValueError(
            "DUEBOOK_SEPA_CUT_OFF is a time like 14:00, DUEBOOK_SEPA_ZONE a zone like Europe/Berlin, and"
            " DUEBOOK_SEPA_LEAD_DAYS, _NOTICE_DAYS and _SETTLE_DAYS are whole numbers."
        ) from None
    if problems := creditor.problems():
        raise ValueError(" ".join(problems))
    return SepaFileGateway(creditor, live=ours.get("TEST") != "1")
