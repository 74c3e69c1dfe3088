"""Fetch a row through what the signed-in person may see. The only blueprint file that fetches rows.

Somebody else's row answers exactly as one that does not exist: 404. A right that is missing answers 403.
"""

from __future__ import annotations

from typing import Any, TypeVar

from flask import abort

from blueprints.shared.signed_in import scope
from models import db

Row = TypeVar("Row")


def get_or_404(model: type[Row], ref: str, *options: Any, by: str = "ref") -> Row:
    """The row of `model` whose `ref` (or other unique column `by`) is given and that the visitor may see, or 404."""
    if not ref or len(ref) > 80 or "\x00" in ref:
        abort(404)
    query = scope().select(model).where(getattr(model, by) == ref).options(*options)
    row = db.session.scalars(query).unique().first()
    if row is None:
        abort(404)
    return row


def require(right: str) -> None:
    """403 unless the visitor has the right."""
    if not scope().may(right):
        abort(403)


def forget() -> None:
    """End the read transaction, so that what an action has just written is seen by the next read of this request."""
    db.session.rollback()
    db.session.expire_all()
