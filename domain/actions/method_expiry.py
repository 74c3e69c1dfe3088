"""Tell people whose card ends this month or the next, once for each card. Verb: `tell_expiring`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from domain.records.notices import tell
from domain.rules.calendar import add_months
from domain.rules.method_notices import last_day, warns
from domain.transaction import transaction
from models import BellNotice, PaymentMethod


def tell_expiring(*, today: date, now: datetime) -> int:
    """Tell the owner of each card that ends soon and who was not told yet; how many were.

    Safe to repeat: a card and its month are told once, also by two runs at the same instant.
    """
    following = add_months(today.replace(day=1), 1)
    months = [f"{today:%Y-%m}", f"{following:%Y-%m}"]
    with transaction() as session:
        rows = session.execute(
            select(
                PaymentMethod.ref, PaymentMethod.label, PaymentMethod.nickname, PaymentMethod.expires,
                PaymentMethod.person_id,
            )
            .where(PaymentMethod.kind == "card", PaymentMethod.expires.in_(months), PaymentMethod.kept)
            .where(PaymentMethod.removed_at.is_(None), PaymentMethod.person_id.is_not(None))
            .order_by(PaymentMethod.id)
        ).all()  # fmt: skip
        keys = {f"method:{row.ref}:expires:{row.expires}": row for row in rows if warns(row.expires, today)}
        ends = {f"{key}:{row.person_id}:bell": key for key, row in keys.items()}
        rung = session.scalars(select(BellNotice.dedupe_key).where(BellNotice.dedupe_key.in_(list(ends))))
        told = {ends[one] for one in rung}
        for key, row in keys.items():
            if key not in told:
                tell(
                    session, "method_expiring", row.person_id, dedupe_key=key, now=now, path="/methods",
                    data={"method_ref": row.ref, "method": row.nickname or row.label,
                          "last_day": str(last_day(row.expires))},
                )  # fmt: skip
        return len(keys.keys() - told)
