"""What one may promise on an agreement, and what became of earlier promises. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from domain.access import Scope
from domain.records.promises import counts_as_broken
from domain.reports.actors import Name, names_of
from domain.reports.agreements import View
from domain.reports.finding import Found, Wanted, page_of
from domain.rules.promises import Asked, PromisePolicy, barred, last_day, least_minor, policy_of
from domain.words import N_, Sentence
from models import Agreement, AgreementParty, Business, Person, Promise, db

STATE_WORDS = {
    "asked": N_("Waiting for our answer"),
    "open": N_("Stands"),
    "kept": N_("Kept"),
    "broken": N_("Not kept"),
    "refused": N_("Refused"),
    "withdrawn": N_("Taken back"),
}
STATES = tuple(STATE_WORDS)
VARIANTS = {"asked": "info", "open": "info", "kept": "success", "broken": "danger", "refused": "warning"}
TYPE_WORDS = {"promise": N_("Promise to pay"), "more_time": N_("More time")}


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be promised today: from `least_minor` to `due_minor`, by `last_on`. `why_not`: why nothing may be.

    More time may be asked for whenever something is due and no request waits for its answer.
    """

    due_minor: int
    least_minor: int
    last_on: date
    why_not: Sentence | None
    may_ask: bool
    policy: PromisePolicy


@dataclass(frozen=True, slots=True)
class Line:
    """One promise or request as people read it. `mine`: the reader may take it back."""

    row: Promise
    what: Sentence
    state: Sentence
    variant: str
    mine: bool
    person: str
    agreement_ref: str
    agreement_number: str
    made_by: Name
    decided_by: Name | None


def policy(session: Any = None) -> PromisePolicy:
    """The business's policy."""
    return policy_of((session or db.session).scalar(select(Business.promise_policy)) or {})


def offer(scope: Scope, view: View) -> Offer | None:
    """What the reader may promise on an agreement; None for who does not hold it, or where it is over."""
    if not view.open or not (scope.staff or _holds(scope, view.agreement)):
        return None
    rules, due = policy(), view.uncovered_minor
    rows = db.session.execute(
        scope.select(
            Promise, Promise.state, Promise.until_on, Promise.person_id, Promise.made_on, Promise.decided_at
        ).where(Promise.agreement_id == view.agreement.id)
    ).all()
    asked = Asked(
        due, view.currency, view.on,
        [row.until_on for row in rows if row.state == "open"],
        [row.until_on for row in rows if counts_as_broken(row) and row.person_id == scope.person_id],
    )  # fmt: skip
    waiting = any(row.state == "asked" for row in rows)
    least = least_minor(rules, due)
    last = last_day(rules, view.on)
    return Offer(due, least, last, barred(rules, asked), due > 0 and not waiting, rules)


def standing(scope: Scope, view: View) -> Promise | None:
    """The promise that stands on the agreement, or the request that waits; the latest of them."""
    query = scope.select(Promise).where(
        Promise.agreement_id == view.agreement.id, Promise.state.in_(("open", "asked"))
    )
    return db.session.scalars(query.order_by(Promise.id.desc()).limit(1)).first()


def of_agreement(scope: Scope, agreement: Agreement, count: int = 50) -> Sequence[Line]:
    """The promises of an agreement, the newest first."""
    query = _query(scope).where(Promise.agreement_id == agreement.id).order_by(Promise.id.desc())
    return _told(scope, db.session.execute(query.limit(count)).all())


def few(scope: Scope, which: Any, count: int) -> Sequence[Line]:
    """Promises that meet the condition: those that stand or wait first, the newest first."""
    stands = Promise.state.in_(("asked", "open"))
    query = _query(scope).where(which).order_by(stands.desc(), Promise.id.desc())
    return _told(scope, db.session.execute(query.limit(count)).all())


def listed(scope: Scope, wanted: Wanted) -> Found[Line]:
    """One page of all promises: those that wait for an answer or stand, the nearest day first; or, with a filter
    `state`, those of that state, the newest first.
    """
    state = wanted.filters.get("state", "")
    query = _query(scope)
    if state in STATES:
        found = page_of(query.where(Promise.state == state), wanted, [Promise.id.desc()])
    else:
        found = page_of(
            query.where(Promise.state.in_(("asked", "open"))), wanted, [Promise.until_on, Promise.id]
        )
    return Found(_told(scope, found.rows), found.total, found.page, found.pages, found.per_page)


def one(scope: Scope, ref: str) -> Line | None:
    """One promise; None where there is none that the reader may see."""
    row = db.session.execute(_query(scope).where(Promise.ref == ref)).first()
    return _told(scope, [row])[0] if row else None


def _holds(scope: Scope, agreement: Agreement) -> bool:
    query = select(AgreementParty.id).where(
        AgreementParty.agreement_id == agreement.id, AgreementParty.person_id == scope.person_id,
        AgreementParty.role.in_(("customer", "joint")), AgreementParty.until_on.is_(None),
    )  # fmt: skip
    return db.session.execute(query.limit(1)).first() is not None


def _query(scope: Scope) -> Select[Any]:
    return (
        scope.select(Promise)
        .add_columns(Person.name, Agreement.ref, Agreement.number)
        .join(Agreement, Agreement.id == Promise.agreement_id)
        .outerjoin(Person, Person.id == Promise.person_id)
    )


def _told(scope: Scope, rows: Sequence[Any]) -> list[Line]:
    actors = {row[0].made_by for row in rows} | {row[0].decided_by for row in rows}
    names = names_of(actors - {""})
    return [
        Line(
            promise,
            Sentence(TYPE_WORDS[promise.type]),
            Sentence(STATE_WORDS[promise.state]),
            VARIANTS.get(promise.state, ""),
            promise.state in ("asked", "open") and promise.person_id == scope.person_id,
            person or "",
            ref,
            number,
            names[promise.made_by],
            names.get(promise.decided_by),
        )
        for promise, person, ref, number in rows
    ]
