"""Decide which ways to pay are taken and what they cost, and where a primary one is required.

Verbs: `add_rule`, `require_primary`. A rule is only ever added: what was paid before its day stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.method_rules import fee_caps
from domain.records.words_out import audit
from domain.rules.checks import check_choice
from domain.rules.method_fees import MethodRule, check_rule
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import Business
from models import MethodRule as RuleRow

RIGHT = "settings"
KINDS = ("rental", "loan", "lease_to_own", "credit_line")


def add_rule(rule: MethodRule, *, who: Scope, today: date, now: datetime) -> int:
    """Keep a rule from its day on; returns its id.

    Raises NotAllowed; Refused, naming the field, for a rule that cannot be meant, that the law of the business's own
    place forbids, or that would leave a kind of agreement without any way to pay here.
    """
    who.require(RIGHT)
    check_choice(rule.agreement_kind, "agreement_kind", ("", *KINDS))
    with transaction() as session:
        business = session.scalars(select(Business).with_for_update()).one()
        check_rule(rule, fee_caps(session, None), business.currency, today)
        if not rule.accepted and rule.instrument == "counter":
            words = N_(
                "Money in the office cannot be turned away here: it stays the way when nothing else works."
            )
            raise Refused(Sentence(words), "accepted")
        return _keep(session, rule, who, now)


def _keep(session: Session, rule: MethodRule, who: Scope, now: datetime) -> int:
    row = RuleRow(
        agreement_kind=rule.agreement_kind, instrument=rule.instrument, accepted=rule.accepted,
        fee_percent=rule.fee_percent if rule.fee_percent else None, fee_fixed_minor=rule.fee_fixed_minor,
        fee_cap_minor=rule.fee_cap_minor, from_on=rule.from_on, made_at=now, made_by=who.by,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit(
        session, by=who.by, action="method_rule.added", subject="method_rule", subject_id=row.id, at=now,
        detail={
            "instrument": rule.instrument, "kind": rule.agreement_kind, "accepted": rule.accepted,
            "from": rule.from_on.isoformat(), "percent": str(rule.fee_percent or ""),
            "fixed_minor": rule.fee_fixed_minor,
        },
    )  # fmt: skip
    return row.id


def require_primary(kinds: Collection[str], *, who: Scope, now: datetime) -> None:
    """Set for which kinds of agreement a customer keeps a primary way to pay: it can be replaced, not removed."""
    who.require(RIGHT)
    for kind in kinds:
        check_choice(kind, "kinds", KINDS)
    wanted = [kind for kind in KINDS if kind in kinds]
    with transaction() as session:
        business = session.scalars(select(Business).with_for_update()).one()
        if list(business.primary_required) != wanted:
            business.primary_required = wanted
            audit(
                session, by=who.by, action="settings.primary_required", subject="business", subject_id=1, at=now,
                detail={"kinds": wanted},
            )  # fmt: skip
