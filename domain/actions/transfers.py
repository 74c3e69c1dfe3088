"""Tenants move to another unit: the old stay ends, the new one begins the day after, and what stands goes with them.

One piece of work under the old agreement's lock: end, open, move, bill. A preview is the same work rolled back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from domain.actions import openings
from domain.actions.adjusting import Adjusting
from domain.actions.move_outs import bill_the_rest, end_stay, spend_all_credit
from domain.actions.openings import Opening
from domain.records import deposits, transfers
from domain.records.books import lock, save
from domain.records.changes import Kept
from domain.records.repricing import Desk
from domain.rules.allocation import Profile
from domain.rules.documents import from_document
from domain.rules.rent_terms import RentLine, RentTerms
from domain.words import N_, Money, Refused, Sentence, Step, Trace
from models import Agreement, AgreementParty, Person, Property, Unit


@dataclass(frozen=True, slots=True)
class Transfer:
    """Into `unit_ref` from the day `on`, for `rent_minor` a period. `to_on`: the new last day, None: month to month.

    `deposit_minor` is the deposit of the new unit; what of it is not held already is asked for.
    """

    unit_ref: str
    on: date
    rent_minor: int
    to_on: date | None = None
    deposit_minor: int = 0
    name: str = "transfer"


def carry_out(at: Adjusting, wanted: Transfer, desk: Desk) -> Kept:
    """Move them. Raises Refused, naming the field."""
    unit, title = _unit(at, wanted)
    last = wanted.on - timedelta(days=1)
    if wanted.rent_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "rent")
    if wanted.on <= at.terms.terms.from_on:
        words = N_("The stay began on %(day)s.")
        raise Refused(Sentence(words, {"day": at.terms.terms.from_on}), "on")
    terms = _terms(at.terms.terms, wanted)
    steps = end_stay(at, last, desk, "on")
    held = deposits.held(desk, at.position)
    deposits.forget_unpaid(desk, at.position)
    spend_all_credit(at)
    opening = _opening(at, wanted, unit.ref, title, max(wanted.deposit_minor - held, 0))
    try:
        opened = openings.add_agreement(at.session, terms, opening, by=at.who.by, today=at.today, now=at.now)
    except IntegrityError as error:
        # Two that are opened at once take the same next number; the database lets one of them have it.
        words = N_("Another agreement was opened at the same moment. Send it once more.")
        raise Refused(Sentence(words), "unit") from error
    head = lock(at.session, opened.id)
    new = Adjusting(at.session, opened, head, at.who, at.today, at.now)
    moved = transfers.move(desk, replace(desk, head=head, number=0), at.position, held, at.agreement.number)
    bill_the_rest(new)
    new.spend_credit()
    new.look_again(at.today)
    save(at.session, head)
    first = Step(
        Sentence(
            N_("Moved to %(unit)s from %(day)s on: agreement %(number)s, rent %(rent)s."),
            {"unit": title, "day": wanted.on, "number": opened.number,
             "rent": Money(wanted.rent_minor, at.currency)},
        )
    )  # fmt: skip
    body = {"to": opened.ref, "moved": {"deposit": moved.deposit_minor, "credit": moved.credit_minor}}
    return Kept(wanted.name, last, Trace("change.transfer", 1, (first, *steps, *moved.steps)), body=body)


def _unit(at: Adjusting, wanted: Transfer) -> tuple[Unit, str]:
    row = at.session.execute(
        at.who.select(Unit).add_columns(Property.name)
        .join(Property, Property.id == Unit.property_id).where(Unit.ref == wanted.unit_ref)
    ).first()  # fmt: skip
    if row is None:
        raise Refused(Sentence(N_("Choose the unit that they move to.")), "unit")
    if row[0].id == at.agreement.unit_id:
        raise Refused(Sentence(N_("They live there already.")), "unit")
    return row[0], f"{row[1]} · {row[0].name}"


def _terms(old: RentTerms, wanted: Transfer) -> RentTerms:
    """The old terms with the new rent; what comes with it runs on, what was given away of the old rent does not."""
    on = wanted.on
    running = [
        replace(row, from_on=None)
        for row in old.lines
        if row.type != "rent" and (row.from_on or on) <= on and (row.until_on or on) >= on
    ]
    later = [row for row in old.lines if row.type != "rent" and row.from_on and row.from_on > on]
    rent = RentLine(
        "rent", next((row.name for row in old.lines if row.type == "rent"), "Rent"), wanted.rent_minor
    )
    return replace(
        old, from_on=on, to_on=wanted.to_on, goes_on=False, due_day=old.due_day or old.from_on.day,
        lines=(rent, *running, *later), concessions=(),
    )  # fmt: skip


def _opening(at: Adjusting, wanted: Transfer, unit_ref: str, title: str, deposit_minor: int) -> Opening:
    rows = at.session.execute(
        select(Person.ref, AgreementParty.role)
        .join(Person, Person.id == AgreementParty.person_id)
        .where(AgreementParty.agreement_id == at.agreement.id, AgreementParty.until_on.is_(None))
        .order_by(AgreementParty.id)
    ).all()
    stored: Any = at.session.scalar(select(Agreement.terms).where(Agreement.id == at.agreement.id))
    branch = at.session.scalar(select(Agreement.branch).where(Agreement.id == at.agreement.id)) or ""
    return Opening(
        title=title, start_on=wanted.on, person_refs=[row[0] for row in rows], unit_ref=unit_ref,
        deposit_minor=deposit_minor, allocation=from_document(Profile, stored.get("allocation", {})),
        roles={row[0]: row[1] for row in rows}, branch=branch,
    )  # fmt: skip
