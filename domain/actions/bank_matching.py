"""Say what a movement on our account was. Verbs: `match`, `transfer`, `ignore`, `look_again`, `undo`.

Money that was announced (a payout, the total of a file, a deposit of the counter) moves from its clearing account to
the bank; money a customer sent by themselves becomes a payment of theirs, settled at once by the one door. Each is done
once per movement, under its lock, and can be undone by new entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.payment_intents import agreement_of
from domain.actions.payments import Event, pass_the_door
from domain.records.bank_matches import Matched, post_match, take_back_match
from domain.records.books import lock
from domain.records.names import new_ref
from domain.records.payment_events import keep_event
from domain.records.tasks import close_task
from domain.records.words_out import audit
from domain.transaction import rows_changed, transaction
from domain.words import N_, Conflict, Gone, Money, Refused, Sentence
from models import AgreementParty, BankLine, BankMatch, Payment, PaymentReturn

RIGHT = "bank"
UNMATCHED = "unmatched"
"""The code of a payment by transfer that was taken back because the movement was something else."""
MOST_PARTS = 20
MOST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Part:
    """What of a movement pays one agreement."""

    agreement_ref: str
    amount_minor: int


def task_key(line_ref: str) -> str:
    """The task for a movement that nobody explained."""
    return f"bank:line:{line_ref}"


def match(
    line_ref: str, kind: str, target: str, *, who: Scope, today: date, now: datetime, note: str = ""
) -> str:
    """The movement is this payout, batch, deposit, refund, returned payment, or ("other", "fees") a fee of the bank.

    `target` is its ref. Returns the match's ref. Raises NotAllowed, Gone, Refused where it does not fit, Conflict where
    the movement or the target was matched before.
    """
    who.require(RIGHT)
    with transaction() as session:
        line = _open_line(session, line_ref)
        matched = post_match(session, line, kind, target, now=now, by=who.by)
        ref = _keep(session, line, matched, who, now, note)
        _close(session, line, "matched", who, now)
    return ref


def transfer(line_ref: str, parts: Sequence[Part], *, who: Scope, today: date, now: datetime) -> list[str]:
    """The movement was sent by a customer: a settled payment for each part; returns the payments' refs.

    The parts are all of the movement. What is above what is owed is kept as the customer's credit. A payment counts
    from the day the bank booked it, or from when the agreement stands here. Raises as `match` does.
    """
    who.require(RIGHT)
    if not parts or len(parts) > MOST_PARTS:
        words = N_("Name from one to %(most)s agreements.")
        raise Refused(Sentence(words, {"most": MOST_PARTS}), "agreement")
    if len({part.agreement_ref for part in parts}) < len(parts):
        raise Refused(Sentence(N_("An agreement stands here twice.")), "agreement")
    with transaction() as session:
        line = _open_line(session, line_ref)
        _check_sum(line, parts)
        # In one order for everybody: two people with the same agreements never wait for each other in a ring.
        paid = {
            part.agreement_ref: _pay(session, line, part, who, today, now)
            for part in sorted(parts, key=lambda one: one.agreement_ref)
        }
        _close(session, line, "matched", who, now)
    return [paid[part.agreement_ref] for part in parts]


def ignore(line_ref: str, reason: str, *, who: Scope, now: datetime) -> None:
    """The movement is none of these books' business, for a reason that stays with it."""
    who.require(RIGHT)
    if not reason.strip():
        raise Refused(Sentence(N_("Say why, for those who look later.")), "reason")
    with transaction() as session:
        line = _open_line(session, line_ref)
        session.execute(
            update(BankLine).where(BankLine.id == line.id).values(note=reason.strip()[:MOST_NOTE])
        )
        _close(session, line, "ignored", who, now)


def look_again(line_ref: str, *, who: Scope, now: datetime) -> None:
    """A movement that was ignored waits for an explanation again."""
    who.require(RIGHT)
    with transaction() as session:
        line = _line(session, line_ref)
        if line.state != "ignored":
            raise Conflict(Sentence(N_("This movement is not ignored.")))
        _move(session, line, "ignored", "open")
        _audit(session, line, "bank_line.looked_at_again", who, now)


def undo(match_ref: str, *, who: Scope, today: date, now: datetime) -> None:
    """Take a match back by new entries; the movement waits again, with all its matches undone. Safe to repeat."""
    who.require(RIGHT)
    with transaction() as session:
        found = session.execute(
            select(BankMatch.id, BankLine.ref)
            .join(BankLine, BankLine.id == BankMatch.line_id)
            .where(BankMatch.ref == match_ref)
        ).first()
        if found is None:
            raise Gone(Sentence(N_("There is no such match.")))
        line = _line(session, found.ref)
        query = select(BankMatch).where(BankMatch.line_id == line.id, BankMatch.undone_at.is_(None))
        standing = list(session.scalars(query.order_by(BankMatch.id)))
        if found.id not in {one.id for one in standing}:
            return
        for one in standing:
            if one.kind == "transfer":
                entry_id = _unpay(session, one, who, today, now)
            else:
                entry_id = take_back_match(session, one, line, now=now, by=who.by)
            one.undone_at, one.undone_by, one.undo_entry_id = now, who.by, entry_id
            session.flush()
        _move(session, line, "matched", "open")
        _audit(session, line, "bank_line.match_undone", who, now)


def _line(session: Session, ref: str) -> BankLine:
    line = session.scalars(select(BankLine).where(BankLine.ref == ref).with_for_update()).first()
    if line is None or line.state == "undone":
        raise Gone(Sentence(N_("There is no such movement.")))
    return line


def _open_line(session: Session, ref: str) -> BankLine:
    line = _line(session, ref)
    if line.state != "open":
        raise Conflict(Sentence(N_("Somebody has explained this movement already. Look at it again.")))
    return line


def _check_sum(line: BankLine, parts: Sequence[Part]) -> None:
    if line.amount_minor <= 0:
        raise Refused(Sentence(N_("Money that left our account pays no agreement.")), "agreement")
    if any(part.amount_minor <= 0 for part in parts):
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    total = sum(part.amount_minor for part in parts)
    if total != line.amount_minor:
        words = N_("The parts come to %(total)s, the movement is %(amount)s.")
        params = {"total": Money(total, line.currency), "amount": Money(line.amount_minor, line.currency)}
        raise Refused(Sentence(words, params), "amount")


def _pay(session: Session, line: BankLine, part: Part, who: Scope, today: date, now: datetime) -> str:
    """A payment of one agreement by this movement, begun and settled in the caller's transaction; its ref."""
    agreement = agreement_of(session, part.agreement_ref, who)
    lock(session, agreement.id)
    if agreement.status == "undone":
        raise Refused(Sentence(N_("This agreement was taken out again with its import.")), "agreement")
    if agreement.currency != line.currency:
        words = N_("The agreement is in %(own)s, the movement in %(currency)s.")
        params = {"own": agreement.currency, "currency": line.currency}
        raise Refused(Sentence(words, params), "agreement")
    day = max(line.booked_on, agreement.opened_on)
    if day > today:
        raise Refused(Sentence(N_("A payment cannot count from a day that has not come.")), "agreement")
    ref = new_ref()
    payment_id = _insert(session, agreement, line, part.amount_minor, ref, day, who, now)
    keep_event(session, payment_id, "begun", "", "attempting", "bank_transfer", who.by, now)
    audit(
        session, by=who.by, action="payment.came_by_transfer", subject="payment", subject_id=payment_id, at=now,
        detail={"agreement": agreement.number, "amount_minor": part.amount_minor, "on": day.isoformat()},
    )  # fmt: skip
    pass_the_door(session, ref, Event("settled", day), by=who.by, today=today, now=now)
    matched = Matched("transfer", part.amount_minor, payment_id=payment_id, agreement_id=agreement.id)
    _keep(session, line, matched, who, now, "")
    return ref


def _insert(
    session: Session, agreement: Any, line: BankLine, amount_minor: int, ref: str, day: date, who: Scope,
    now: datetime,
) -> int:  # fmt: skip
    """The payment's row, with the first person on the agreement as its payer; it pays whatever is due."""
    payer = session.scalar(
        select(AgreementParty.person_id)
        .where(AgreementParty.agreement_id == agreement.id, AgreementParty.until_on.is_(None))
        .order_by(AgreementParty.id)
    )
    row = {
        "ref": ref, "agreement_id": agreement.id, "person_id": payer, "gateway": "bank_transfer",
        "channel": "transfer", "instrument": "transfer", "amount_minor": amount_minor,
        "currency": agreement.currency, "state": "attempting", "begun_on": day, "begun_at": now,
        "begun_by": who.by, "note": line.name[:MOST_NOTE],
    }  # fmt: skip
    return int(session.execute(insert(Payment).values(row).returning(Payment.id)).scalar_one())


def _unpay(session: Session, one: BankMatch, who: Scope, today: date, now: datetime) -> int | None:
    """Take the payment of a match back as of the day it counted from, as if it had not been; its reversing entry."""
    payment = session.get_one(Payment, one.payment_id)
    event = Event("returned", payment.begun_on, code=UNMATCHED)
    if not pass_the_door(session, payment.ref, event, by=who.by, today=today, now=now):
        words = N_("The payment by this transfer was given back already. This cannot be undone.")
        raise Conflict(Sentence(words))
    return session.scalar(select(PaymentReturn.entry_id).where(PaymentReturn.payment_id == payment.id))


def _keep(session: Session, line: BankLine, matched: Matched, who: Scope, now: datetime, note: str) -> str:
    ref = new_ref()
    session.add(
        BankMatch(
            ref=ref,
            line_id=line.id,
            kind=matched.kind,
            amount_minor=matched.amount_minor,
            note=note[:MOST_NOTE],
            made_at=now,
            made_by=who.by,
            **matched.columns,
        )  # fmt: skip
    )
    session.flush()
    return ref


def _close(session: Session, line: BankLine, state: str, who: Scope, now: datetime) -> None:
    _move(session, line, "open", state)
    close_task(session, task_key(line.ref), now=now, by=who.by)
    _audit(session, line, f"bank_line.{state}", who, now)


def _move(session: Session, line: BankLine, before: str, after: str) -> None:
    guarded = update(BankLine).where(BankLine.id == line.id, BankLine.state == before).values(state=after)
    if rows_changed(session, guarded) != 1:
        raise Conflict(Sentence(N_("Somebody has explained this movement already. Look at it again.")))
    session.refresh(line)


def _audit(session: Session, line: BankLine, action: str, who: Scope, now: datetime) -> None:
    audit(
        session, by=who.by, action=action, subject="bank_line", subject_id=line.id, at=now,
        detail={"amount_minor": line.amount_minor, "booked_on": line.booked_on.isoformat()},
    )  # fmt: skip
