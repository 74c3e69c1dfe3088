"""Keep which columns of a report somebody wants to see. Verb: `choose`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from domain.access import Scope
from domain.transaction import transaction
from models import ColumnChoice


def choose(report: str, columns: Sequence[str], *, who: Scope) -> None:
    """Remember the columns (keys, in their order) for this user; none: the usual ones again. Raises NotAllowed."""
    who.require("reports")
    with transaction() as session:
        session.execute(
            delete(ColumnChoice).where(ColumnChoice.user_id == who.user_id, ColumnChoice.report == report)
        )
        if columns:
            session.add(ColumnChoice(user_id=who.user_id, report=report, columns=list(columns)))
