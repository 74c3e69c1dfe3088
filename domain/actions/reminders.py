"""Remind people of what falls due and of what is late, on the days they chose. Verb: `remind`.

Which agreements are looked at stands in the database (`ReminderLook`), so a run takes as long as there is to remind,
not as there are agreements. Only what is still open once money on its way has arrived is worth a word; nobody is
reminded while a promise waits, a hold stands, or their autopay takes care of it. A reminder is told once per due
date and day of reminding, whoever runs and however often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from domain.access.parts import HOLDERS
from domain.kinds import kind_of
from domain.kinds.base import Position
from domain.kinds.charged import seen_by
from domain.kinds.coming import coming
from domain.points import reach
from domain.records.autopay_cases import contract_of
from domain.records.charging import payer_key, payer_of
from domain.records.holder_notices import FEES
from domain.records.ladder import told_today
from domain.records.notices import tell
from domain.records.position import positions_of
from domain.records.promises import waiting_until
from domain.records.reminder_looks import keep_looks
from domain.records.stored_terms import COLUMNS, stored
from domain.rules.payment_states import ON_ITS_WAY
from domain.rules.reminders import Reminder, covered, less, next_look, reminder, still_open, takes_late
from domain.transaction import transaction
from models import (
    Agreement,
    AgreementParty,
    Autopay,
    AutopayDebit,
    Business,
    Charge,
    Hold,
    LadderAct,
    LadderStep,
    Loan,
    Payment,
    ReminderDay,
    ReminderLook,
    Standing,
)

CHUNK = 500
log = structlog.get_logger()

_IDS: Any = bindparam("ids", expanding=True)
_TO_LOOK_AT = (
    select(Standing.agreement_id)
    .join(Agreement, Agreement.id == Standing.agreement_id)
    .outerjoin(ReminderLook, ReminderLook.agreement_id == Standing.agreement_id)
    .where(Agreement.status == "active", Standing.agreement_id > bindparam("after"))
    .where(
        or_(
            ReminderLook.agreement_id.is_(None),
            ReminderLook.look_on <= bindparam("today"),
            ReminderLook.entries != Standing.entries,
        )
    )
    .order_by(Standing.agreement_id)
    .limit(CHUNK)
)

_NOTICED = (
    select(LadderAct.agreement_id)
    .join(LadderStep, LadderStep.id == LadderAct.step_id)
    .where(
        LadderAct.agreement_id.in_(_IDS), LadderAct.done_on == bindparam("today"), LadderStep.act == "notice"
    )
)
_FRESH = select(Charge.id).where(
    Charge.agreement_id.in_(_IDS), Charge.type.in_(FEES), Charge.posted_on == bindparam("today")
)


@dataclass(slots=True)
class Told:
    """What a run did: agreements looked at, reminders told, and the ids of agreements it could not look at."""

    looked: int = 0
    reminders: int = 0
    failed: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Book:
    """What is known of a chunk of agreements, by agreement id (`contracts` by agreement and person).

    `quiet`: nobody is reminded of them now; `told`: people hear of what is late by another notice of the day; `fresh`:
    ids of the fees that were charged today, which have a notice of their own.
    """

    house_days: tuple[int, ...]
    agreements: dict[int, Any] = field(default_factory=dict)
    standings: dict[int, Any] = field(default_factory=dict)
    positions: dict[int, Any] = field(default_factory=dict)
    parties: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    own_days: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    under_way: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    contracts: dict[tuple[int, int], Any] = field(default_factory=dict)
    debits: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    quiet: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)

    def days_of(self, agreement_id: int, person_id: int) -> Sequence[int]:
        """The days of reminding of a person; the business's where they chose none."""
        own = self.own_days.get((agreement_id, person_id))
        return self.house_days if own is None else own


def remind(*, today: date, now: datetime) -> Told:
    """Tell the reminders of the day. Safe to repeat, to stop in and to run beside itself."""
    told, after = Told(), 0
    while True:
        with transaction() as session:
            ids = list(session.scalars(_TO_LOOK_AT, {"after": after, "today": today}))
        if not ids:
            return told
        after = ids[-1]
        try:
            _chunk(ids, told, today, now)
        except Exception as fault:
            log.error("reminders_one_by_one", first=ids[0], exc_info=fault)
            for agreement_id in ids:
                _alone(agreement_id, told, today, now)


def _alone(agreement_id: int, told: Told, today: date, now: datetime) -> None:
    """One agreement whose chunk failed: a bad one is left, told, and holds up nobody."""
    try:
        _chunk([agreement_id], told, today, now)
    except Exception as fault:
        told.failed.append(agreement_id)
        log.error("reminder_failed", agreement=agreement_id, exc_info=fault)


def _chunk(ids: Sequence[int], told: Told, today: date, now: datetime) -> None:
    with transaction() as session:
        book, looks, count = _read(session, ids, today), [], 0
        for agreement_id, agreement in book.agreements.items():
            sent, look_on = _look(session, book, agreement, today, now)
            count += sent
            looks.append((agreement_id, look_on, book.standings[agreement_id].entries))
        keep_looks(session, looks)
        reach("reminders.before_commit")
    told.looked += len(looks)
    told.reminders += count


def _look(session: Session, book: Book, agreement: Any, today: date, now: datetime) -> tuple[int, date]:
    """Tell everybody on the agreement whose turn it is; how many were told, and the day to look again."""
    kind = kind_of(agreement.kind)
    read, whole = kind.read(agreement), book.positions[agreement.id]
    due_days: set[date] = set()
    days = set(book.house_days)
    sent = 0
    for party in book.parties[agreement.id]:
        payer, alone = payer_key(party.person_id), party.role == "payer"
        terms = kind.of_payer(read, payer, alone)
        seen = seen_by(whole, payer, alone)
        ahead = coming(kind, terms, seen, today)
        due_days |= {one.due_on for one in ahead}
        wanted = book.days_of(agreement.id, party.person_id)
        days |= set(wanted)
        if agreement.id in book.told:
            wanted = [day for day in wanted if day >= 0]
        if agreement.id in book.quiet or not wanted:
            continue
        shared = bool(kind.payers(read, today))
        way = sum(
            one.amount_minor
            for one in book.under_way[agreement.id]
            if not shared or payer_of(one) in ("", payer)
        )
        asked = less(ahead, _charged_today(seen, book.fresh))
        found = reminder(still_open(asked, way), wanted, today)
        if found is not None and not _cared_for(book, agreement, party.person_id, shared, found, today):
            sent += bool(_tell(session, agreement, party.person_id, found, now))
    return sent, next_look(due_days, days, today)


def _charged_today(position: Position, fresh: set[int]) -> dict[date, int]:
    """Due day -> what is open of fees that were charged today."""
    found: dict[date, int] = defaultdict(int)
    for charge in position.charges:
        if charge.id in fresh:
            found[charge.due_on] += charge.open_minor
    return found


def _cared_for(
    book: Book, agreement: Any, person_id: int, shared: bool, found: Reminder, today: date
) -> bool:
    """Whether autopay pays it: the person's own, or of joint holders anybody's."""
    rows = [
        row for (of, whose), row in book.contracts.items()
        if of == agreement.id and (whose == person_id or not shared)
    ]  # fmt: skip
    return any(_takes(row, agreement.currency, book.debits[row.id], found, today) for row in rows)


def _takes(row: Any, currency: str, debits: Mapping[str, str], found: Reminder, today: date) -> bool:
    """Whether a contract takes what a reminder would ask for: its own debit, or one soon after of what is late."""
    contract, on = contract_of(row, currency), row.next_debit_on
    if covered(contract, on, debits, found, today):
        return True
    soon = takes_late(contract, on, debits.get(row.next_period, ""), found.amount_minor, today)
    return found.event == "reminder_late" and soon is not None


def _tell(session: Session, agreement: Any, person_id: int, found: Reminder, now: datetime) -> list[str]:
    return tell(
        session, found.event, person_id, agreement_id=agreement.id, path=f"/agreements/{agreement.ref}", now=now,
        dedupe_key=f"remind:{agreement.ref}:{found.due_on}:{found.days}",
        data={
            "agreement_ref": agreement.ref, "amount_minor": found.amount_minor, "currency": agreement.currency,
            "on": found.due_on,
        },
    )  # fmt: skip


def _read(session: Session, ids: Sequence[int], today: date) -> Book:
    """Everything that decides about these agreements, in a fixed number of statements."""
    of = {"ids": list(ids)}
    book = Book(tuple(session.scalar(select(Business.reminder_days)) or ()))
    query = select(*COLUMNS).select_from(Agreement).outerjoin(Loan, Loan.agreement_id == Agreement.id)
    rows = session.execute(query.where(Agreement.id.in_(_IDS), Agreement.status == "active"), of)
    book.agreements = {row.id: row for row in map(stored, rows)}
    heads = session.execute(select(*Standing.__table__.c).where(Standing.agreement_id.in_(_IDS)), of)
    book.standings = {row.agreement_id: row for row in heads}
    book.positions = positions_of(
        session, [(key, row.kind, book.standings[key]) for key, row in book.agreements.items()]
    )
    parties = (
        select(AgreementParty.agreement_id, AgreementParty.person_id, AgreementParty.role)
        .where(AgreementParty.agreement_id.in_(_IDS), AgreementParty.role.in_((*HOLDERS, "payer")))
        .where(AgreementParty.from_on <= today)
        .where(func.coalesce(AgreementParty.until_on, today) >= today)
        .order_by(AgreementParty.id)
    )
    for party in session.execute(parties, of):
        book.parties[party.agreement_id].append(party)
    for day in session.execute(
        select(ReminderDay.agreement_id, ReminderDay.person_id, ReminderDay.days).where(
            ReminderDay.agreement_id.in_(_IDS)
        ),
        of,
    ):
        book.own_days[day.agreement_id, day.person_id] += [] if day.days is None else [day.days]
    _read_quiet(session, book, of, today)
    _read_autopay(session, book, of)
    return book


def _read_quiet(session: Session, book: Book, of: dict[str, Any], today: date) -> None:
    """Money under way, and agreements of which nobody is reminded now."""
    way = select(
        Payment.agreement_id, Payment.person_id, Payment.amount_minor, Payment.gateway, Payment.payer_named
    ).where(Payment.agreement_id.in_(_IDS), Payment.state.in_(ON_ITS_WAY))
    for payment in session.execute(way, of):
        book.under_way[payment.agreement_id].append(payment)
    held = select(Hold.agreement_id).where(Hold.agreement_id.in_(_IDS), Hold.lifted_at.is_(None))
    book.quiet = set(session.scalars(held, of)) | set(waiting_until(session, of["ids"], today))
    book.told = told_today(session, of["ids"], today) | set(session.scalars(_NOTICED, of | {"today": today}))
    book.fresh = set(session.scalars(_FRESH, of | {"today": today}))


def _read_autopay(session: Session, book: Book, of: dict[str, Any]) -> None:
    rows = session.execute(
        select(*Autopay.__table__.c).where(Autopay.agreement_id.in_(_IDS), Autopay.state == "active"), of
    ).all()
    book.contracts = {(row.agreement_id, row.person_id): row for row in rows}
    debits = select(AutopayDebit.autopay_id, AutopayDebit.period, AutopayDebit.state).where(
        AutopayDebit.agreement_id.in_(_IDS)
    )
    for debit in session.execute(debits, of) if rows else ():
        book.debits[debit.autopay_id][debit.period] = debit.state
