"""Are the books in a copy of the database whole? Verb: `differences`. Read-only."""

from __future__ import annotations

from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from domain.reports.book_check import check_copy


def differences(url: str) -> list[str]:
    """What does not agree in the books of the database at `url`, in words; its tables must be of this version.

    A copy that cannot be read at all is a difference, too.
    """
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        with Session(engine) as session:
            return check_copy(session).differences
    except SQLAlchemyError as fault:
        return [f"its books cannot be read ({type(fault).__name__})"]
    finally:
        engine.dispose()
