"""Prove the permissions that people gave: each is what was accepted, by its hash."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from domain.records.mandates import HASHED, content_hash
from domain.rules.authorisations import text_hash
from models import Mandate

_ROWS = select(Mandate.content_hash, *(getattr(Mandate, name) for name in HASHED)).order_by(Mandate.id)


def mandate_differences(session: Session | scoped_session[Session]) -> Iterator[str]:
    """What is wrong with the permissions, one sentence each."""
    for row in session.execute(_ROWS.execution_options(yield_per=1000)).mappings():
        if row["text_hash"] != text_hash(row["text"]) or row["content_hash"] != content_hash(row):
            yield f"permission {row['ref']}: it is not what was accepted"
