"""Which documents we made a file for. Read alike where a file is checked and where one is handed in."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from models import Document


def made_with(sha256: str) -> ColumnElement[bool]:
    """Whether this is the SHA-256 (hex) of a document's file as we made it: a paper that was handed in is not ours."""
    named = or_(Document.sha256 == sha256, Document.signed_sha256 == sha256)
    return and_(Document.type != "paper", named)
