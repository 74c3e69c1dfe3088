"""Contracts of autopay with all that decides their next debit, many at once, in the caller's transaction; only reads.

Verbs: `contracts`, `cases_of`, `owing`, `next_turn`. What is owed is read under the lock of the agreements' standings,
which the caller holds, and money under way counts as paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, literal, select

from domain.kinds import kind_of
from domain.kinds.base import Position
from domain.kinds.charged import seen_by
from domain.kinds.coming import nearest_due, owing_of
from domain.kinds.kind import Kind
from domain.records.books import Head
from domain.records.charging import payer_key, payer_of
from domain.records.position import positions_of
from domain.records.ready_made import ReadyMade
from domain.records.run_decisions import Decisions, decisions
from domain.records.stored_terms import COLUMNS, stored
from domain.rules.autopay import Contract, Obligation, Owing, Turn, next_after
from domain.rules.payment_states import ON_ITS_WAY
from models import (
    Agreement,
    AgreementParty,
    Allocation,
    Autopay,
    AutopayDebit,
    AutopayMethod,
    Hold,
    Loan,
    Mandate,
    Payment,
    PaymentMethod,
)

_AUTOPAY, _DEBIT = Autopay.__table__, AutopayDebit.__table__
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_CONTRACT = (*_AUTOPAY.c, Mandate.ended_at.label("revoked_at"), Mandate.accepted_on)
_AGREEMENTS = ReadyMade(
    select(*COLUMNS)
    .select_from(Agreement)
    .outerjoin(Loan, Loan.agreement_id == Agreement.id)
    .where(Agreement.id.in_(_IDS))
)
_METHODS = ReadyMade(
    select(
        AutopayMethod.autopay_id, AutopayMethod.position, PaymentMethod.id, PaymentMethod.ref, PaymentMethod.gateway,
        PaymentMethod.kind, PaymentMethod.label, PaymentMethod.funding, PaymentMethod.removed_at,
        PaymentMethod.stopped_code, PaymentMethod.verification,
    )
    .join(PaymentMethod, PaymentMethod.id == AutopayMethod.method_id)
    .where(AutopayMethod.autopay_id.in_(_IDS))
    .order_by(AutopayMethod.autopay_id, AutopayMethod.position)
)  # fmt: skip
_UNDER_WAY = ReadyMade(
    select(
        Payment.id, Payment.agreement_id, Payment.person_id, Payment.amount_minor, Payment.state, Payment.begun_on,
        Payment.gateway, Payment.payer_named, Payment.channel,
    )
    .where(Payment.agreement_id.in_(_IDS), Payment.state.in_([literal(state) for state in ON_ITS_WAY]))
    .order_by(Payment.id)
)  # fmt: skip
_DEBITS = ReadyMade(
    select(_DEBIT)
    .join(_AUTOPAY, (_AUTOPAY.c.id == _DEBIT.c.autopay_id) & (_AUTOPAY.c.next_period == _DEBIT.c.period))
    .where(_DEBIT.c.autopay_id.in_(_IDS))
)
_HELD = ReadyMade(select(Hold.agreement_id).where(Hold.agreement_id.in_(_IDS), Hold.lifted_at.is_(None)))
_ALONE = ReadyMade(
    select(AgreementParty.agreement_id, AgreementParty.person_id).where(
        AgreementParty.agreement_id.in_(_IDS),
        AgreementParty.role == literal("payer"),
        AgreementParty.until_on.is_(None),
    )
)
_OWN = (
    select(Allocation.amount_minor)
    .join(Payment, Payment.id == Allocation.payment_id)
    .where(Payment.agreement_id == bindparam("of"), Payment.person_id == bindparam("payer"))
    .where(Allocation.due_on == bindparam("due_on"))
)


@dataclass(slots=True)
class Case:
    """One contract while its debit is decided. `row` has the columns of `Autopay`, `revoked_at` and `accepted_on`.

    `position` is as its payer may know it; `under_way` are payments of the agreement that are not posted yet; `debit`
    is the row of its next period, None where nothing was written down of it; `held`: a hold stands.
    """

    row: Any
    contract: Contract
    agreement: Any
    kind: Kind
    whole_terms: Any
    terms: Any
    whole_position: Position
    alone: bool
    debit: Any = None
    held: bool = False
    methods: list[Any] = field(default_factory=list)
    under_way: list[Any] = field(default_factory=list)
    decisions: Decisions = field(default_factory=Decisions)

    @property
    def payer(self) -> str:
        return payer_key(self.row.person_id)

    def method(self, first: int = 0) -> Any:
        """The first way to pay from a position on that can be used; None where there is none."""
        return next((one for one in self.methods if one.position >= first and usable(one)), None)


def usable(method: Any) -> bool:
    """Whether a way to pay can be used now."""
    return (
        method.removed_at is None
        and not method.stopped_code
        and method.verification not in ("sent", "failed")
    )


def contracts() -> Select[Any]:
    """A SELECT of contracts with what became of the permission they rest on."""
    return select(*_CONTRACT).outerjoin(Mandate, Mandate.id == _AUTOPAY.c.mandate_id)


def contract_of(row: Any, currency: str) -> Contract:
    """The contract of a row with the columns of `Autopay`, as the rules know it."""
    return Contract(
        currency=currency,
        amount_rule=row.amount_rule,
        starts_on=row.starts_on,
        amount_minor=row.amount_minor,
        share_bp=row.share_bp,
        limit_minor=row.limit_minor,
        above_limit=row.above_limit,
        cadence=row.cadence,
        days_before=row.days_before,
        anchor_on=row.anchor_on,
        second_day=row.second_day,
        range_min_minor=row.range_min_minor,
        range_max_minor=row.range_max_minor,
        follow_rent_bp=row.follow_rent_bp,
        standard_minor=row.standard_minor,
        ends_on=row.ends_on,
        paused_from=row.paused_from,
        paused_until=row.paused_until,
    )


def cases_of(door: Connection, rows: Sequence[Any], heads: Mapping[int, Head]) -> list[Case]:
    """Everything that decides the next debit of these contracts, in their order; those without a locked standing are
    left out.
    """
    rows = [row for row in rows if row.agreement_id in heads]
    if not rows:
        return []
    ids = [row.id for row in rows]
    of = sorted({row.agreement_id for row in rows})
    agreements = {one.id: one for one in map(stored, _AGREEMENTS.all_of(door, of))}
    at = positions_of(door, [(key, agreements[key].kind, heads[key]) for key in of])
    methods, under_way = defaultdict(list), defaultdict(list)
    for method in _METHODS.all_of(door, ids):
        methods[method.autopay_id].append(method)
    for payment in _UNDER_WAY.all_of(door, of):
        under_way[payment.agreement_id].append(payment)
    debits = {one.autopay_id: one for one in _DEBITS.all_of(door, ids)}
    held = {one.agreement_id for one in _HELD.all_of(door, of)}
    alone = {(one.agreement_id, one.person_id) for one in _ALONE.all_of(door, of)}
    decided = decisions(door, of)
    read = {key: kind_of(one.kind).read(one) for key, one in agreements.items()}
    found = []
    for row in rows:
        agreement, kind = agreements[row.agreement_id], kind_of(agreements[row.agreement_id].kind)
        only = (row.agreement_id, row.person_id) in alone
        terms = kind.of_payer(read[row.agreement_id], payer_key(row.person_id), only)
        found.append(
            Case(
                row, contract_of(row, agreement.currency), agreement, kind, read[row.agreement_id], terms,
                at[row.agreement_id], only, debits.get(row.id), row.agreement_id in held, methods[row.id],
                under_way[row.agreement_id], decided,
            )
        )  # fmt: skip
    return found


def counted(case: Case, through: date, this: int | None = None) -> list[Any]:
    """The payments under way that count as paid for a debit that pays what is due through a day.

    What somebody planned themselves counts when its day is not later; a debit of another contract, when it was there
    first. `this` is the debit's own payment, which is not one of them.
    """
    return [
        one
        for one in case.under_way
        if one.id != this
        and (
            one.state != "scheduled"
            or (one.begun_on <= through and (one.channel != "autopay" or this is None or one.id < this))
        )
    ]


def owing(door: Connection, case: Case, turn: Turn, this: int | None = None) -> Owing:
    """What is owed for the debit of `turn`; `this` is its own payment, where it has one."""
    way, position = counted(case, turn.through_on, this), case.whole_position
    on_its_way = sum(one.amount_minor for one in way)
    own = 0
    if case.contract.amount_rule == "share":
        asked = {"of": case.row.agreement_id, "payer": case.row.person_id, "due_on": turn.due_on}
        own = sum(door.execute(_OWN, asked).scalars())
        own += sum(one.amount_minor for one in way if one.person_id == case.row.person_id)
    if way and case.kind.payers(case.whole_terms, turn.due_on):
        # Everybody pays their own share: what counts is what is left of it once the money of all has come.
        for one in way:
            day = max(turn.debit_on, position.interest_from)
            position = case.kind.apply(
                case.whole_terms, position, one.amount_minor, day, payer=payer_of(one)
            ).after
        on_its_way = 0
    position = seen_by(position, case.payer, case.alone)
    return owing_of(
        case.kind, case.terms, position, case.contract, turn, on_its_way_minor=on_its_way, own_minor=own
    )


def next_turn(case: Case, after: date, on: date, calendar: str) -> Turn | None:
    """The contract's first turn of a period after the day `after` whose money is not taken before the day `on`.

    None where nothing is ahead, as far as it is known now.
    """
    dues: tuple[Obligation, ...] = ()
    if case.contract.cadence == "due":
        position = seen_by(case.whole_position, case.payer, case.alone)
        dues = nearest_due(case.kind, case.terms, position, after)
    return next_after(case.contract, dues, after.isoformat(), on, calendar=calendar)


def turn_of(cadence: str, debit: Any) -> Turn:
    """The turn of a period that has a row, of a contract with that cadence."""
    through = debit.due_on if cadence == "due" else debit.debit_on
    return Turn(debit.period, debit.due_on, debit.debit_on, through)


def known(rows: Iterable[Any]) -> list[int]:
    """The ids of the agreements of these contracts, in the order in which they are locked."""
    return sorted({row.agreement_id for row in rows})
