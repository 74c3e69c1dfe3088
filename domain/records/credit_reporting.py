"""The rule of the business about reporting to credit bureaus that counts on a day. Verbs: `rule_on`, `agreed`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from models import CreditConsent, CreditReporting

AnySession = Session | scoped_session[Any]


def rule_on(session: AnySession, on: date) -> CreditReporting | None:
    """What counts on a day; None where nobody wrote anything down, and nothing is reported then."""
    return session.scalars(
        select(CreditReporting)
        .where(CreditReporting.effective_from <= on)
        .order_by(CreditReporting.effective_from.desc(), CreditReporting.id.desc())
        .limit(1)
    ).first()


def agreed(session: AnySession, ids: Sequence[int]) -> dict[tuple[int, int], CreditConsent]:
    """(agreement id, person id) -> the newest word of the person, yes or no."""
    newest = (
        select(func.max(CreditConsent.id))
        .where(CreditConsent.agreement_id.in_(ids))
        .group_by(CreditConsent.agreement_id, CreditConsent.person_id)
    )
    rows = session.scalars(select(CreditConsent).where(CreditConsent.id.in_(newest)))
    return {(row.agreement_id, row.person_id): row for row in rows}
