"""Note that somebody took the audit trail away as a file. Verb: `note_export`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.access import Scope
from domain.records.words_out import audit
from domain.transaction import transaction


def note_export(
    filters: Mapping[str, str], rows: int, *, who: Scope, now: datetime, address: str, device: str
) -> None:
    """Write down who exported how many lines, and how they were narrowed. Raises NotAllowed."""
    who.require("audit")
    with transaction() as session:
        audit(
            session, by=who.by, action="audit.exported", subject="audit", subject_id=None, at=now,
            detail={"filters": [f"{name}={value}" for name, value in sorted(filters.items()) if value], "rows": rows},
            address=address, device=device,
        )  # fmt: skip
