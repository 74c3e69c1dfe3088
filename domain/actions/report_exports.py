"""Note that somebody took a report away as a file. Verb: `note`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.access import Scope
from domain.records.words_out import audit
from domain.transaction import transaction


def note(
    report: str,
    form: str,
    filters: Mapping[str, str],
    rows: int,
    *,
    who: Scope,
    now: datetime,
    address: str,
    device: str,
) -> None:
    """Write down who took how many rows of which report, in which form and how narrowed. Raises NotAllowed."""
    who.require("reports")
    with transaction() as session:
        audit(
            session, by=who.by, action="report.exported", subject="report", subject_id=None, at=now,
            detail={"report": report, "form": form, "rows": rows,
                    "filters": [f"{name}={value}" for name, value in sorted(filters.items()) if value]},
            address=address, device=device,
        )  # fmt: skip
