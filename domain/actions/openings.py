"""Open agreements whose terms are a document: rentals, leases, credit lines. Verb: `open_agreement`.

Loans have a table of their own and are opened by `domain.actions.agreements.open_loan`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.actions import billing
from domain.kinds import kind_of
from domain.kinds.base import Position
from domain.records import search_words
from domain.records.applications import moved_in
from domain.records.books import lock, save
from domain.records.charging import post_charges
from domain.records.fee_policies import rate_caps
from domain.records.names import agreement_number, new_ref
from domain.records.parties import put_on
from domain.records.stays import check_free
from domain.records.vehicles import keep_vehicles
from domain.records.words_out import audit
from domain.rules import credit_line, lease, rent
from domain.rules.allocation import RENT_FIRST, Profile, check_profile
from domain.rules.checks import check_start
from domain.rules.credit_line import CreditTerms
from domain.rules.documents import to_document
from domain.rules.lease import LeaseTerms
from domain.rules.planned import PlannedCharge
from domain.rules.rate_caps import check_rate_cap
from domain.rules.rent import RentTerms
from domain.rules.vehicles import Facts, checked
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence, Step, Trace
from models import Agreement, Standing, Unit

Terms = RentTerms | LeaseTerms | CreditTerms
MOST_NAME = 40

_KINDS: Mapping[type, tuple[str, Callable[[Any], None]]] = {
    RentTerms: ("rental", rent.check_terms),
    LeaseTerms: ("lease_to_own", lease.check_terms),
    CreditTerms: ("credit_line", credit_line.check_terms),
}


@dataclass(frozen=True, slots=True)
class Opening:
    """What is agreed on beside the terms.

    `bill_from`: charges due before this day were somebody else's to collect (None: all are ours). `deposit_minor` is
    asked for on the first day and held, never earned. `roles`: person ref -> what they are on it, else customer. `ref`
    names the agreement, so that a form sent twice opens one. What has a unit and no `title` is called by it. `branch`:
    the office that looks after it. `vehicles`: the cars behind a lease. `application_ref`: the approved application
    that a rental comes from.
    """

    title: str
    start_on: date
    number: str | None = None
    person_refs: Sequence[str] = ()
    details: Mapping[str, Any] | None = None
    unit_ref: str = ""
    bill_from: date | None = None
    deposit_minor: int = 0
    allocation: Profile = RENT_FIRST
    roles: Mapping[str, str] = field(default_factory=dict)
    ref: str | None = None
    branch: str = ""
    vehicles: Sequence[Facts] = ()
    application_ref: str = ""


def check_opening(terms: Terms, opening: Opening) -> None:
    """Refuse what no agreement can be made of; the Refused names the field."""
    _, check = _KINDS[type(terms)]
    check(terms)
    check_profile(opening.allocation)
    for vehicle in opening.vehicles:
        checked(vehicle)
    if isinstance(terms, RentTerms):
        for line in terms.lines:
            if len(line.name) > MOST_NAME:
                words = N_("The name of a charge has at most %(most)s letters.")
                raise Refused(Sentence(words, {"most": MOST_NAME}), "lines")
    check_start(opening.start_on)
    if opening.deposit_minor < 0:
        raise Refused(Sentence(N_("The deposit must be zero or above.")), "deposit")
    if isinstance(terms, LeaseTerms) and opening.deposit_minor not in (0, terms.deposit_minor):
        words = N_("The deposit must be the one in the terms, which buying early takes off.")
        raise Refused(Sentence(words), "deposit")
    if opening.bill_from is not None and opening.bill_from < opening.start_on:
        words = N_("Billing can begin on %(start)s at the earliest, when the agreement begins.")
        raise Refused(Sentence(words, {"start": opening.start_on}), "bill_from")


def open_agreement(
    terms: Terms, opening: Opening, *, by: str, today: date, at: datetime, zone: ZoneInfo, now: datetime
) -> str:
    """Open an agreement of the kind of `terms` and bill what is due already; returns its ref.

    Raises Refused for impossible terms, a rate above a ceiling of law, a number in use or a unit that is let, Gone for
    an unknown person or unit.
    """
    check_opening(terms, opening)
    try:
        with transaction() as session:
            agreement = add_agreement(session, terms, opening, by=by, today=today, now=now)
            agreement_id, ref = agreement.id, agreement.ref
    except IntegrityError as error:
        words = N_("The agreement number %(number)s is in use.")
        raise Refused(Sentence(words, {"number": opening.number or ""}), "number") from error
    billing.bill(today=today, at=at, zone=zone, now=now, only=[agreement_id])
    return ref


def add_agreement(
    session: Session, terms: Terms, opening: Opening, *, by: str, today: date, now: datetime
) -> Agreement:
    """The same inside the caller's transaction, with its deposit asked for; billing it is the caller's."""
    check_opening(terms, opening)
    if isinstance(terms, CreditTerms):
        caps = rate_caps(session)
        check_rate_cap(terms.annual_rate_percent, caps, opening.start_on, "credit_line")
    agreement = _row(session, terms, opening, now)
    session.add(agreement)
    session.flush()
    search_words.keep(session, "agreement", [agreement.id], fresh=True)
    keep_vehicles(session, agreement.id, opening.vehicles, by=by, now=now)
    put_on(session, agreement.id, opening.person_refs, opening.start_on, opening.roles)
    if opening.application_ref:
        moved_in(session, opening.application_ref, agreement)
    session.add(_standing(agreement, opening, today))
    session.flush()
    _ask_deposit(session, agreement, terms, opening, today, now, by)
    audit(
        session, by=by, action="agreement.opened", subject="agreement", subject_id=agreement.id, at=now,
        detail={"number": agreement.number},
    )  # fmt: skip
    return agreement


def _row(session: Session, terms: Terms, opening: Opening, now: datetime) -> Agreement:
    kind, _ = _KINDS[type(terms)]
    agreement = Agreement(
        ref=opening.ref or new_ref(),
        number=opening.number or agreement_number(session, kind),
        kind=kind,
        title=opening.title[:200],
        currency=terms.currency,
        start_on=opening.start_on,
        opened_on=opening.start_on,
        created_at=now,
        details=dict(opening.details or {}),
        terms={"terms": to_document(terms), "allocation": to_document(opening.allocation)},
        ends_on=_ends_on(terms),
        branch=opening.branch,
    )
    if opening.unit_ref:
        unit = session.scalar(select(Unit).where(Unit.ref == opening.unit_ref).with_for_update())
        if unit is None:
            raise Gone(Sentence(N_("There is no such unit.")))
        last = kind_of(kind).read(agreement).last_on
        check_free(session, unit, opening.start_on, last)
        agreement.unit_id = unit.id
        agreement.title = agreement.title or f"{unit.property.name} · {unit.name}"[:200]
    return agreement


def _ends_on(terms: Terms) -> date | None:
    if isinstance(terms, RentTerms):
        return terms.to_on
    return lease.ends_on(terms) if isinstance(terms, LeaseTerms) else None


def _standing(agreement: Agreement, opening: Opening, today: date) -> Standing:
    kind = kind_of(agreement.kind)
    billed = opening.bill_from - timedelta(days=1) if opening.bill_from else None
    if kind.STATEMENTS:
        billed = None
    position = Position(0, 0, (), 0, 0, opening.start_on, billed)
    return Standing(
        agreement_id=agreement.id,
        interest_from=opening.start_on,
        billed_through=billed,
        next_bill_on=kind.next_planned_on(kind.read(agreement), position),
    )


def _ask_deposit(
    session: Session,
    agreement: Agreement,
    terms: Terms,
    opening: Opening,
    today: date,
    now: datetime,
    by: str,
) -> None:
    # A lease names its deposit in its terms, because buying early takes it off the price.
    asked = terms.deposit_minor if isinstance(terms, LeaseTerms) else opening.deposit_minor
    if not asked:
        return
    why = Step(Sentence(N_("The security deposit as agreed: held, and given back.")), asked)
    day = max(opening.start_on, opening.bill_from or opening.start_on)
    # Asked for when it is agreed: it is in the books from then on, and not yet due until its day.
    deposit = PlannedCharge(
        number=1, type="deposit", rule="deposit", key="opening", due_on=day, period_from=day, period_to=day,
        amount_minor=asked, trace=Trace("deposit", 1, (why,)), effective_on=min(day, today),
    )  # fmt: skip
    head = lock(session, agreement.id)
    post_charges(session, [(head, agreement.currency, deposit)], today=today, now=now, by=by)
    save(session, head)
