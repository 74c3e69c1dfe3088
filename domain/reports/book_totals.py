"""The book in a few sums, straight from the kept balances: how many agreements, what is owed on them in all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func

from domain.access import Scope
from domain.records.accounts import CUSTOMER_CREDIT, FEES_RECEIVABLE, LOAN_INTEREST, LOAN_PRINCIPAL
from domain.reports.office_views import OWED
from models import Agreement, AgreementParty, Balance, db


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed in one currency by the books, in minor units; `credit_minor` is the customers' money."""

    currency: str
    principal_minor: int
    interest_minor: int
    fees_minor: int
    credit_minor: int

    @property
    def total_minor(self) -> int:
        return self.principal_minor + self.interest_minor + self.fees_minor - self.credit_minor


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts by status (undone imports are left out), agreements with nobody on them, and sums by currency."""

    active: int
    closed: int
    charged_off: int
    nobody: int
    owed: tuple[Owed, ...]

    @property
    def agreements(self) -> int:
        return self.active + self.closed + self.charged_off


def book_totals(scope: Scope) -> Totals:
    """The whole book as the person may see it; three statements whatever its size."""
    rows = db.session.execute(
        scope.select(Agreement, Agreement.status, func.count())
        .where(Agreement.status != "undone")
        .group_by(Agreement.status)
    )
    counts = {row[0]: row[1] for row in rows}
    on_it = exists().where(AgreementParty.agreement_id == Agreement.id, AgreementParty.until_on.is_(None))
    nobody = db.session.scalar(
        scope.select(Agreement, func.count()).where(Agreement.status == "active", ~on_it)
    )
    return Totals(
        counts.get("active", 0),
        counts.get("closed", 0),
        counts.get("charged_off", 0),
        nobody or 0,
        _owed(scope),
    )


def _owed(scope: Scope) -> tuple[Owed, ...]:
    rows = db.session.execute(
        scope.select(Agreement, Agreement.currency, Balance.account, func.sum(Balance.amount_minor))
        .join(Balance, Balance.agreement_id == Agreement.id)
        .where(Agreement.status != "undone", Balance.account.in_(OWED))
        .group_by(Agreement.currency, Balance.account)
    )
    sums: dict[str, dict[str, int]] = {}
    for currency, account, amount in rows:
        sums.setdefault(currency, {})[account] = int(amount)
    return tuple(
        Owed(
            currency,
            kept.get(LOAN_PRINCIPAL, 0),
            kept.get(LOAN_INTEREST, 0),
            kept.get(FEES_RECEIVABLE, 0),
            -kept.get(CUSTOMER_CREDIT, 0),
        )
        for currency, kept in sorted(sums.items())
    )
