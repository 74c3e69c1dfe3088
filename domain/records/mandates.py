"""Keep the permissions that people gave, as they gave them. Verbs: `keep_mandate`, `end_mandate`, `content_hash`.

What was accepted is never changed: the database refuses it, and the hash over all of it shows an edit made behind its
back (`domain.reports.mandate_check`). Only the end of a permission is written to its row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from domain.records.autopay_rows import permission_gone
from domain.records.names import new_ref
from domain.records.ready_made import ReadyMade
from domain.records.words_out import enqueue_mail
from domain.records.writers import Writer
from domain.rules.authorisations import text_hash
from domain.words import canonical_json
from models import Mandate, Person

_MANDATE = Mandate.__table__
_INSERT = ReadyMade(insert(_MANDATE).returning(_MANDATE.c.id))
_END = ReadyMade(update(_MANDATE).where(_MANDATE.c.id == bindparam("of"), _MANDATE.c.ended_at.is_(None)))

HASHED = (
    "ref", "method_id", "person_id", "agreement_id", "scheme", "class_code", "recurring", "channel", "language",
    "version", "text", "text_hash", "accepted_at", "accepted_on", "accepted_by", "strength", "address", "device",
)  # fmt: skip
"""What the content hash is made of: everything but the end."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A permission as somebody accepted it: the text as it was shown, and how safely they were signed in.

    `strength` is that of the sign-in ("password", "totp", ...), "staff" for one read out on the telephone; `address`
    and `device` from where. `ref` is given where the text itself names it (a SEPA mandate reference); else one is made.
    """

    scheme: str
    text: str
    version: str
    class_code: str = ""
    recurring: bool = False
    channel: str = "portal"
    language: str = "en"
    strength: str = ""
    address: str = ""
    device: str = ""
    ref: str = ""


def keep_mandate(
    writer: Writer,
    accepted: Accepted,
    *,
    method_id: int | None,
    person_id: int | None,
    agreement_id: int | None,
    by: str,
    today: date,
    now: datetime,
) -> int:
    """Write the permission down; returns its id, for `Payment.mandate_id`. One given by telephone is also mailed."""
    row: dict[str, Any] = {
        "ref": accepted.ref or new_ref(),
        "method_id": method_id,
        "person_id": person_id,
        "agreement_id": agreement_id,
        "scheme": accepted.scheme,
        "class_code": accepted.class_code,
        "recurring": accepted.recurring,
        "channel": accepted.channel,
        "language": accepted.language[:8],
        "version": accepted.version,
        "text": accepted.text,
        "text_hash": text_hash(accepted.text),
        "accepted_at": now,
        "accepted_on": today,
        "accepted_by": by,
        "strength": accepted.strength[:12],
        "address": accepted.address[:64],
        "device": accepted.device[:200],
        "ended_by": "",
    }
    made = int(_INSERT.first(writer, row | {"content_hash": content_hash(row)}).id)
    if accepted.channel == "phone" and person_id:
        _confirm_in_writing(writer, row, person_id, now)
    return made


def _confirm_in_writing(writer: Writer, row: Mapping[str, Any], person_id: int, now: datetime) -> None:
    """Mail what was said on the telephone, in the same commit (Nacha rules for TEL: a written notice of the order)."""
    email = writer.execute(select(Person.email).where(Person.id == person_id)).scalar()
    enqueue_mail(
        writer, to=email or "", template="permission", dedupe_key=f"permission:{row['ref']}:said", now=now,
        language=row["language"], data={"permission_ref": row["ref"]},
    )  # fmt: skip


def end_mandate(
    writer: Writer, mandate_id: int, *, by: str, now: datetime, code: str = "permission_ended"
) -> bool:
    """End a permission, and autopay that rests on it; False when it had ended before. `code` says why."""
    if _END.change(writer, {"of": mandate_id, "ended_at": now, "ended_by": by}) != 1:
        return False
    permission_gone(writer, mandate_id, code, by=by, now=now)
    return True


def content_hash(row: Any) -> str:
    """SHA-256 over everything that was accepted, in hex. `row`: a mapping of the columns in `HASHED`."""
    return hashlib.sha256(canonical_json([_plain(row[name]) for name in HASHED]).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
