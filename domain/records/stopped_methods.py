"""A debit that came back says that its account cannot be debited: take it out of use until that is put right.

Verb: `stop`. Inside the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update

from domain.records.autopay_rows import method_gone
from domain.records.mandates import end_mandate
from domain.records.ready_made import ReadyMade
from domain.records.words_out import audit
from domain.records.writers import Writer
from models import Mandate, PaymentMethod

_METHOD = PaymentMethod.__table__
_STOP = ReadyMade(update(_METHOD).where(_METHOD.c.id == bindparam("of"), _METHOD.c.stopped_code == ""))
_MANDATES = ReadyMade(
    select(Mandate.id).where(Mandate.method_id == bindparam("of"), Mandate.ended_at.is_(None))
)


def stop(writer: Writer, method_id: int, code: str, *, revoked: bool, by: str, now: datetime) -> bool:
    """Use the method no more; whether it was in use. `revoked`: its owner says that there is no permission (any more),
    so what was given for it ends as well.
    """
    stopped = _STOP.change(writer, {"of": method_id, "stopped_code": code[:16], "stopped_at": now}) == 1
    if revoked:
        for row in _MANDATES.all(writer, {"of": method_id}):
            end_mandate(writer, row.id, by=by, now=now)
    if stopped:
        method_gone(writer, method_id, "method_stopped", by=by, now=now)
        audit(
            writer, by=by, action="method.stopped", subject="payment_method", subject_id=method_id, at=now,
            detail={"code": code},
        )  # fmt: skip
    return stopped
