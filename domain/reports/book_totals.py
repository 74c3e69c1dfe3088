"""The book in a few sums, straight from the kept balances: how many agreements, what is owed on them in all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func

from domain.access import Scope
from domain.records.accounts import (
    CREDIT_LINE,
    CUSTOMER_CREDIT,
    DEPOSITS_RECEIVABLE,
    FEES_RECEIVABLE,
    FINANCE_RECEIVABLE,
    LEASE_RECEIVABLE,
    LOAN_INTEREST,
    LOAN_PRINCIPAL,
    OTHER_RECEIVABLE,
    RENT_RECEIVABLE,
)
from domain.reports.office_views import OWED
from models import Agreement, AgreementParty, Balance, Property, db


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed in one currency by the books, in minor units.

    `interest_minor` is that of loans and of credit lines; `other_minor` what comes beside rent or a lease;
    `credit_minor` is the customers' money and counts against the rest.
    """

    currency: str
    principal_minor: int = 0
    interest_minor: int = 0
    rent_minor: int = 0
    lease_minor: int = 0
    purchases_minor: int = 0
    other_minor: int = 0
    fees_minor: int = 0
    deposits_minor: int = 0
    credit_minor: int = 0

    @property
    def total_minor(self) -> int:
        return (
            self.principal_minor + self.interest_minor + self.rent_minor + self.lease_minor + self.purchases_minor
            + self.other_minor + self.fees_minor + self.deposits_minor - self.credit_minor
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts by status (undone imports are left out), agreements with nobody on them, and sums by currency.

    `properties`: there is no agreement yet, but something to let.
    """

    active: int
    closed: int
    charged_off: int
    nobody: int
    owed: tuple[Owed, ...]
    properties: bool = False

    @property
    def agreements(self) -> int:
        return self.active + self.closed + self.charged_off


def book_totals(scope: Scope) -> Totals:
    """The whole book as the person may see it; a fixed number of statements whatever its size."""
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
    houses = not counts and db.session.scalar(scope.select(Property, Property.id).limit(1)) is not None
    return Totals(
        counts.get("active", 0),
        counts.get("closed", 0),
        counts.get("charged_off", 0),
        nobody or 0,
        _owed(scope),
        houses,
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
            principal_minor=kept.get(LOAN_PRINCIPAL, 0),
            interest_minor=kept.get(LOAN_INTEREST, 0) + kept.get(FINANCE_RECEIVABLE, 0),
            rent_minor=kept.get(RENT_RECEIVABLE, 0),
            lease_minor=kept.get(LEASE_RECEIVABLE, 0),
            purchases_minor=kept.get(CREDIT_LINE, 0),
            other_minor=kept.get(OTHER_RECEIVABLE, 0),
            fees_minor=kept.get(FEES_RECEIVABLE, 0),
            deposits_minor=kept.get(DEPOSITS_RECEIVABLE, 0),
            credit_minor=-kept.get(CUSTOMER_CREDIT, 0),
        )
        for currency, kept in sorted(sums.items())
    )
