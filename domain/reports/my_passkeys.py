"""The passkeys of a person, for their own page."""

from __future__ import annotations

from collections.abc import Sequence

from domain.access import Scope
from models import Passkey, db


def my_passkeys(scope: Scope) -> Sequence[Passkey]:
    """Those that still open something, oldest first."""
    return db.session.scalars(scope.select(Passkey).order_by(Passkey.id)).all()
