"""With what a person can prove that it is them besides their password, for their own pages."""

from __future__ import annotations

from domain.access import Scope
from domain.records.factors import Factors, factors_of
from models import db


def my_factors(scope: Scope) -> Factors:
    return factors_of(db.session(), scope.user_id)
