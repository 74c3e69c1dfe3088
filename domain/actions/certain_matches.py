"""Match by itself what is beyond doubt: a transfer reference whose check digits are right, a payout that names itself.

Only when nothing else fits the movement, and never when two things do. Each match can be undone like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from domain.access import Scope
from domain.actions import bank_matching
from domain.actions.bank_matching import Part
from domain.reports.bank_suggestions import Shown, suggestions
from domain.rules.bank_matching import certain
from domain.transaction import transaction
from domain.words import DomainError
from models import BankLine, BankStatement, db

MOST = 2_000


def match_certain(statement_refs: Sequence[str], *, who: Scope, today: date, now: datetime) -> int:
    """Match the movements of these statements that are certain; how many. One that cannot be matched waits."""
    return sum(_match(line, who, today, now) for line in _waiting(statement_refs))


def _waiting(statement_refs: Sequence[str]) -> Sequence[BankLine]:
    with transaction() as session:
        query = (
            select(BankLine)
            .join(BankStatement, BankStatement.id == BankLine.statement_id)
            .where(BankStatement.ref.in_(statement_refs), BankLine.state == "open")
            .order_by(BankLine.id)
            .limit(MOST)
        )
        return session.scalars(query).all()


def _match(line: BankLine, who: Scope, today: date, now: datetime) -> bool:
    found = the_certain(suggestions(who, line, today))
    db.session.rollback()
    if found is None:
        return False
    try:
        if found.kind == "transfer":
            parts = [Part(found.target, line.amount_minor)]
            bank_matching.transfer(line.ref, parts, who=who, today=today, now=now)
        else:
            bank_matching.match(line.ref, found.kind, found.target, who=who, today=today, now=now)
    except DomainError:
        return False
    return True


def the_certain(found: Sequence[Shown]) -> Shown | None:
    """The suggestion that may be taken without asking, if there is one."""
    best = certain([one.suggestion for one in found])
    return next((one for one in found if one.suggestion is best), None) if best else None
