"""What stands of the business's switches and limits of debits, and who turned them. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from domain.access import Scope
from domain.reports.actors import Deed, deeds
from domain.rules.autopay_policy import Policy, autopay_policy
from domain.words import Refused
from models import AuditEvent, Business, db

ACTIONS = (
    "settings.debits_paused", "settings.debits_resumed", "settings.payments_paused", "settings.payments_resumed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stopped:
    """Who stopped it, when and why; all empty where nobody wrote it down."""

    by: object
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The policy of the run, `readable` unless what is stored makes no sense, and what is stopped."""

    policy: Policy
    readable: bool
    debits: Stopped | None
    payments: Stopped | None
    deeds: list[Deed]


def settings(scope: Scope) -> Settings:
    """How debits of the business stand just now, and the last times that somebody turned a switch."""
    row = db.session.execute(
        select(Business.debits_paused, Business.payments_paused, Business.autopay_policy)
    ).first()
    known = deeds(scope, AuditEvent.action.in_(ACTIONS), 10)
    try:
        policy, readable = autopay_policy(row.autopay_policy if row else {}), True
    except Refused:
        policy, readable = Policy(), False
    return Settings(
        policy,
        readable,
        _stopped(known, "settings.debits_paused") if row and row.debits_paused else None,
        _stopped(known, "settings.payments_paused") if row and row.payments_paused else None,
        known,
    )


def _stopped(known: list[Deed], action: str) -> Stopped:
    found = next((deed for deed in known if deed.action == action), None)
    return (
        Stopped(found.by, found.at, str(found.detail.get("reason", ""))) if found else Stopped("", None, "")
    )
