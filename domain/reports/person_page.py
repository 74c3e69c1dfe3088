"""What stands around a person on their page in the office: ways to pay, autopay, promises, holds, tasks, messages.

All is narrowed by the reader's Scope, as on the pages it leads to. Of a way to pay only its last digits are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, or_

from domain.access import Scope
from domain.records import contacts
from domain.records.holds import told_to_clerk
from domain.reports import promises
from domain.reports.autopay_office import STATES
from domain.reports.my_methods import FUNDING
from domain.reports.notices import STATE_WORDS, said_of
from domain.reports.tasks import Shown, about_person
from domain.rules.method_notices import last_day
from domain.rules.notice_events import CHANNEL_WORDS
from domain.words import N_, Sentence
from models import Agreement, Autopay, Hold, Outbox, PaymentMethod, Person, Promise, db

FEW = 8
OTHER_MAILS = {
    "claim": N_("Link to the account"),
    "invitation": N_("Invitation"),
    "recover_password": N_("Link to a new password"),
    "username_reminder": N_("Reminder of the username"),
    "confirm_email": N_("Link to confirm the address"),
    "receipt": N_("Receipt"),
    "counter_receipt": N_("Receipt"),
    "permission": N_("Copy of a permission"),
    "pay_link": N_("Link to pay"),
}
"""Mails that are no notice, by template; what is not here is about the account."""
RANKS = {"primary": N_("Primary"), "backup": N_("Backup")}


@dataclass(frozen=True, slots=True)
class Way:
    """A saved way to pay: `expired` and `stopped` say that it cannot be used."""

    what: Sentence
    last4: str
    bank_name: str
    expires: date | None
    rank: Sentence | None
    expired: bool
    stopped: bool
    proved: bool


@dataclass(frozen=True, slots=True)
class Contract:
    """Autopay of the person on one agreement."""

    agreement_ref: str
    number: str
    state: str
    words: Sentence


@dataclass(frozen=True, slots=True)
class OnHold:
    agreement_ref: str
    number: str
    words: Sentence
    since: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """What was written to the person, and what became of it."""

    at: datetime
    channel: Sentence
    said: Sentence | str
    state: str
    words: Sentence


@dataclass(frozen=True, slots=True)
class Around:
    """`roles` is agreement ref -> what the person is on it."""

    roles: Mapping[str, str]
    ways: Sequence[Way]
    autopay: Sequence[Contract]
    promises: Sequence[promises.Line]
    holds: Sequence[OnHold]
    tasks: Sequence[Shown]
    messages: Sequence[Message]


def around(scope: Scope, person: Person, held: Sequence[Any], on: date) -> Around:
    """`held`: the agreements the person is on, as their page shows them (`office_views.Held`)."""
    ids = [one.view.agreement.id for one in held]
    return Around(
        roles={
            one.view.ref: holder.role for one in held for holder in one.holders if holder.ref == person.ref
        },
        ways=_ways(scope, person, on),
        autopay=_autopay(scope, person),
        promises=promises.few(scope, or_(Promise.person_id == person.id, Promise.agreement_id.in_(ids)), FEW),
        holds=_holds(scope, ids),
        tasks=about_person(scope, person.id, ids),
        messages=_messages(scope, person),
    )


def _ways(scope: Scope, person: Person, on: date) -> list[Way]:
    first = case({"primary": 0, "backup": 1}, value=PaymentMethod.rank, else_=2)
    rows = db.session.scalars(
        scope.select(PaymentMethod)
        .where(
            PaymentMethod.person_id == person.id, PaymentMethod.removed_at.is_(None), PaymentMethod.kept.is_(True)
        )
        .order_by(first, PaymentMethod.id)
    )  # fmt: skip
    found = []
    for row in rows:
        ends = last_day(row.expires)
        found.append(
            Way(
                Sentence(N_("Bank account") if row.kind == "bank" else FUNDING.get(row.funding, N_("Card"))),
                row.last4, row.bank_name, ends, Sentence(RANKS[row.rank]) if row.rank in RANKS else None,
                ends is not None and ends < on, bool(row.stopped_code), row.verification in ("none", "passed"),
            )
        )  # fmt: skip
    return found


def _autopay(scope: Scope, person: Person) -> list[Contract]:
    rows = db.session.execute(
        scope.select(Autopay, Autopay.state, Agreement.ref, Agreement.number)
        .join(Agreement, Agreement.id == Autopay.agreement_id)
        .where(Autopay.person_id == person.id, Autopay.state != "ended")
        .order_by(Agreement.number, Autopay.id)
    )
    return [Contract(ref, number, state, Sentence(STATES[state])) for state, ref, number in rows]


def _holds(scope: Scope, ids: Sequence[int]) -> list[OnHold]:
    rows = db.session.execute(
        scope.select(Hold, Hold.type, Hold.reason, Hold.placed_at, Agreement.ref, Agreement.number)
        .join(Agreement, Agreement.id == Hold.agreement_id)
        .where(Hold.agreement_id.in_(ids), Hold.lifted_at.is_(None))
        .order_by(Hold.id)
    )
    return [OnHold(ref, number, told_to_clerk(type_, why), at) for type_, why, at, ref, number in rows]


def _messages(scope: Scope, person: Person) -> list[Message]:
    query = scope.select(Outbox).where(Outbox.person_id == person.id)
    return [_message(row) for row in db.session.scalars(query.order_by(Outbox.id.desc()).limit(FEW))]


def _message(row: Outbox) -> Message:
    state = "left" if row.state == "dead" and row.last_error == contacts.NOT_WANTED else row.state
    other = Sentence(OTHER_MAILS.get(row.template, N_("A mail about the account")))
    left = Sentence(N_("Not sent, as they wished")) if state == "left" else Sentence(STATE_WORDS[state])
    return Message(
        row.sent_at or row.created_at,
        Sentence(CHANNEL_WORDS[row.channel]),
        said_of(row.event, row.data) if row.event else other,
        state,
        left,
    )
