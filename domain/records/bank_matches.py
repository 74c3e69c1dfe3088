"""What a movement on our account was, in the books: money comes from its clearing account to the bank, or the reverse.

Verbs: `post_match`, `take_back_match`. Both inside the caller's transaction, which holds the movement locked. The
target is locked as well, so that nothing is matched twice. What stands in the books already (a refund that left the
bank) is only named: it posts nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.records.accounts import BANK, DEPOSITS_IN_TRANSIT, PROCESSING_FEES, clearing
from domain.records.books import Draft
from domain.records.house_entries import post_house, reverse_house
from domain.words import N_, Conflict, Gone, Money, Refused, Sentence, sentence_json
from models import (
    BankDeposit,
    BankLine,
    BankMatch,
    Batch,
    BatchLine,
    GatewayPayout,
    JournalEntry,
    JournalLine,
    Payment,
    PaymentReturn,
    Refund,
)

CAUSE = "bank.matched"
FEES = "fees"
"""The target of "other" for a fee that our bank or a processor took from the account."""
ENTRY = "entry:"
"""How the target of "other" begins that names an entry which moved the bank already, by its key."""

Lines = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """What a movement was: `kind` and the ids of the rows it names, `entry_id` the entry that stands for it."""

    kind: str
    amount_minor: int
    payment_id: int | None = None
    refund_id: int | None = None
    batch_id: int | None = None
    payout_id: int | None = None
    deposit_id: int | None = None
    agreement_id: int | None = None
    entry_id: int | None = None

    @property
    def columns(self) -> dict[str, int | None]:
        names = ("payment", "refund", "batch", "payout", "deposit", "agreement", "entry")
        return {f"{name}_id": getattr(self, f"{name}_id") for name in names}


@dataclass(frozen=True, slots=True)
class _Found:
    """A target that fits: the column that names it and its id, the lines to post, or the entry that stands already."""

    column: str
    id: int | None
    lines: Lines = ()
    entry_id: int | None = None


def post_match(
    session: Session, line: BankLine, kind: str, target: str, *, now: datetime, by: str
) -> Matched:
    """Post what follows when the movement is this `target`. Raises Gone, Refused where it does not fit, Conflict where
    it was matched before.
    """
    if kind not in _TARGETS:
        raise Refused(Sentence(N_("This is not one of the choices.")), "kind")
    found = _TARGETS[kind](session, line, target)
    if found.id is not None and _stands(session, found.column, found.id):
        raise Conflict(Sentence(N_("Another movement was matched with this already.")))
    entry_id = found.entry_id
    if found.lines:
        # The same movement may be matched again after it was undone: each time is an entry of its own.
        tries = session.scalar(
            select(func.count()).select_from(BankMatch).where(BankMatch.line_id == line.id)
        )
        said = Sentence(N_("Found on the bank statement of %(day)s."), {"day": line.booked_on})
        draft = Draft(
            key=f"bank:{line.ref}:{tries}", cause=CAUSE, currency=line.currency, effective_on=line.booked_on,
            lines=tuple((account, minor) for account, minor in found.lines if minor), note=sentence_json(said),
        )  # fmt: skip
        entry_id = post_house(session, draft, now=now, by=by)
    if found.column == "payout_id":
        session.get_one(GatewayPayout, found.id).entry_id = entry_id
    ids = {found.column: found.id} if found.column != "entry_id" else {}
    return Matched(kind, line.amount_minor, **{**ids, "entry_id": entry_id})


def take_back_match(
    session: Session, one: BankMatch, line: BankLine, *, now: datetime, by: str
) -> int | None:
    """Undo what `post_match` posted, by the opposite entry; its id, None where the match had posted nothing."""
    if one.payout_id is not None:
        session.get_one(GatewayPayout, one.payout_id).entry_id = None
    if one.entry_id is None or session.get_one(JournalEntry, one.entry_id).cause != CAUSE:
        return None
    said = sentence_json(Sentence(N_("The movement was matched by mistake.")))
    return reverse_house(
        session, one.entry_id, f"bank:{line.ref}:undo:{one.id}", on=line.booked_on, note=said, now=now, by=by
    )


def _stands(session: Session, column: str, target_id: int) -> bool:
    query = select(BankMatch.id).where(getattr(BankMatch, column) == target_id, BankMatch.undone_at.is_(None))
    return session.scalar(query.limit(1)) is not None


def _must_be(line: BankLine, amount_minor: int, currency: str) -> None:
    if (line.amount_minor, line.currency) != (amount_minor, currency):
        words = N_("The movement is %(amount)s, this is %(expected)s.")
        params = {
            "amount": Money(line.amount_minor, line.currency),
            "expected": Money(amount_minor, currency),
        }
        raise Refused(Sentence(words, params), "target")


def _gone() -> Gone:
    return Gone(Sentence(N_("What you chose is not here any more.")))


def _payout(session: Session, line: BankLine, target: str) -> _Found:
    """`target` is "gateway:id of the payout". What arrives is net; the processor's fee is told with it."""
    gateway, _, payout_id = target.partition(":")
    payout = session.scalars(
        select(GatewayPayout)
        .where(GatewayPayout.gateway == gateway, GatewayPayout.payout_id == payout_id)
        .with_for_update()
    ).first()
    if payout is None:
        raise _gone()
    _must_be(line, payout.amount_minor, payout.currency)
    gross = payout.amount_minor + payout.fees_minor
    lines = ((BANK, payout.amount_minor), (PROCESSING_FEES, payout.fees_minor), (clearing(gateway), -gross))
    return _Found("payout_id", payout.id, lines)


def _batch(session: Session, line: BankLine, target: str) -> _Found:
    """The total of a file: its debits arrive, or (a file of refunds) its credits leave, but for lines refused."""
    batch = session.scalars(select(Batch).where(Batch.ref == target).with_for_update()).first()
    if batch is None:
        raise _gone()
    _must_be(line, file_total(session, batch), batch.currency)
    return _Found(
        "batch_id", batch.id, ((BANK, line.amount_minor), (clearing(batch.gateway), -line.amount_minor))
    )


def file_total(session: Session, batch: Batch) -> int:
    """What a file moves on our account: its debits less its credits, without what the file or the bank left out."""
    out = ("rejected", "unwritable")
    query = (
        select(BatchLine.kind, func.sum(BatchLine.amount_minor))
        .where(BatchLine.batch_id == batch.id)
        .where(BatchLine.outcome.not_in(out), BatchLine.code.not_in(out))
        .group_by(BatchLine.kind)
    )
    signed = {kind: int(total) for kind, total in session.execute(query)}
    came = signed.get("debit", 0) + signed.get("test_debit", 0)
    return came - signed.get("credit", 0) - signed.get("test_credit", 0)


def _deposit(session: Session, line: BankLine, target: str) -> _Found:
    deposit = session.scalars(select(BankDeposit).where(BankDeposit.ref == target).with_for_update()).first()
    if deposit is None or deposit.undone_at is not None:
        raise _gone()
    _must_be(line, deposit.amount_minor, deposit.currency)
    lines = ((BANK, line.amount_minor), (DEPOSITS_IN_TRANSIT, -line.amount_minor))
    return _Found("deposit_id", deposit.id, lines)


def _payment(session: Session, line: BankLine, target: str) -> _Found:
    """A debit by file that came back: the bank takes its money again."""
    payment = session.scalars(select(Payment).where(Payment.ref == target).with_for_update()).first()
    back = select(PaymentReturn.id).join(Payment, Payment.id == PaymentReturn.payment_id)
    if payment is None or session.scalar(back.where(Payment.ref == target)) is None:
        raise _gone()
    _must_be(line, -(payment.amount_minor + payment.fee_minor), payment.currency)
    account = clearing(payment.gateway)
    return _Found("payment_id", payment.id, ((BANK, line.amount_minor), (account, -line.amount_minor)))


def _refund(session: Session, line: BankLine, target: str) -> _Found:
    """Money given back by a transfer or check of ours: it left the bank in the books when it was given."""
    refund = session.scalars(select(Refund).where(Refund.ref == target).with_for_update()).first()
    if refund is None or refund.entry_id is None or refund.undo_entry_id is not None:
        raise _gone()
    _must_be(line, -refund.amount_minor, refund.currency)
    if moved_bank(session, refund.entry_id) != line.amount_minor:
        raise Refused(Sentence(N_("This refund did not leave by our bank account.")), "target")
    return _Found("refund_id", refund.id, entry_id=refund.entry_id)


def _other(session: Session, line: BankLine, target: str) -> _Found:
    if target == FEES:
        return _Found("entry_id", None, ((BANK, line.amount_minor), (PROCESSING_FEES, -line.amount_minor)))
    query = select(JournalEntry).where(JournalEntry.key == target.removeprefix(ENTRY))
    entry = session.scalars(query).first() if target.startswith(ENTRY) else None
    if entry is None:
        raise _gone()
    _must_be(line, moved_bank(session, entry.id), entry.currency)
    return _Found("entry_id", entry.id, entry_id=entry.id)


def moved_bank(session: Session, entry_id: int) -> int:
    """What an entry moved on the bank's account, in minor units."""
    query = select(func.coalesce(func.sum(JournalLine.amount_minor), 0))
    return int(
        session.scalar(query.where(JournalLine.entry_id == entry_id, JournalLine.account == BANK)) or 0
    )


_TARGETS: dict[str, Callable[[Session, BankLine, str], _Found]] = {
    "payout": _payout,
    "batch": _batch,
    "deposit": _deposit,
    "payment": _payment,
    "refund": _refund,
    "other": _other,
}
