"""Take many contracts of autopay in hand, chunk by chunk, each in a transaction of its own. Verbs: `in_chunks`, `take`.

A chunk that fails is done again one contract at a time, so that one bad row holds up nothing but itself; it is logged
and becomes a task. Any number of processes may do this beside each other: a contract that somebody else holds is
theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Select, literal, select, tuple_
from sqlalchemy.orm import Session

from domain.actions.notices import LOST_DATABASE
from domain.points import reach
from domain.records.autopay_cases import Case, cases_of, contracts, known
from domain.records.books import lock_many
from domain.records.bulk import among
from domain.records.tasks import open_task
from domain.rules.autopay_policy import Policy, autopay_policy
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import Autopay, Business

CHUNK = 500
log = structlog.get_logger()
_A = Autopay.__table__.c
ACTIVE = literal("active", literal_execute=True)
"""In the text of a statement, so that the index of contracts that run is found."""


@dataclass(slots=True)
class Chunks:
    """What a run over contracts did: how many it looked at, and the ids of those that failed."""

    seen: int = 0
    failed: list[int] = field(default_factory=list)
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class House:
    """What the business says of debits just now."""

    paused: bool
    policy: Policy


def house(door: Connection, *, lock: bool = False) -> House:
    """Read inside the claim, so that the switch counts from the moment it is turned.

    `lock`: who begins debits under a cap does it one after the other.
    """
    asked = select(Business.debits_paused, Business.payments_paused, Business.autopay_policy)
    row = door.execute(asked.with_for_update() if lock else asked).first()
    if row is None:
        return House(False, Policy())
    try:
        policy = autopay_policy(row.autopay_policy)
    except Refused as refused:
        log.error("autopay_policy_unreadable", why=str(refused))
        return House(True, Policy())
    if not lock and capped(policy):
        return house(door, lock=True)
    return House(bool(row.debits_paused or row.payments_paused), policy)


def capped(policy: Policy) -> bool:
    """Whether any cap is set."""
    return (policy.most_per_run, policy.most_per_day_minor, policy.most_per_customer_minor) != (None,) * 3


def in_chunks(
    which: Select[Any],
    work: Callable[[Session, list[int]], bool],
    *,
    limit: int,
    now: datetime,
    size: int = CHUNK,
) -> Chunks:
    """Give `work` the contracts of `which` (id, next_send_on) chunk by chunk; it returns False to stop the run."""
    done, after = Chunks(), None
    while done.seen < limit and not done.stopped:
        query = which.order_by(_A.next_send_on, _A.id).limit(min(size, limit - done.seen))
        if after is not None:
            query = query.where(_beyond(*after))
        with transaction() as session:
            found = session.connection().execute(query).all()
        if not found:
            break
        after = (found[-1].next_send_on, found[-1].id)
        done.seen += len(found)
        _several([row.id for row in found], work, done, now)
        reach("autopay.chunk_kept")
    return done


def _beyond(send_on: date | None, autopay_id: int) -> Any:
    """What comes after a contract in the order of the index."""
    if send_on is None:
        return _A.id > autopay_id
    return tuple_(_A.next_send_on, _A.id) > tuple_(literal(send_on), literal(autopay_id))


def _several(ids: list[int], work: Callable[[Session, list[int]], bool], done: Chunks, now: datetime) -> None:
    """One transaction for all of them; when it fails, one for each."""
    try:
        with transaction() as session:
            goes_on = work(session, ids)
        done.stopped = done.stopped or not goes_on
    except LOST_DATABASE:
        raise
    except Exception as fault:  # whatever is wrong with one contract, the others go on
        if len(ids) > 1:
            for one in ids:
                if not done.stopped:
                    _several([one], work, done, now)
            return
        log.error("autopay_failed", contract=ids[0], exc_info=fault)
        done.failed.append(ids[0])
        _park(ids[0], now)


def _park(autopay_id: int, now: datetime) -> None:
    """Tell somebody of a contract that cannot be worked on."""
    with transaction() as session:
        row = session.execute(select(_A.ref, _A.agreement_id).where(_A.id == autopay_id)).first()
        if row is not None:
            words = N_("Autopay could not work on this agreement. The log of the program says why.")
            open_task(
                session, "autopay", f"autopay:{row.ref}:failed", Sentence(words), now=now, subject="autopay",
                subject_id=autopay_id, agreement_id=row.agreement_id,
            )  # fmt: skip


def take(door: Connection, ids: Sequence[int], *conditions: Any) -> list[Case]:
    """Lock these contracts and what they stand on, as far as nobody else holds them and the conditions still hold.

    The standings of the agreements come first, as everywhere.
    """
    of = door.execute(select(_A.agreement_id).where(among(door, _A.id, list(ids)))).all()
    heads = lock_many(door, known(of))
    query = contracts().where(among(door, _A.id, list(ids)), _A.state == "active", *conditions)
    rows = door.execute(
        query.order_by(_A.next_send_on, _A.id).with_for_update(of=Autopay.__table__, skip_locked=True)
    ).all()
    return cases_of(door, rows, heads)
