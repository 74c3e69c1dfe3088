"""The gateway of an installation, from its settings by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from pathlib import Path

from domain.rules.uk_accounts import WeightTable, read_table
from domain.words import Refused
from gateways.bacs_file.gateway import BacsFileGateway
from gateways.bacs_file.service_user import ServiceUser

_WANTED = ("USER_NUMBER", "NAME", "SORT_CODE", "ACCOUNT")


def configured(values: Mapping[str, str]) -> BacsFileGateway | None:
    """The gateway that DUEBOOK_BACS_* describe, or None where none of them is set.

    It moves real money unless DUEBOOK_BACS_TEST is 1. Raises ValueError with what is wrong in words.
    """
    ours = {
        name.removeprefix("DUEBOOK_BACS_"): text.strip()
        for name, text in values.items()
        if name.startswith("DUEBOOK_BACS_")
    }
    if not any(ours.get(name) for name in _WANTED):
        return None
    missing = [f"DUEBOOK_BACS_{name}" for name in _WANTED if not ours.get(name)]
    if missing:
        raise ValueError(f"Set {', '.join(missing)} as well, or none of DUEBOOK_BACS_*.")
    table = weight_table(values)
    try:
        user = ServiceUser(
            ours["USER_NUMBER"],
            ours["NAME"],
            ours["SORT_CODE"],
            ours["ACCOUNT"],
            cut_off=time.fromisoformat(ours.get("CUT_OFF") or "15:00"),
            first_lead_days=int(ours.get("FIRST_LEAD_DAYS") or 5),
            notice_days=int(ours.get("NOTICE_DAYS") or 10),
            settle_days=int(ours.get("SETTLE_DAYS") or 3),
            table=table,
        )
    except ValueError:
        raise ValueError(
            "DUEBOOK_BACS_CUT_OFF is a time like 15:00, and DUEBOOK_BACS_FIRST_LEAD_DAYS, _NOTICE_DAYS and"
            " _SETTLE_DAYS are whole numbers."
        ) from None
    if problems := user.problems():
        raise ValueError(" ".join(problems))
    return BacsFileGateway(user, live=ours.get("TEST") != "1")


def weight_table(values: Mapping[str, str]) -> WeightTable | None:
    """The operator's weights from the files that DUEBOOK_VOCALINK_TABLE and _SUBSTITUTES name; None without them.

    Raises ValueError for a file that is not there or not such a table.
    """
    names = [values.get(f"DUEBOOK_VOCALINK_{name}", "").strip() for name in ("TABLE", "SUBSTITUTES")]
    if not names[0]:
        return None
    try:
        weights, substitutes = (Path(name).read_text("ascii") if name else "" for name in names)
        return read_table(weights, substitutes)
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"DUEBOOK_VOCALINK_TABLE or _SUBSTITUTES cannot be read: {error}") from None
    except Refused as refused:
        raise ValueError(f"DUEBOOK_VOCALINK_TABLE or _SUBSTITUTES: {refused}") from None
