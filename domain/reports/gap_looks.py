"""The looks that find gaps in agreements and leases. Verb: `looked`, all of them.

Each first asks the database for the few that can be wrong; only those are read with their terms, so a large book costs
little where nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from domain.access import Scope
from domain.access.parts import HOLDERS
from domain.kinds import kind_of, rental
from domain.records.accounts import CUSTOMER_CREDIT, DEPOSITS_HELD
from domain.reports.as_of import figures
from domain.reports.positions import positions
from domain.reports.sheet import Link
from domain.words import N_, Money, Sentence
from models import Agreement, AgreementParty, Balance, Charge, MoveNotice, Property, Unit, db

_ONE_DAY = timedelta(days=1)
RENTAL = "rental"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is wrong on an agreement: what (by the names of `gaps.WORDS`), since when, in words, and the page
    where it is mended.
    """

    what: str
    agreement_id: int
    agreement_ref: str
    number: str
    place: str
    since: date
    said: Sentence
    mend: Link


def looked(scope: Scope, on: date, property_ref: str = "") -> list[Gap]:
    """Everything these looks find as of a day, in one property where one is named."""
    found: list[Gap] = []
    for look in (_rents, _expired, _overlaps, _credits, _nobodys, _unitless):
        found += look(scope, on, property_ref)
    return found


def agreements(scope: Scope, property_ref: str, *conditions: Any) -> Select[Any]:
    """SELECT of agreements with where they are, in one property where one is named."""
    query = scope.select(Agreement).where(*conditions).order_by(Agreement.id)
    query = query.options(joinedload(Agreement.unit).joinedload(Unit.property))
    if property_ref:
        units = select(Unit.id).join(Property, Property.id == Unit.property_id)
        query = query.where(Agreement.unit_id.in_(units.where(Property.ref == property_ref)))
    return query


def gap(what: str, row: Agreement, since: date, said: Sentence, mend: Link | None = None) -> Gap:
    """A gap of an agreement; mended on its own page unless another is named."""
    place = f"{row.unit.property.name} · {row.unit.name}" if row.unit else ""
    page = mend or ("office.agreement", {"ref": row.ref})
    return Gap(what, row.id, row.ref, row.number, place, since, said, page)


def _rents(scope: Scope, on: date, property_ref: str) -> Iterator[Gap]:
    """Leases that run on the day and have no rent of the period that holds it: never charged, or none agreed."""
    charged = select(Charge.id).where(
        Charge.agreement_id == Agreement.id, Charge.type == "rent", Charge.about_id.is_(None),
        Charge.period_from <= on, Charge.period_to >= on,
    )  # fmt: skip
    query = agreements(
        scope, property_ref, Agreement.kind == RENTAL, Agreement.status == "active", Agreement.start_on <= on,
        ~charged.exists(), or_(Agreement.ended_on.is_(None), Agreement.ended_on >= on),
    ).options(joinedload(Agreement.standing))  # fmt: skip
    for row in db.session.scalars(query).unique():
        contract = rental.read(row)
        if not contract.terms.from_on <= on <= contract.last_on:
            continue
        if not rental.standard_payment(contract, on):
            since = _rentless_since(contract, on)
            words = Sentence(N_("No rent is agreed on from %(day)s on."), {"day": since})
            yield gap("rent_zero", row, since, words, _change(row, "rent"))
            continue
        plan = contract.plan
        asked = [
            one for one in plan.charges_of(plan.periods.index_of(on), contract.last_on) if one.type == "rent"
        ]
        amount = sum(one.amount_minor for one in asked)
        if not amount or asked[0].due_on > on or _taken_over(row, asked[0].due_on):
            continue
        due = {"amount": Money(amount, row.currency), "day": asked[0].due_on}
        words = Sentence(N_("%(amount)s fell due on %(day)s and was never charged."), due)
        yield gap("no_rent", row, asked[0].due_on, words)


def _rentless_since(contract: rental.Contract, on: date) -> date:
    """The day after the last one on which a rent was agreed, or the first of the lease."""
    ends = [
        row.until_on + _ONE_DAY
        for row in contract.terms.lines
        if row.type == "rent" and row.amount_minor and row.until_on and row.until_on < on
    ]
    return max([contract.terms.from_on, *ends])


def _taken_over(row: Agreement, due_on: date) -> bool:
    """Whether this rent was charged elsewhere: the lease was brought in after it, to be billed from a later day."""
    billed = row.standing.billed_through
    return billed is not None and due_on <= billed and row.created_at.date() >= due_on


def _change(row: Agreement, name: str) -> Link:
    return "office.new_change", {"ref": row.ref, "change": name}


def _expired(scope: Scope, on: date, property_ref: str) -> Iterator[Gap]:
    """Leases whose last day has passed without a move-out: still open, or with a deposit that is still held."""
    held = select(Balance.agreement_id).where(Balance.account == DEPOSITS_HELD, Balance.amount_minor < 0)
    left = select(MoveNotice.agreement_id, func.max(MoveNotice.leaves_on)).where(
        MoveNotice.withdrawn_on.is_(None), MoveNotice.leaves_on < on
    )
    gone = {row[0]: row[1] for row in db.session.execute(left.group_by(MoveNotice.agreement_id))}
    query = agreements(
        scope, property_ref, Agreement.kind == RENTAL, Agreement.ended_on.is_(None),
        or_(Agreement.ends_on < on, Agreement.id.in_(list(gone))),
        or_(Agreement.status == "active", (Agreement.status == "closed") & Agreement.id.in_(held)),
    )  # fmt: skip
    for row in db.session.scalars(query).unique():
        last = min(rental.read(row).last_on, gone.get(row.id, date.max))
        if last < on:
            words = Sentence(N_("Its last day was %(day)s, and no move-out was recorded."), {"day": last})
            yield gap("expired", row, last + _ONE_DAY, words, _change(row, "move_out"))


def _overlaps(scope: Scope, on: date, property_ref: str) -> Iterator[Gap]:
    """Pairs of leases of one unit with a day in common that has not passed."""
    other = aliased(Agreement)
    out, other_out = (func.coalesce(one.ended_on, date.max) for one in (Agreement, other))
    query = (
        agreements(
            scope, property_ref, Agreement.kind == RENTAL, Agreement.status != "undone", other.status != "undone",
            other.kind == RENTAL, out >= on, other_out >= on, Agreement.start_on <= other_out, other.start_on <= out,
        )
        .join(other, (other.unit_id == Agreement.unit_id) & (other.id < Agreement.id))
        .add_columns(other)
    )  # fmt: skip
    for row, beside in db.session.execute(query).unique():
        last = min(rental.read(row).last_on, rental.read(beside).last_on)
        first = max(row.start_on, beside.start_on)
        if first <= last and last >= on:
            words = Sentence(N_("%(other)s runs on the same days."), {"other": beside.number})
            yield gap("overlap", row, first, words, ("office.unit", {"ref": row.unit.ref}))


def _credits(scope: Scope, on: date, property_ref: str) -> Iterator[Gap]:
    """Agreements that keep credit and are past due. Credit of one payer is no gap where only others are late."""
    kept = select(Balance.agreement_id).where(Balance.account == CUSTOMER_CREDIT, Balance.amount_minor < 0)
    query = agreements(scope, property_ref, Agreement.status == "active", Agreement.id.in_(kept)).options(
        joinedload(Agreement.standing), joinedload(Agreement.loan)
    )
    rows = {row.id: row for row in db.session.scalars(query).unique()}
    if not rows:
        return
    asked = select(Agreement.id).where(Agreement.id.in_(list(rows)))
    told = figures(scope, on, today=on, agreements=asked)
    at = positions(list(rows.values()))
    for key, one in told.items():
        if not one.prepaid_minor or not one.past_due_minor or one.oldest_on is None:
            continue
        row, kind = rows[key], kind_of(rows[key].kind)
        if at[key].own_credit and not kind.credit_parts(kind.read(row), at[key], on):
            continue
        sums = {
            "credit": Money(one.prepaid_minor, row.currency),
            "owed": Money(one.past_due_minor, row.currency),
        }
        words = Sentence(N_("%(credit)s is kept as credit, and %(owed)s is past due."), sums)
        yield gap("credit", row, one.oldest_on, words)


def _nobodys(scope: Scope, on: date, property_ref: str) -> Iterator[Gap]:
    """Active agreements that nobody is on today as customer or joint holder."""
    of = AgreementParty.agreement_id == Agreement.id
    holds = select(AgreementParty.id).where(
        of, AgreementParty.until_on.is_(None), AgreementParty.role.in_(HOLDERS)
    )
    last = select(func.max(AgreementParty.until_on)).where(of).correlate(Agreement).scalar_subquery()
    query = agreements(scope, property_ref, Agreement.status == "active", ~holds.exists()).add_columns(last)
    for row, left_on in db.session.execute(query).unique():
        words = Sentence(N_("Nobody is on it as the one who pays."))
        yield gap("no_person", row, left_on or row.start_on, words, ("office.new_holder", {"ref": row.ref}))


def _unitless(scope: Scope, on: date, property_ref: str) -> Iterator[Gap]:
    query = agreements(
        scope,
        property_ref,
        Agreement.status == "active",
        Agreement.kind == RENTAL,
        Agreement.unit_id.is_(None),
    )
    for row in db.session.scalars(query).unique():
        yield gap("no_unit", row, row.start_on, Sentence(N_("It names no unit of any property.")))
