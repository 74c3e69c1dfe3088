"""Seal again what was sealed with an older key. Verbs: `reseal`, `keys_in_use`.

Safe to repeat, to crash in and to run beside everything else: a row is changed only while it holds what was read, and
whatever is left is found by the next run. Never here: where the keys are kept (the settings), what is sealed with them
(`domain.sealing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from domain import sealing
from domain.points import reach
from domain.records.words_out import audit
from domain.transaction import rows_changed, transaction
from models import Outbox, PaymentMethod, PushDevice, User

CHUNK = 50


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column that holds sealed texts: `place` makes the place of a row's text from the row's `name`."""

    id: Any
    sealed: Any
    name: Any
    place: Callable[[str], str]


SEALED = (
    SealedColumn(User.id, User.totp_sealed, User.ref, "user_account.totp:{}".format),
    SealedColumn(
        PaymentMethod.id, PaymentMethod.token_sealed, PaymentMethod.ref, "payment_method.token:{}".format
    ),
    SealedColumn(
        PaymentMethod.id,
        PaymentMethod.verify_amounts_sealed,
        PaymentMethod.ref,
        "payment_method.verify_amounts:{}".format,
    ),
    SealedColumn(Outbox.id, Outbox.sealed, Outbox.dedupe_key, "outbox.sealed:{}".format),
    SealedColumn(
        PushDevice.id, PushDevice.subscription_sealed, PushDevice.ref, "push_device.subscription:{}".format
    ),
)
"""Every sealed column there is; a test looks for others in the schema."""


def reseal(*, by: str, now: datetime) -> int:
    """Seal everything with the current key; returns how many rows changed. Raises CannotOpen for a lost key."""
    changed = sum(_reseal(column) for column in SEALED)
    with transaction() as session:
        audit(session, by=by, action="keys.resealed", subject="keys", subject_id=None, at=now,
              detail={"rows": changed, "key": sealing.current_key()})  # fmt: skip
    return changed


def _reseal(column: SealedColumn) -> int:
    changed = 0
    after = 0
    while True:
        with transaction() as session:
            rows = session.execute(
                select(column.id, column.sealed, column.name)
                .where(
                    column.id > after,
                    column.sealed.is_not(None),
                    column.sealed.not_like(f"{sealing.current_key()}.%"),
                )
                .order_by(column.id)
                .limit(CHUNK)
            ).all()
            for row_id, sealed, name in rows:
                place = column.place(name)
                again = sealing.seal(sealing.unseal(sealed, place), place)
                changed += rows_changed(
                    session,
                    update(column.id.class_)
                    .where(column.id == row_id, column.sealed == sealed)
                    .values({column.sealed: again})
                    .execution_options(synchronize_session=False),
                )
                after = row_id
                reach("keys.row_sealed")
        if not rows:
            return changed
        reach("keys.chunk_kept")


def keys_in_use() -> Counter[str]:
    """How many rows are sealed with each key, by the name of the key."""
    found: Counter[str] = Counter()
    with transaction() as session:
        for column in SEALED:
            texts = session.scalars(select(column.sealed).where(column.sealed.is_not(None)))
            found.update(text.partition(".")[0] for text in texts)
    return found
