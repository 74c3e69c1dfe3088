"""Carry counter money to the bank, or fetch change there. Verbs: `make`, `undo`.

A slip moves what it names from the counter to "between the drawer and our bank"; the bank's statement ends it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.accounts import DEPOSITS_IN_TRANSIT, UNDEPOSITED
from domain.records.books import Draft
from domain.records.cash_drawer import WAITING, flows
from domain.records.house_entries import house_head, post_house, reverse_house
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Money, Refused, Sentence, Step, Trace, trace_json
from models import BankDeposit, BankDepositItem, BankMatch, Payment

RIGHT = "counter"
RIGHT_TO_UNDO = "bank"
MOST_NOTE = 200
MOST_PAPERS = 1_000


def make(
    cash_minor: int,
    payment_refs: Sequence[str],
    ref: str,
    *,
    currency: str,
    who: Scope,
    today: date,
    now: datetime,
    on: date | None = None,
    note: str = "",
) -> str:
    """Write the slip for cash and the papers of these payments; returns its ref, which is the form's.

    `cash_minor` below zero is change fetched from the bank, and comes without papers. Safe to repeat. Raises
    NotAllowed, Refused (nothing on the slip, more cash than the drawer should hold, a day to come) and Conflict when a
    paper is on another slip, or `ref` was used for another amount.
    """
    who.require(RIGHT)
    _check(cash_minor, payment_refs, on or today, today, note)
    with transaction() as session:
        house_head(session)
        known = session.scalars(select(BankDeposit).where(BankDeposit.ref == ref)).first()
        papers = [] if known else _papers(session, payment_refs, currency, who)
        amount = cash_minor + sum(paper.amount_minor for paper in papers)
        if known is not None:
            if known.cash_minor != cash_minor:
                raise Conflict(Sentence(N_("This form was already used. Open it again.")))
            return ref
        there = flows(session, currency).expected_minor
        if cash_minor > there:
            words = N_("There should be only %(cash)s in the drawer. Count it first.")
            raise Refused(Sentence(words, {"cash": Money(max(there, 0), currency)}), "cash")
        words = N_("Counter money carried to the bank") if amount > 0 else N_("Change fetched from the bank")
        draft = Draft(
            key=f"bank_deposit:{ref}", cause="drawer.banked", currency=currency, effective_on=on or today,
            lines=((DEPOSITS_IN_TRANSIT, amount), (UNDEPOSITED, -amount)),
            note=trace_json(Trace("bank_deposit", 1, (Step(Sentence(words), amount),))),
        )  # fmt: skip
        deposit = BankDeposit(
            ref=ref, day=on or today, currency=currency, cash_minor=cash_minor, amount_minor=amount,
            note=note, made_at=now, made_by=who.by, entry_id=post_house(session, draft, now=now, by=who.by),
        )  # fmt: skip
        session.add(deposit)
        session.flush()
        session.add_all(
            BankDepositItem(deposit_id=deposit.id, payment_id=paper.id, amount_minor=paper.amount_minor)
            for paper in papers
        )
        audit(
            session, by=who.by, action="drawer.banked", subject="bank_deposit", subject_id=deposit.id, at=now,
            detail={"amount_minor": amount, "cash_minor": cash_minor, "papers": len(papers)},
        )  # fmt: skip
    return ref


def _check(cash_minor: int, payment_refs: Sequence[str], day: date, today: date, note: str) -> None:
    if not cash_minor and not payment_refs:
        raise Refused(Sentence(N_("Choose what goes to the bank.")), "cash")
    if cash_minor < 0 and payment_refs:
        raise Refused(Sentence(N_("Fetch change and carry paper on two slips.")), "cash")
    if abs(cash_minor) > 10**12:
        raise Refused(Sentence(N_("This amount is too large. Check the number of digits.")), "cash")
    if len(payment_refs) > MOST_PAPERS:
        raise Refused(Sentence(N_("At most %(most)s papers on one slip."), {"most": MOST_PAPERS}), "papers")
    if day > today:
        raise Refused(Sentence(N_("This day has not come.")), "day")
    if len(note) > MOST_NOTE:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_NOTE}), "note")


def _papers(session: Session, refs: Sequence[str], currency: str, who: Scope) -> Sequence[Any]:
    """The payments whose paper is to go. Raises Conflict when one is on a slip already, or is not there."""
    wanted = set(refs)
    if not wanted:
        return []
    query = who.select(Payment, Payment.id, Payment.amount_minor).where(
        Payment.ref.in_(wanted), Payment.currency == currency, *WAITING
    )
    found = session.execute(query).all()
    if len(found) != len(wanted):
        words = N_("One of these papers is on another slip already, or went back. Choose again.")
        raise Conflict(Sentence(words))
    return found


def undo(ref: str, reason: str, *, who: Scope, today: date, now: datetime) -> bool:
    """Take a slip back that was a mistake; False when it was before. Its money is counter money again.

    Raises NotAllowed, Gone, Refused without a reason, and Conflict when the bank's statement has it.
    """
    who.require(RIGHT_TO_UNDO)
    if not reason.strip():
        raise Refused(Sentence(N_("Say why.")), "reason")
    with transaction() as session:
        house_head(session)
        deposit = session.scalars(who.select(BankDeposit).where(BankDeposit.ref == ref)).first()
        if deposit is None:
            raise Gone(Sentence(N_("There is no such slip.")))
        if deposit.undone_at is not None:
            return False
        arrived = select(BankMatch.id).where(
            BankMatch.deposit_id == deposit.id, BankMatch.undone_at.is_(None)
        )
        if session.scalar(arrived) is not None:
            words = N_("The bank's statement has this deposit already. Take the match back first.")
            raise Conflict(Sentence(words))
        reverse_house(
            session, deposit.entry_id, f"bank_deposit:{ref}:undone", on=today,
            note={"reason": reason.strip()[:MOST_NOTE]}, now=now, by=who.by,
        )  # fmt: skip
        deposit.undone_at, deposit.undone_by = now, who.by
        session.execute(
            update(BankDepositItem).where(BankDepositItem.deposit_id == deposit.id).values(undone_at=now)
        )
        audit(
            session, by=who.by, action="drawer.banked_undone", subject="bank_deposit", subject_id=deposit.id, at=now,
            detail={"amount_minor": deposit.amount_minor, "reason": reason.strip()[:MOST_NOTE]},
        )  # fmt: skip
    return True
