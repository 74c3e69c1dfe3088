"""Autopay contracts that cannot take what falls due: their limit or fixed amount is below it. Verb: `looked`.

Contracts of people who owe everything together are counted together; whoever owes a share of their own is held against
that share alone. A share by percent is a wish, not a gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import joinedload

from domain.access import Scope
from domain.kinds import kind_of
from domain.records.autopay_cases import contract_of
from domain.records.charging import payer_key
from domain.reports.gap_looks import Gap, agreements, gap
from domain.reports.positions import positions
from domain.rules.autopay import Contract, Obligation, turns
from domain.words import N_, Money, Sentence
from models import Agreement, Autopay, db

AHEAD = timedelta(days=45)
"""How far the due days are looked at, for contracts that pay on them."""
YEAR = timedelta(days=365)


def looked(scope: Scope, on: date, property_ref: str = "") -> list[Gap]:
    """Agreements whose running autopay takes less than what falls due, in one property where one is named."""
    bounded = or_(Autopay.limit_minor.is_not(None), Autopay.amount_rule == "fixed")
    running = Autopay.state.in_(("active", "paused"))
    some = scope.select(Autopay, Autopay.agreement_id).where(running, bounded)
    query = agreements(scope, property_ref, Agreement.status == "active", Agreement.id.in_(some))
    rows = db.session.scalars(
        query.options(joinedload(Agreement.standing), joinedload(Agreement.loan))
    ).unique()
    of = {row.id: row for row in rows}
    if not of:
        return []
    contracts: dict[int, list[Autopay]] = defaultdict(list)
    every = scope.select(Autopay).where(running, Autopay.agreement_id.in_(list(of))).order_by(Autopay.id)
    for one in db.session.scalars(every):
        contracts[one.agreement_id].append(one)
    at = positions(list(of.values()))
    return [gap for key, row in of.items() for gap in _of(row, at[key], contracts[key], on)]


def _of(row: Agreement, position: Any, rows: Sequence[Autopay], on: date) -> Iterator[Gap]:
    kind = kind_of(row.kind)
    terms = kind.read(row)
    alone = set(kind.payers(terms, on))
    groups: dict[str, list[Autopay]] = defaultdict(list)
    for one in rows:
        key = payer_key(one.person_id)
        groups[key if key in alone else ""].append(one)
    for payer, mine in groups.items():
        seen = kind.of_payer(terms, payer or payer_key(mine[0].person_id), bool(payer))
        dues: dict[date, int] = defaultdict(int)
        for line in kind.schedule(seen, position, on):
            if on <= line.due_on <= on + YEAR:
                dues[line.due_on] += line.amount_minor
        told = [contract_of(one, row.currency) for one in mine]
        by_due_day = all(one.cadence == "due" for one in told)
        short = _by_day(told, dues, on) if by_due_day else _by_year(told, dues, on)
        if short is not None:
            since, taken, due = short
            sums = {"taken": Money(taken, row.currency), "due": Money(due, row.currency), "day": since}
            words = N_("It takes %(taken)s of the %(due)s that fall due on %(day)s.")
            if not by_due_day:
                words = N_("It takes %(taken)s in the coming year, in which %(due)s fall due.")
            mend = ("office.agreement_autopay", {"ref": row.ref})
            yield gap("autopay", row, since, Sentence(words, sums), mend)


def _by_day(told: Sequence[Contract], dues: Mapping[date, int], on: date) -> tuple[date, int, int] | None:
    """The first due day whose amount they cannot take: (day, what they take, what falls due)."""
    for day, amount in sorted(dues.items()):
        if day > on + AHEAD:
            return None
        wanted = [_wanted(one, amount) for one in told]
        taken = [min(minor, one.limit_minor or minor) for minor, one in zip(wanted, told, strict=True)]
        bounded = any(
            minor < want or one.amount_rule == "fixed"
            for minor, want, one in zip(taken, wanted, told, strict=True)
        )
        if bounded and sum(taken) < amount:
            return day, sum(taken), amount
    return None


def _by_year(told: Sequence[Contract], dues: Mapping[date, int], on: date) -> tuple[date, int, int] | None:
    """The same for contracts with days of their own: what they take through the last due day of the year."""
    if not dues:
        return None
    last, needed = max(dues), sum(dues.values())
    taken = 0
    for one in told:
        if one.cadence != "due" and one.amount_rule != "fixed" and one.limit_minor is None:
            return None
        for turn in turns(one, [Obligation(day, None) for day in sorted(dues)]):
            if turn.debit_on > last:
                break
            if turn.debit_on >= on:
                fallback = dues.get(turn.due_on, one.limit_minor or 0)
                minor = _wanted(one, fallback)
                taken += min(minor, one.limit_minor or minor)
    return (on, taken, needed) if taken < needed else None


def _wanted(contract: Contract, due_minor: int) -> int:
    """What a contract takes of an amount that falls due, before its limit."""
    if contract.amount_rule == "fixed":
        return contract.amount_minor
    if contract.amount_rule == "share":
        return due_minor * contract.share_bp // 10_000
    return due_minor
