"""A person's autopay as pages show it: what it is, the debits that are ahead, and what became of earlier ones.

Verbs: `contract_of` the agreement's, `told` with everything about one, `preview` of a contract that is not kept yet,
`offered` for what can be chosen on an agreement. What is coming of everything: `domain.reports.autopay_coming`.
Read-only; amounts come from the rules that the run decides by (`domain.reports.autopay_ahead`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from domain.access import Scope
from domain.records.autopay_cases import contract_of as contract_from
from domain.records.run_decisions import debit_key, decisions
from domain.reports import agreements
from domain.reports.agreements import WITH_TERMS, View
from domain.reports.autopay_ahead import Standing, simulated
from domain.reports.autopay_became import became
from domain.reports.autopay_days import calendar_of, notice_until, send_day
from domain.reports.ways_to_pay import Way
from domain.rules.authorisations import scheme_of
from domain.rules.autopay import Contract, Debit
from domain.rules.autopay_checks import check_contract
from domain.rules.autopay_ends import why_ended
from domain.rules.autopay_text import BACKUP_SCHEMES
from domain.words import Sentence
from models import (
    Agreement,
    Autopay,
    AutopayDebit,
    AutopayMethod,
    Mandate,
    Payment,
    PaymentMethod,
    PaymentReturn,
    db,
)

AHEAD = 12
MOST_PAST = 12
OVER = ("begun", "retry", "done", "given_up", "covered", "held")
"""The states of a debit that is no part of a forecast any more, where it was not skipped."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A contract that has not ended, in short."""

    ref: str
    state: str
    contract: Contract
    method_refs: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Past:
    """What became of one debit: what was announced or taken, and its payment, "" where none was begun."""

    debit_on: date
    amount_minor: int | None
    words: Sentence
    payment_ref: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Everything about one contract. `waits`: period -> state of its row, for debits that were touched and not begun.

    `why` says why it has stopped or ended; `held`: a hold of the agreement stands; `open`: the agreement is running.
    """

    ref: str
    state: str
    agreement_ref: str
    name: str
    number: str
    open: bool
    held: bool
    contract: Contract
    method_refs: tuple[str, ...]
    methods: tuple[str, ...]
    debits: tuple[Debit, ...]
    waits: Mapping[str, str]
    past: tuple[Past, ...]
    why: Sentence | None
    permission_ref: str

    @property
    def next(self) -> Debit | None:
        """The next debit that takes something, else the next one."""
        return next((one for one in self.debits if one.taken), next(iter(self.debits), None))


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen on an agreement: the rules of the amount, and whether there is a rent to follow."""

    rules: tuple[str, ...]
    follows: bool


def offered(scope: Scope, view: View) -> Offered:
    """What autopay can take on an agreement, what most people want first."""
    rules: tuple[str, ...] = (
        ("minimum", "statement", "fixed") if view.closes_cycles else ("due", "due_plus", "fixed")
    )
    shared = not view.alone and not view.kind.payers(view.terms, view.on)
    if shared and len(agreements.people_on(scope, view.agreement)) > 1:
        rules = (*rules, "share")
    return Offered(rules, "rent" in view.kind.CHANGES and not view.alone)


def stands_in(way: Way, currency: str) -> bool:
    """Whether a way to pay can be a backup: it needs no mandate of its own at a bank."""
    return scheme_of(way.instrument, currency, way.gateway) in BACKUP_SCHEMES


def contract_of(scope: Scope, agreement: Any) -> Kept | None:
    """The person's own contract on the agreement that has not ended."""
    row = _newest(scope, agreement, Autopay.state != "ended")
    if row is None:
        return None
    refs = tuple(ref for ref, _name, _gateway in _methods(row.id))
    return Kept(row.ref, row.state, contract_from(row, agreement.currency), refs, row.version)


def past_of(scope: Scope, agreement: Any) -> Autopay | None:
    """The person's latest contract on the agreement that has ended."""
    return _newest(scope, agreement, Autopay.state == "ended")


def latest_version(scope: Scope, agreement: Any) -> str:
    """A name of the last state of the person's autopay there: another one after every acceptance."""
    row = _newest(scope, agreement)
    return f"{row.ref}:{row.version}" if row is not None else ""


def _newest(scope: Scope, agreement: Any, *wanted: Any) -> Autopay | None:
    query = scope.select(Autopay).where(
        Autopay.agreement_id == agreement.id, Autopay.person_id == scope.person_id, *wanted
    )
    return db.session.scalars(query.order_by(Autopay.id.desc()).limit(1)).first()


def _methods(autopay_id: int) -> list[tuple[str, str, str]]:
    """(ref, name, gateway) of its ways to pay in the order in which they are tried."""
    method = PaymentMethod
    rows = db.session.execute(
        select(method.ref, method.nickname, method.label, method.gateway)
        .join(AutopayMethod, AutopayMethod.method_id == method.id)
        .where(AutopayMethod.autopay_id == autopay_id)
        .order_by(AutopayMethod.position)
    )
    return [(ref, f"{own} ({label})" if own else label, gateway) for ref, own, label, gateway in rows]


def preview(
    scope: Scope, view: View, contract: Contract, methods: Sequence[str], *, count: int = AHEAD
) -> tuple[Debit, ...]:
    """The first debits of a contract that is accepted today, with the first of `methods` (refs).

    Raises Refused, naming the field, for one that makes no sense there.
    """
    choice = offered(scope, view)
    check_contract(contract, statements=view.kind.STATEMENTS, follows=choice.follows, today=view.on)
    gateway = ""
    if methods:
        query = scope.select(PaymentMethod, PaymentMethod.gateway).where(PaymentMethod.ref == methods[0])
        gateway = db.session.scalar(query) or ""
    found = ahead(view, contract, gateway, view.on, count + 3)
    return tuple(one for one in found if _in_time(gateway, one.debit_on, view.on))[:count]


def _in_time(gateway: str, debit_on: date, on: date) -> bool:
    """Whether a first debit can still be sent, and told of as its scheme asks, before that day."""
    if not gateway:
        return True
    until = notice_until(gateway, debit_on)
    return send_day(gateway, debit_on, first=True) >= on and (until is None or until >= on)


def ahead(
    view: View, contract: Contract, gateway: str, on: date, count: int = AHEAD,
    rows: Sequence[AutopayDebit] = (), held: frozenset[str] = frozenset(),
) -> tuple[Debit, ...]:  # fmt: skip
    """The next debits of a contract from a day on. `rows`: what was written down of its periods; `held`: those that
    staff hold back.
    """
    periods = {
        state: frozenset(one.period for one in rows if one.state == state)
        for state in ("skipped", "approved")
    }
    over = frozenset(one.period for one in rows if one.state in OVER)
    return simulated(Standing(view, contract, calendar_of(gateway), over, held=held, **periods), on, count)


def told(scope: Scope, ref: str, on: date) -> Told | None:
    """One contract of the person with all that is known of it; None where it is not theirs."""
    row = db.session.scalars(
        scope.select(Autopay).where(Autopay.ref == ref, Autopay.person_id == scope.person_id)
    ).first()
    if row is None:
        return None
    agreement = db.session.scalars(
        scope.select(Agreement).where(Agreement.id == row.agreement_id).options(*WITH_TERMS)
    ).unique().first()  # fmt: skip
    if agreement is None:
        return None
    view = agreements.view(agreement, on, agreements.payer_of(scope))
    contract, methods = contract_from(row, view.currency), _methods(row.id)
    rows = _rows(row.id)
    debits = expected(view, row, contract, rows) if row.state != "ended" and view.open else ()
    stopped = row.state in ("stopped", "ended")
    mandate = db.session.scalar(select(Mandate.ref).where(Mandate.id == row.mandate_id))
    past = (
        (one, payment)
        for one, payment in rows
        if (one.state in OVER or one.debit_on < on) and all(one.period != ahead.period for ahead in debits)
    )
    return Told(
        row.ref, row.state, view.ref, view.name, view.number, view.open, view.held, contract,
        tuple(one[0] for one in methods), tuple(one[1] for one in methods), debits,
        {one.period: one.state for one, _payment in rows if one.state in ("asked", "approved", "skipped")},
        tuple(_past(one, payment) for one, payment in past)[:MOST_PAST],
        why_ended(row.stopped_code) if stopped else None, mandate or "",
    )  # fmt: skip


def expected(
    view: View, row: Autopay, contract: Contract, rows: Sequence[tuple[AutopayDebit, Any]], count: int = AHEAD
) -> tuple[Debit, ...]:
    """The debits ahead of a contract that is kept, from its next one on."""
    since = max(row.next_debit_on or view.on, view.on) if row.state == "active" else view.on
    gateway = next((one[2] for one in _methods(row.id)), "")
    held = held_periods(row, view.on)
    found = ahead(view, contract, gateway, since, count, [one for one, _payment in rows], held)
    # One that the run looked at already waits from day to day.
    waiting = [
        Debit(one.period, one.due_on, one.debit_on, one.due_on, 0, ("held",))
        for one, _payment in reversed(rows)
        if one.state == "held" and one.period in held
    ]
    found = (*waiting, *found)
    if row.next_debit_on is not None:
        return found
    return tuple(one for one in found if _in_time(gateway, one.debit_on, view.on))


def held_periods(row: Autopay, on: date) -> frozenset[str]:
    """The periods of a contract whose debits staff hold back on a day."""
    newest = decisions(db.session.connection(), [row.agreement_id]).newest
    prefix = debit_key(row.ref, "")
    return frozenset(
        key.removeprefix(prefix) for key, one in newest.items() if key.startswith(prefix) and one.holds(on)
    )


def _rows(autopay_id: int) -> list[tuple[AutopayDebit, Any]]:
    """(what was written down of a period, its payment with what became of that, or None), the newest first."""
    query = (
        select(AutopayDebit, Payment.ref, PaymentReturn.code, PaymentReturn.returned_on)
        .outerjoin(Payment, Payment.id == AutopayDebit.payment_id)
        .outerjoin(PaymentReturn, PaymentReturn.payment_id == Payment.id)
        .where(AutopayDebit.autopay_id == autopay_id)
        .order_by(AutopayDebit.debit_on.desc())
        .limit(60)
    )
    return [(row[0], row) for row in db.session.execute(query)]


def _past(row: AutopayDebit, payment: Any) -> Past:
    return Past(
        row.debit_on, row.amount_minor, became(row, payment.code, payment.returned_on), payment.ref or ""
    )
