"""Which agreements are left alone for now because somebody promised to pay. Read by reminders and the ladder.

Questions: `waiting_until`, `counts_as_broken`, `WAITS`. Made, decided and looked at by `domain.actions.promises`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from domain.records.position import AnySession
from domain.rules.promises import policy_of
from models import Business, Promise

WAITS = ("asked", "open")
"""The states of a promise for which dunning waits."""


def waiting_until(session: AnySession, ids: Iterable[int], on: date) -> dict[int, date]:
    """Agreement id -> the last day through which reminders and the ladder wait, for those where they wait on `on`.

    A promise that stands waits through its day, and until money on its way has arrived or failed; a request for more
    time only so long as the policy says, however far it reaches.
    """
    wanted = list(ids)
    if not wanted:
        return {}
    rows = session.execute(
        select(Promise.agreement_id, Promise.state, Promise.until_on, Promise.made_on).where(
            Promise.agreement_id.in_(wanted), Promise.state.in_(WAITS)
        )
    ).all()
    if not rows:
        return {}
    policy = policy_of(session.scalar(select(Business.promise_policy)) or {})
    found: dict[int, date] = {}
    for agreement_id, state, until_on, made_on in rows:
        # What is still open after its day waits for money on its way: it is looked at every day.
        last = max(until_on, on) if state == "open" else made_on + timedelta(days=policy.asked_waits_days)
        if last >= on:
            found[agreement_id] = max(last, found.get(agreement_id, last))
    return found


def counts_as_broken(row: Any) -> bool:
    """Whether a promise counts against further ones; `row` has `state`, `made_on` and `decided_at`.

    One taken back on a later day has let the reminders wait as well: nobody may go on so for ever.
    """
    return row.state == "broken" or (
        row.state == "withdrawn" and row.decided_at is not None and row.decided_at.date() > row.made_on
    )
