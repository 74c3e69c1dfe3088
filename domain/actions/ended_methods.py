"""A gateway says that a saved method can be used no more: it is taken out of use here as well.

Inside the caller's transaction; only `domain.actions.notices` calls it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.records.autopay_rows import method_gone
from domain.records.words_out import audit
from domain.transaction import rows_changed
from models import PaymentMethod


def end_method(session: Session, gateway: str, token: str, now: datetime) -> bool:
    """Take the method with this token out of use; whether there was one. Tokens are sealed, so each is opened."""
    rows = session.execute(
        select(PaymentMethod.id, PaymentMethod.ref, PaymentMethod.label, PaymentMethod.token_sealed).where(
            PaymentMethod.gateway == gateway, PaymentMethod.removed_at.is_(None)
        )
    ).all()
    for row in rows:
        if sealing.unseal(row.token_sealed, f"payment_method.token:{row.ref}") != token:
            continue
        mine = update(PaymentMethod).where(PaymentMethod.id == row.id, PaymentMethod.removed_at.is_(None))
        if rows_changed(session, mine.values(removed_at=now, rank="other")):
            method_gone(session, row.id, "method_removed", by=f"gateway:{gateway}", now=now)
            audit(
                session, by=f"gateway:{gateway}", action="method.ended", subject="payment_method", subject_id=row.id,
                at=now, detail={"label": row.label},
            )  # fmt: skip
            return True
    return False
