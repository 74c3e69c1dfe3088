"""Which columns of a report somebody chose to see. Read-only."""

from __future__ import annotations

from domain.access import Scope
from models import ColumnChoice, db


def chosen_columns(scope: Scope, report: str) -> list[str]:
    """The keys of the columns in their order; empty where nothing was chosen."""
    query = scope.select(ColumnChoice, ColumnChoice.columns).where(ColumnChoice.report == report)
    return [str(key) for key in db.session.scalar(query) or []]
