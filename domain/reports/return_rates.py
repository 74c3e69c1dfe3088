"""The rates of US bank debits that came back, from our own rows: see `domain.rules.return_rates`. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from domain.access import Scope
from domain.records.position import AnySession
from domain.rules.return_rates import DAYS, Rate, return_rates
from models import Attempt, Payment, PaymentReturn, db

PLANNED_AHEAD_DAYS = 400
"""A debit sent in the window was written down at most so many days before it."""
_SENT_ON = func.coalesce(Payment.scheduled_on, Payment.begun_on)


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of the debits sent from `since` to `until`, and how many came back with each code."""

    since: date
    until: date
    rates: Sequence[Rate]
    codes: Sequence[tuple[str, int]]

    @property
    def sent(self) -> int:
        return self.rates[0].sent


def rates(session: AnySession, on: date) -> Rates:
    """The rates of the last 60 days through a day."""
    since = on - timedelta(days=DAYS - 1)
    counted = _debits(session, since) & _SENT_ON.between(since, on)
    sent = session.execute(select(func.count()).select_from(Payment).where(counted)).scalar_one()
    code = func.coalesce(
        PaymentReturn.code, case((Payment.state == "failed", Payment.failure_code), else_="")
    )
    found = session.execute(
        select(code.label("came_back"), func.count())
        .select_from(Payment)
        .outerjoin(PaymentReturn, PaymentReturn.payment_id == Payment.id)
        .where(counted, code.like("R__"))
        .group_by("came_back")
    ).all()
    codes = {str(row[0]): int(row[1]) for row in found if str(row[0])[1:].isdigit()}
    told = sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))
    return Rates(since, on, return_rates(int(sent), codes), told)


def told(scope: Scope, on: date) -> Rates:
    """The same for a page; only for who works with the bank. Raises NotAllowed."""
    scope.require("bank")
    return rates(db.session, on)


def _debits(session: AnySession, since: date) -> ColumnElement[bool]:
    """US bank debits that were sent. Read from the newest back, so that the years before cost nothing."""
    before = datetime.combine(since - timedelta(days=PLANNED_AHEAD_DAYS), time.min, UTC)
    oldest = select(Payment.id).where(Payment.begun_at < before).order_by(Payment.id.desc()).limit(1)
    floor: Any = session.execute(oldest).scalar()
    tried = select(Attempt.id).where(Attempt.payment_id == Payment.id).exists()
    us = Payment.gateway.not_in(("sepa_file", "bacs_file")) & (Payment.currency == "USD")
    went = or_(
        Payment.state.in_(("pending", "settled", "unknown", "attempting")), Payment.failure_code.like("R__")
    )
    return (Payment.id > (floor or 0)) & (Payment.instrument == "bank") & us & went & tried
