"""Climb the delinquency ladder: what is done after so many days late. Verbs: `climb`; `start`, `add`, `change` rungs.

One engine for every kind of agreement. Which agreements are looked at stands in the database: those whose next rung can
be reached, and those on which something was posted since, so a run costs what is late and not what exists. A rung is
climbed once per agreement and late payment, which a UNIQUE row holds, in the commit of what it does. The ladder is off
until somebody switches rungs on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.ladder_acts import close_cured, do_act
from domain.points import reach
from domain.records.books import lock_many
from domain.records.ladder import Case, cases, rungs
from domain.records.ladder_looks import keep_looks, look_at_all
from domain.records.names import new_ref
from domain.records.words_out import audit
from domain.records.writers import dialect_of
from domain.rules.ladder import DEFAULT, Rung, check_rung
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence, trace_json
from models import Agreement, Business, LadderAct, LadderLook, LadderStep, Standing

log = structlog.get_logger()
BY = "ladder"
CHUNK = 500
RIGHT = "settings"

_DUE = (
    select(Agreement.id)
    .join(Standing, Standing.agreement_id == Agreement.id)
    .outerjoin(LadderLook, LadderLook.agreement_id == Agreement.id)
    .where(Agreement.status == "active", Agreement.id > bindparam("after"))
    .where(
        or_(
            LadderLook.agreement_id.is_(None),
            LadderLook.look_on <= bindparam("today"),
            LadderLook.entries != Standing.entries,
        )
    )
    .order_by(Agreement.id)
    .limit(CHUNK)
)
_CLIMBED = {
    name: dialect.insert(LadderAct.__table__)
    .on_conflict_do_nothing(index_elements=["agreement_id", "step_name", "late_since"])
    .returning(LadderAct.__table__.c.id)
    for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
}


@dataclass(slots=True)
class Climbed:
    """What a run did, in counts; `failed` counts the agreements it could not look at."""

    looked: int = 0
    notice: int = 0
    call: int = 0
    fee: int = 0
    hold: int = 0
    failed: int = 0

    @property
    def acts(self) -> int:
        return self.notice + self.call + self.fee + self.hold

    def add(self, other: Climbed) -> None:
        for name in ("looked", "notice", "call", "fee", "hold", "failed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def climb(*, today: date, now: datetime) -> Climbed:
    """Do what has fallen due on the ladder. Safe to repeat, to crash in and to run beside itself."""
    done, after = Climbed(), 0
    with transaction() as session:
        ladder = rungs(session)
    if not any(rung.active for rung in ladder):
        return done
    while True:
        with transaction() as session:
            ids = list(session.scalars(_DUE, {"today": today, "after": after}))
        if not ids:
            return done
        after = ids[-1]
        _several(ids, ladder, done, today, now)


def _several(ids: list[int], ladder: Sequence[Rung], done: Climbed, today: date, now: datetime) -> None:
    """One transaction for all of them; when it fails, one for each, so that a bad row stands alone."""
    try:
        counts = _chunk(ids, ladder, today, now)
    except Exception as fault:
        if len(ids) == 1:
            log.error("agreement_not_on_ladder", agreement=ids[0], exc_info=fault)
            done.failed += 1
            return
        for one in ids:
            _several([one], ladder, done, today, now)
        return
    done.add(counts)


def _chunk(ids: list[int], ladder: Sequence[Rung], today: date, now: datetime) -> Climbed:
    counts = Climbed()
    with transaction() as session:
        # Whoever posts just now is left for the next run: what is read here stands until the end.
        mine = list(lock_many(session, ids))
        looks = []
        found = cases(session, mine, ladder, today)
        for case in found:
            climbed = case.climb
            for rung in climbed.passed:
                _once(session, case, rung, {"passed": True}, today, now)
            for rung in climbed.do:
                result = {"why": trace_json(climbed.trace)}
                if _once(session, case, rung, result, today, now):
                    do_act(session, case, rung, today=today, now=now)
                    setattr(counts, rung.act, getattr(counts, rung.act) + 1)
            looks.append((case.row.id, case.look_on(climbed), case.entries))
        close_cured(session, found, now=now)
        keep_looks(session, looks)
        counts.looked = len(looks)
        reach("ladder.before_commit")
    return counts


def _once(
    session: Session, case: Case, rung: Rung, result: dict[str, Any], today: date, now: datetime
) -> bool:
    """Write down that the rung was climbed for this late payment; False where it was before."""
    assert case.late is not None
    row = {
        "agreement_id": case.row.id, "step_id": rung.id, "step_name": rung.name, "late_since": case.late.since,
        "done_on": today, "done_at": now, "result": result,
    }  # fmt: skip
    return session.execute(_CLIMBED[dialect_of(session)].values(row)).first() is not None


def start(*, who: Scope, today: date, now: datetime) -> int:
    """Switch the ladder on with the rungs of `DEFAULT` that have no name of theirs yet; returns how many were added."""
    who.require(RIGHT)
    added = 0
    with transaction() as session:
        _one_at_a_time(session)
        known = {rung.name for rung in rungs(session)}
        for rung in DEFAULT:
            if rung.name not in known:
                _keep(session, rung, 1, today, who, now)
                added += 1
        look_at_all(session)
    return added


def add(rung: Rung, *, who: Scope, today: date, now: datetime) -> str:
    """Write a rung down that there was not, counting from `today`; returns its ref.

    Raises NotAllowed, Refused beside a field, Conflict for a name that is taken.
    """
    who.require(RIGHT)
    check_rung(rung)
    with transaction() as session:
        _one_at_a_time(session)
        if rung.name in {known.name for known in rungs(session)}:
            raise Refused(Sentence(N_("There is a rung of this name already.")), "name")
        ref = _keep(session, rung, 1, today, who, now)
        look_at_all(session)
    return ref


def change(ref: str, rung: Rung, *, who: Scope, today: date, now: datetime) -> str:
    """A further version of the rung that `ref` is a version of, counting from `today`; returns its ref. The name stays.

    Raises as `add`, and Gone; Conflict where somebody wrote a later version in between.
    """
    who.require(RIGHT)
    check_rung(rung)
    with transaction() as session:
        _one_at_a_time(session)
        before = session.scalars(select(LadderStep).where(LadderStep.ref == ref)).first()
        if before is None:
            raise Gone(Sentence(N_("There is no such rung.")))
        latest = max(known.version for known in rungs(session) if known.name == before.name)
        if latest != before.version:
            raise Conflict(Sentence(N_("Somebody has changed this in between. Look at it again.")))
        named = Rung(
            before.name, rung.act, rung.days_late, rung.kind, rung.least_minor, rung.active, body=rung.body
        )
        made = _keep(session, named, latest + 1, today, who, now)
        look_at_all(session)
    return made


def _one_at_a_time(session: Session) -> None:
    session.execute(select(Business.id).with_for_update())


def _keep(session: Session, rung: Rung, version: int, today: date, who: Scope, now: datetime) -> str:
    row = LadderStep(
        ref=new_ref(), name=rung.name.strip(), version=version, kind=rung.kind, days_late=rung.days_late,
        act=rung.act, active=rung.active, least_minor=rung.least_minor, effective_from=today,
        body=dict(rung.body), recorded_at=now, recorded_by=who.by,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit(
        session, by=who.by, action="ladder.changed", subject="ladder_step", subject_id=row.id, at=now,
        detail={"name": row.name, "version": version, "act": row.act, "days": row.days_late, "on": row.active},
    )  # fmt: skip
    return row.ref
