"""An owner's month as it is frozen: the plain JSON of a statement, made of what happened and the rule's result.

A statement is printed from this and from nothing else, so that it stays the same. Verbs: `prepare`, `drafted`.
Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from domain.records.accounts import MANAGEMENT_FEES, OWNER_PAYABLE, OWNERS_SHARE
from domain.records.books import Draft
from domain.records.owner_lets import income_by_let
from domain.records.owner_months import (
    AnySession,
    Facts,
    closed,
    month_of,
    movements_of,
    shares_on,
    terms_on,
)
from domain.rules.owner_statements import Result, account_of, plain_percent, result_of, shared
from domain.words import N_, Refused, Sentence, trace_json
from models import OwnerMovement, OwnerStatement, Person, Property, Unit


@dataclass(frozen=True, slots=True)
class Prepared:
    """A month that could be closed: its result, and for each owner (person id) what their statement says."""

    first: date
    last: date
    currency: str
    result: Result
    bodies: dict[int, dict[str, Any]]


def month_after(day: date) -> date:
    """The first day of the month after the one `day` is in."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def prepare(session: AnySession, house: Property, first: date, currency: str) -> Prepared:
    """The month of a property that begins on `first`, for each of its owners.

    Raises Refused where nobody owns it on those days, or another month is to be closed before.
    """
    last = month_after(first) - timedelta(days=1)
    before = closed(session, house.id)
    if first.day != 1:
        raise Refused(Sentence(N_("A statement is of a whole month.")), "month")
    if before and before[-1].period_to + timedelta(days=1) != first:
        words = N_("The month to close next begins on %(day)s.")
        raise Refused(Sentence(words, {"day": before[-1].period_to + timedelta(days=1)}), "month")
    shares = shares_on(session, house.id, last)
    if not shares or shares_on(session, house.id, first) != shares:
        raise Refused(Sentence(N_("Say first who owns this property in that month.")), "month")
    facts = month_of(session, house.id, first, last, currency, before)
    terms = terms_on(session, house.id, last)
    result = result_of(facts.month, terms, currency)
    lets = income_by_let(session, house.id, first, last, currency, result.collected_minor)
    said = {**_month(session, facts, result), "lets": lets}
    percents = [(str(person_id), percent) for person_id, percent in shares]
    nets, reserves = shared(result.net_minor, percents), shared(terms.reserve_minor, percents)
    names = _names(session, [person_id for person_id, _ in shares])
    bodies = {}
    for person_id, percent in shares:
        key = str(person_id)
        moved = movements_of(session, house.id, person_id, last, currency, before)
        beginning = _ending(before, person_id)
        bodies[person_id] = {
            "version": 1,
            "house": house.name,
            "address": house.address,
            "owner": names.get(person_id, ""),
            "share": plain_percent(percent),
            "month": said,
            "account": _account(beginning, nets[key], moved, reserves[key]),
        }
    return Prepared(first, last, currency, result, bodies)


def drafted(house: Property, prepared: Prepared) -> Draft | None:
    """The entry of a closed month: what it leaves to the owners is owed to them, and the fee is earned.

    None where nothing came, was spent or was earned.
    """
    result = prepared.result
    lines = (
        (OWNERS_SHARE, result.net_minor + result.fee_minor),
        (OWNER_PAYABLE, -result.net_minor),
        (MANAGEMENT_FEES, -result.fee_minor),
    )
    kept = tuple((account, amount) for account, amount in lines if amount)
    if not kept:
        return None
    return Draft(
        key=f"owners:{house.ref}:{prepared.first.isoformat()}", cause="owners.month", currency=prepared.currency,
        effective_on=prepared.last, lines=kept, note=trace_json(result.trace),
    )  # fmt: skip


def _ending(before: Sequence[OwnerStatement], person_id: int) -> int:
    """What an owner's last statement ended with. Somebody who owned a part before begins where they left off."""
    mine = [one for one in before if one.person_id == person_id]
    return int(mine[-1].body["account"]["ending_minor"]) if mine else 0


def _names(session: AnySession, ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = dict(
        session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all()
    )
    return found


def _month(session: AnySession, facts: Facts, result: Result) -> dict[str, Any]:
    units: dict[int, str] = dict(
        session.execute(
            select(Unit.id, Unit.name).where(
                Unit.id.in_([row.unit_id for row in facts.expenses if row.unit_id])
            )
        ).all()
    )
    return {
        "income": sorted(facts.month.income.items()),
        "collected_minor": result.collected_minor,
        "expenses": [
            {
                "ref": row.ref,
                "day": row.spent_on.isoformat(),
                "category": row.category,
                "vendor": row.vendor,
                "description": row.description,
                "unit": units.get(row.unit_id or 0, ""),
                "back": row.about_id is not None,
                "amount_minor": row.amount_minor,
            }
            for row in facts.expenses
        ],
        "spent_minor": result.spent_minor,
        "charged_minor": facts.month.charged_minor,
        "units": facts.month.units,
        "fee_minor": result.fee_minor,
        "net_minor": result.net_minor,
        "deposits_minor": facts.deposits_minor,
        "prepaid_minor": facts.prepaid_minor,
        "why": trace_json(result.trace),
    }


def _account(
    beginning_minor: int, net_minor: int, moved: Sequence[OwnerMovement], reserve_minor: int
) -> dict[str, Any]:
    at = account_of(beginning_minor, net_minor, [row.amount_minor for row in moved], reserve_minor)
    return {
        "beginning_minor": at.beginning_minor,
        "net_minor": at.net_minor,
        "contributions_minor": at.contributions_minor,
        "draws_minor": at.draws_minor,
        "ending_minor": at.ending_minor,
        "reserve_minor": at.reserve_minor,
        "available_minor": at.available_minor,
        "movements": [
            {
                "ref": row.ref,
                "day": row.moved_on.isoformat(),
                "type": row.type,
                "reference": row.reference,
                "amount_minor": row.amount_minor,
            }
            for row in moved
        ],
    }
