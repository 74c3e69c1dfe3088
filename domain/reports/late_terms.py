"""What happens when a customer pays late, in sentences with dates, from the policy in force. Verb: `late_terms`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from sqlalchemy import select

from domain.records.fee_policies import policies
from domain.reports.agreements import View
from domain.rules.late_fee_policy import LateFeePolicy
from domain.rules.late_fee_preview import CalendarRow, calendar
from domain.rules.late_fees import choose
from domain.rules.legal_caps import LegalCap
from domain.words import N_, Money, Sentence
from models import Property, Unit, db

MONTHS = 2


def late_terms(view: View) -> Sequence[Sentence]:
    """What the policy in force adds, and when, if the next payment (or one still in time) stays unpaid.

    Nothing for an agreement without such a policy, or one on which nothing more falls due. The figures are those of the
    regular payment: what is paid before the day lowers a fee that is counted from what is unpaid.
    """
    if not view.open:
        return ()
    session = db.session()
    rules = policies(session)
    if not rules.any_of(view.agreement.kind):
        return ()
    place = None
    if view.agreement.unit_id:
        query = select(Unit.property_id, Property.jurisdiction).join(
            Property, Property.id == Unit.property_id
        )
        place = session.execute(query.where(Unit.id == view.agreement.unit_id)).first()
    scoped = rules.of(view.agreement.kind, place.property_id if place else None, view.agreement.id)
    caps = rules.caps_of(view.agreement.kind, place.jurisdiction if place else "")
    for due_on in (view.due.oldest_on, view.due.next_on):
        if due_on is None:
            continue
        policy = choose(scoped, due_on)
        amount = view.kind.standard_payment(view.terms, due_on) or view.due.next_minor
        said = _said(policy, caps, due_on, amount, view.on) if policy and amount > 0 else ()
        if said:
            return said
    return ()


def _said(
    policy: LateFeePolicy, caps: Sequence[LegalCap], due_on: date, amount_minor: int, on: date
) -> Sequence[Sentence]:
    """The first fee by its date and what follows it; nothing when that date has passed or no fee comes."""
    rows = [row for row in calendar(policy, due_on, amount_minor, MONTHS, caps) if row.fee_minor]
    if not rows or rows[0].on < on:
        return ()
    return [_first(policy, due_on, rows[0]), *_further(policy, rows)]


def _first(policy: LateFeePolicy, due_on: date, row: CalendarRow) -> Sentence:
    params = {"due": due_on, "day": row.on, "fee": Money(row.fee_minor, policy.currency)}
    if policy.posting == "propose":
        return Sentence(N_("Due on %(due)s. From %(day)s a late fee of %(fee)s may be added."), params)
    if policy.cut_off > time(0):
        words = N_("Due on %(due)s. From %(time)s on %(day)s a late fee of %(fee)s is added.")
        return Sentence(words, params | {"time": policy.cut_off.strftime("%H:%M")})
    return Sentence(N_("Due on %(due)s. From %(day)s a late fee of %(fee)s is added."), params)


def _further(policy: LateFeePolicy, rows: Sequence[CalendarRow]) -> list[Sentence]:
    said = []
    if len(rows) > 1:
        words = N_("If it stays unpaid, %(fee)s more is added on %(day)s.")
        if len(rows) > 2:
            words = N_("If it stays unpaid, %(fee)s more is added on %(day)s, and further fees follow.")
        fee = Money(rows[1].fee_minor, policy.currency)
        said.append(Sentence(words, {"fee": fee, "day": rows[1].on}))
    if rows[-1].capped and len(rows) > 1:
        total = Money(rows[-1].total_minor, policy.currency)
        said.append(Sentence(N_("Late fees for this payment end at %(total)s."), {"total": total}))
    return said
