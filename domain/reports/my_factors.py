"""With what a person can prove that it is them besides their password, for their own pages."""

from __future__ import annotations

from sqlalchemy import func, select

from domain.access import Scope
from domain.records.factors import Factors, factors_of
from models import RecoveryCode, db


def my_factors(scope: Scope) -> Factors:
    return factors_of(db.session(), scope.user_id)


def newest_recovery_code(scope: Scope) -> int:
    """Which set of recovery codes is the newest, as a number that every set raises; 0 before the first."""
    newest = select(func.max(RecoveryCode.id)).where(RecoveryCode.user_id == scope.user_id)
    return db.session.scalar(newest) or 0
