"""The gateway of an installation, from its settings by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateways.ach_file.gateway import AchFileGateway
from gateways.ach_file.originator import Originator
from gateways.files import Proof

PROOFS: Mapping[str, Proof] = {"none": "none", "prenote": "prenote", "micro": "micro"}
_WANTED = ("ODFI", "ORIGIN", "COMPANY_ID", "COMPANY_NAME")


def configured(values: Mapping[str, str]) -> AchFileGateway | None:
    """The gateway that DUEBOOK_ACH_* describe, or None where none of them is set.

    It moves real money unless DUEBOOK_ACH_TEST is 1. Raises ValueError with what is wrong in words.
    """
    ours = {
        name.removeprefix("DUEBOOK_ACH_"): text for name, text in values.items() if "DUEBOOK_ACH_" in name
    }
    if not any(ours.get(name) for name in _WANTED):
        return None
    missing = [f"DUEBOOK_ACH_{name}" for name in _WANTED if not ours.get(name)]
    if missing:
        raise ValueError(f"Set {', '.join(missing)} as well, or none of DUEBOOK_ACH_*.")
    try:
        cut_off = time.fromisoformat(ours.get("CUT_OFF") or "16:00")
        zone = ZoneInfo(ours.get("ZONE") or "America/New_York")
        settle_days = int(ours.get("SETTLE_DAYS") or 2)
    except (ValueError, ZoneInfoNotFoundError):
        raise ValueError(
            "DUEBOOK_ACH_CUT_OFF is a time like 16:00, DUEBOOK_ACH_ZONE a zone like America/New_York,"
            " DUEBOOK_ACH_SETTLE_DAYS a whole number."
        ) from None
    originator = Originator(
        destination=ours.get("DESTINATION") or ours["ODFI"],
        destination_name=ours.get("DESTINATION_NAME", ""),
        origin=ours["ORIGIN"],
        origin_name=ours.get("ORIGIN_NAME") or ours["COMPANY_NAME"],
        company_id=ours["COMPANY_ID"],
        company_name=ours["COMPANY_NAME"],
        odfi=ours["ODFI"],
        cut_off=cut_off,
        zone=zone,
        settle_days=settle_days,
    )
    verifies = ours.get("VERIFY") or "prenote"
    if verifies not in PROOFS:
        raise ValueError("DUEBOOK_ACH_VERIFY is none, prenote or micro.")
    if problems := originator.problems():
        raise ValueError(" ".join(problems))
    return AchFileGateway(originator, live=ours.get("TEST") != "1", verifies=PROOFS[verifies])
