"""Read the rules on ways to pay, and hold a payment to them. Verbs: `method_rules`, `fee_for`, `check_method`.

A payment is held to the rules of the day it is confirmed on: what the payer then agreed to stays, also where the
payment is sent later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from domain.records.fee_policies import caps_at
from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer
from domain.rules import method_fees
from domain.rules.legal_caps import LegalCap
from domain.rules.method_fees import CAP_OF, MethodFee, MethodRule
from domain.words import N_, Money, Refused, Sentence
from models import MethodRule as RuleRow

Reader = Writer | scoped_session[Any]
_RULES = ReadyMade(
    select(
        RuleRow.instrument, RuleRow.from_on, RuleRow.agreement_kind, RuleRow.accepted, RuleRow.fee_percent,
        RuleRow.fee_fixed_minor, RuleRow.fee_cap_minor,
    ).order_by(RuleRow.id)
)  # fmt: skip


def method_rules(session: Reader) -> tuple[MethodRule, ...]:
    """Every rule on ways to pay, in the order they were made."""
    return tuple(MethodRule(*row) for row in _RULES.all(session, {}))


def fee_caps(session: Reader, unit_id: int | None) -> Sequence[LegalCap]:
    """The operator's figures of law on fees for ways to pay that count for an agreement."""
    reader = session() if isinstance(session, scoped_session) else session
    return [cap for what in sorted(set(CAP_OF.values())) for cap in caps_at(reader, what, unit_id)]


def fee_for(
    session: Writer, agreement: Any, method_kind: str, funding: str, amount_minor: int, on: date
) -> MethodFee:  # fmt: skip
    """The fee for paying `amount_minor` on an agreement (its `kind` and `unit_id`) by a method confirmed on a day.

    Raises Refused where the method is not taken.
    """
    rules = method_rules(session)
    instruments = method_fees.instruments_of(method_kind, funding)
    refusal = method_fees.refusal(rules, agreement.kind, instruments, on)
    if refusal is not None:
        raise Refused(refusal, "method")
    # Most installations ask no fee: the law is read only where one is asked.
    caps = fee_caps(session, agreement.unit_id) if any(rule.has_fee for rule in rules) else ()
    return method_fees.fee_of(rules, caps, agreement.kind, instruments, amount_minor, on)


def check_method(
    session: Writer, agreement: Any, method_kind: str, funding: str, amount_minor: int, fee_minor: int, on: date
) -> None:  # fmt: skip
    """Hold a payment to the rules: its method is taken, and its fee is the one the payer was shown.

    Raises Refused, with the fee of today where it differs.
    """
    fee = fee_for(session, agreement, method_kind, funding, amount_minor, on).amount_minor
    if fee != fee_minor:
        words = N_(
            "The fee for paying this way is %(fee)s now, and another one was shown. Look at the total again."
        )
        raise Refused(Sentence(words, {"fee": Money(fee, agreement.currency)}), "method")
