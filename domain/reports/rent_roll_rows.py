"""Rows of the rent roll for some units as of a day. Verb: `rows_of`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from domain.access import Scope
from domain.reports.rent_roll_facts import Facts, facts_of
from domain.reports.rent_roll_units import Lease, LetUnit, lets
from domain.reports.sheet import Link, Row, Value
from domain.rules.rent_roll import month_of, raises_of
from domain.rules.unit_status import NAMES
from domain.words import N_, Sentence

MONTH_TO_MONTH = Sentence(N_("month to month"))


def rows_of(scope: Scope, units: Sequence[Any], on: date, *, today: date, currency: str) -> Iterator[Row]:
    """One row for each unit, in their order; a further one for each lease that overlaps another.

    `units` are rows as `domain.reports.rent_roll_units` reads them; `currency` is the business's.
    """
    found = lets(units, on)
    leases = [lease for let in found for lease in let.here]
    facts = facts_of(scope, [lease.row.id for lease in leases], on, today)
    for let in found:
        if not let.here:
            yield Row(_unit(let, currency), _unit_link(let), opens=_places(let))
        for number, lease in enumerate(let.here):
            values = _unit(let, lease.row.currency) if not number else _again(let, lease.row.currency)
            values |= _lease(let, lease, facts[lease.row.id], on, first=not number)
            yield Row(values, _unit_link(let), opens=_opens(let, lease))


def _unit_link(let: LetUnit) -> Link:
    return "office.unit", {"ref": let.unit.ref}


def _places(let: LetUnit) -> dict[str, Link]:
    return {"property": ("office.property", {"ref": let.unit.property_ref}), "unit": _unit_link(let)}


def _opens(let: LetUnit, lease: Lease) -> Mapping[str, Link]:
    agreement: Link = ("office.agreement", {"ref": lease.row.ref})
    return {
        **_places(let), "tenants": agreement,
        **dict.fromkeys(("past_due", "prepaid", "balance", "not_yet_due", "agreement", "deposit"), agreement),
    }  # fmt: skip


def _unit(let: LetUnit, currency: str) -> dict[str, Value]:
    unit = let.unit
    return {
        "property": unit.property, "unit": unit.name, "type": unit_type(unit.beds, unit.baths),
        "size": unit.size, "status": Sentence(NAMES[let.status]), "status_key": let.status,
        "market_rent": let.market_minor or None, "currency": currency,
    }  # fmt: skip


def _again(let: LetUnit, currency: str) -> dict[str, Value]:
    """The unit of a second row: what counts once was said by the first."""
    return {
        "property": let.unit.property, "unit": let.unit.name, "status": Sentence(NAMES[let.status]),
        "status_key": let.status, "currency": currency,
    }  # fmt: skip


def unit_type(beds: int | None, baths: Any) -> str:
    """ "2/1.5" for two bedrooms and one and a half baths; "" where nothing is known."""
    if beds is None and baths is None:
        return ""
    said = "-" if baths is None else f"{baths.normalize():f}"
    return f"{'-' if beds is None else beds}/{said}"


def _lease(let: LetUnit, lease: Lease, facts: Facts, on: date, *, first: bool) -> dict[str, Value]:
    terms, row, money = lease.terms, lease.row, facts.money
    month = month_of(terms, on, facts.agencies)
    notice = lease.stay.notice_on(on)
    last, following = raises_of(terms, on)
    over = terms.to_on is not None and on > terms.to_on
    lease_to: Value = terms.to_on
    if terms.to_on is None or (over and terms.goes_on):
        lease_to = MONTH_TO_MONTH
    return {
        "tenants": ", ".join(facts.tenants), "agreement": row.number,
        "rent": month.rent_minor, "other_charges": month.other_minor or None,
        "total_charges": month.total_minor, "subsidy": month.subsidy_minor or None,
        "concession": month.concession_minor or None,
        "loss_to_lease": let.market_minor - month.rent_minor if first and let.market_minor else None,
        "deposit": facts.deposit_minor or None, "lease_from": terms.from_on, "lease_to": lease_to,
        "move_in": row.start_on, "notice": notice.given_on if notice else None,
        "move_out": (notice.leaves_on if notice else None) or row.ended_on,
        "last_raise_on": last.from_on if last else None, "last_raise": last.amount_minor if last else None,
        "next_raise_on": following.from_on if following else None,
        "next_raise": following.amount_minor if following else None,
        "past_due": money.past_due_minor if money else 0, "prepaid": money.prepaid_minor if money else 0,
        "balance": money.balance_minor if money else 0,
        "not_yet_due": (money.not_yet_due_minor or None) if money else None,
        "late_count": facts.late_count or None, "nsf_count": facts.returned_count or None,
        "autopay": facts.autopay,
    }  # fmt: skip
