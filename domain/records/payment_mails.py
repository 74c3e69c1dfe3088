"""Tell a payer of a payment that did not move yet: planned, changed, cancelled. Inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from domain.records.notices import tell
from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer
from domain.rules.notice_events import MAIL_OF
from models import Payment

_PAYER = ReadyMade(
    select(Payment.ref, Payment.person_id, Payment.agreement_id).where(Payment.id == bindparam("of"))
)


def tell_payer(writer: Writer, payment_id: int, template: str, now: datetime, *, each: str = "") -> None:
    """Tell the payer by the mail `template` and what goes beside it, once per payment, template and `each`."""
    row = _PAYER.first(writer, {"of": payment_id})
    if row is not None and row.person_id is not None:
        tell(
            writer, MAIL_OF[template], row.person_id, agreement_id=row.agreement_id, template=template, now=now,
            data={"payment_ref": row.ref, "words_of": template}, path=f"/payments/{row.ref}",
            dedupe_key=f"payment:{row.ref}:{template}{each}",
        )  # fmt: skip
