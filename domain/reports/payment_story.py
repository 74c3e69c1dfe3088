"""What happened to one payment, in honest words: where it stands, what it cost, what happens next and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from domain.access import Scope
from domain.reports.payments import Line, lines
from domain.reports.shown_states import UNWELCOME, WELCOME, event_words
from domain.rules.payment_states import LIVE
from domain.words import N_, Money, Sentence, sentence_from
from gateways.codes import reason
from models import Payment, PaymentEvent, Receipt, db


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline. `variant` is success, danger or empty."""

    at: datetime
    title: Sentence
    text: Sentence | None
    variant: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The receipt as it was issued: what it paid and what was left (minor units)."""

    number: str
    issued_at: datetime
    rows: Sequence[tuple[Sentence, int]]
    balance_after_minor: int


@dataclass(frozen=True, slots=True)
class Story:
    """One payment. `headline` says where it stands; `more` what that means; `todo` is set when it is the payer's turn.

    `retry`: whether the page offers to pay again. `confirm_url` leads to the gateway's page that waits for a yes.
    """

    line: Line
    headline: Sentence
    more: Sequence[Sentence]
    todo: Sentence | None
    variant: str
    retry: bool
    confirm_url: str
    timeline: Sequence[Happening]
    receipt: Proof | None

    @property
    def moving(self) -> bool:
        """Whether it may change within seconds, so that a page looks again soon."""
        return self.line.state in LIVE


def story(scope: Scope, payment: Payment, on: date) -> Story:
    """The story of a payment that was looked up, as of a day."""
    line = Line(*db.session.execute(lines(scope).where(Payment.id == payment.id)).one())
    events = db.session.execute(
        select(PaymentEvent.at, PaymentEvent.event, PaymentEvent.code)
        .where(PaymentEvent.payment_id == payment.id)
        .order_by(PaymentEvent.id)
    ).all()
    headline, more, todo, variant = tell(line, on)
    return Story(
        line=line,
        headline=headline,
        more=more,
        todo=todo,
        variant=variant,
        retry=line.shown in ("failed", "cancelled", "returned"),
        confirm_url=payment.confirm_url if line.state == "awaiting" else "",
        timeline=[_happening(*event) for event in reversed(events)],
        receipt=_receipt(payment.id),
    )


def _happening(at: datetime, event: str, code: str) -> Happening:
    bad = event in UNWELCOME
    variant = "danger" if bad else "success" if event in WELCOME else ""
    return Happening(at, event_words(event), why(event, code) if bad else None, variant)


def why(event: str, code: str) -> Sentence | None:
    """The reason beside a line of the timeline, where its code is one of a bank or card."""
    ours = event.startswith("refund") or event == "reversed"
    return None if ours or not code else reason(code).title


def _receipt(payment_id: int) -> Proof | None:
    row = db.session.scalars(select(Receipt).where(Receipt.payment_id == payment_id)).first()
    if row is None:
        return None
    rows = [(sentence_from(part), int(part["amount_minor"])) for part in row.body["rows"]]
    return Proof(row.number, row.issued_at, rows, int(row.body["balance_after_minor"]))


def tell(line: Line, on: date) -> tuple[Sentence, list[Sentence], Sentence | None, str]:
    """(headline, what it means, what to do, variant) of a payment as of a day."""
    return _TELL[line.shown](line, on)


def _settled(line: Line, on: date) -> Any:
    head = Sentence(N_("Settled on %(day)s."), {"day": line.settled_on or line.begun_on})
    if line.returnable_until and line.returnable_until >= on:
        more = Sentence(N_("Your bank can still return it until %(day)s."), {"day": line.returnable_until})
        return head, [more], None, "success"
    return head, [], None, "success"


def _pending(line: Line, on: date) -> Any:
    head = Sentence(N_("Sent to your bank."))
    if line.expected_on and line.expected_on < on:
        head = Sentence(N_("This takes longer than usual."))
        more = [
            Sentence(N_("It should have settled on %(day)s. We look into it."), {"day": line.expected_on}),
            Sentence(N_("It counts from the day you began it: %(day)s."), {"day": line.begun_on}),
        ]
        todo = Sentence(N_("Please do not pay again: the money may still be moving."))
        return head, more, todo, "warning"
    if line.expected_on:
        head = Sentence(N_("Sent to your bank, expected to settle %(day)s."), {"day": line.expected_on})
    since = Sentence(N_("It counts from the day you began it: %(day)s."), {"day": line.begun_on})
    return head, [since], None, "info"


def _unknown(line: Line, on: date) -> Any:
    return (
        Sentence(N_("We are asking the bank.")),
        [Sentence(N_("No answer has come back yet. This page changes by itself when it does."))],
        Sentence(N_("Please do not pay again: the money may already be moving.")),
        "warning",
    )


def _attempting(line: Line, on: date) -> Any:
    return Sentence(N_("Being sent.")), [Sentence(N_("This takes a few seconds."))], None, "info"


def _awaiting(line: Line, on: date) -> Any:
    return (
        Sentence(N_("Your yes is needed.")),
        [Sentence(N_("Nothing has moved yet. Without your yes within an hour it is cancelled."))],
        Sentence(N_("Confirm it on the page of the payment processor.")),
        "warning",
    )


def came_to_nothing(state: str, code: str) -> tuple[Sentence, list[Sentence], Sentence | None, str]:
    """What `tell` says of a payment that failed with this code, or was cancelled."""
    if state == "cancelled":
        more = [
            Sentence(N_("It was not confirmed in time, or cancelled before it left. No money was taken."))
        ]
        return Sentence(N_("This payment was cancelled.")), more, None, ""
    why = reason(code)
    more = [why.title, Sentence(N_("No money was taken and it cost you nothing."))]
    return Sentence(N_("This payment did not go through.")), more, why.advice, "danger"


def _nothing(line: Line, on: date) -> Any:
    return came_to_nothing(line.state, line.failure_code)


def _given_back(line: Line, on: date) -> Any:
    given = {"amount": Money(int(line.refunded_minor), line.currency)}
    head = Sentence(N_("We gave %(amount)s of this payment back."), given)
    owed = Sentence(N_("What it had paid with that money is owed again, unless you had paid too much."))
    slow = Sentence(N_("It can take a few days until it stands on your account."))
    return head, [owed, slow], None, "info"


def _reversed(line: Line, on: date) -> Any:
    head = Sentence(N_("This payment was entered by mistake and taken back."))
    more = Sentence(N_("It does not count any more, and no fee was added."))
    return head, [more], Sentence(N_("If you did pay this money, call us with your receipt.")), "danger"


def _won(line: Line, on: date) -> Any:
    head = Sentence(N_("This payment was disputed, and the dispute was decided for us."))
    return head, [Sentence(N_("Its money counts again from the day on which it came back."))], None, "success"


def _went_back(line: Line, on: date) -> Any:
    why = reason(line.return_code or "")
    head = Sentence(N_("This payment came back on %(day)s."), {"day": line.returned_on})
    if line.shown in ("disputed", "lost"):
        head = Sentence(N_("This payment was disputed on %(day)s."), {"day": line.returned_on})
    owed = Money(line.amount_minor + (line.fee_minor or 0) - line.fee_lowered_minor, line.currency)
    back = Sentence(N_("What it had paid is owed again: %(owed)s in all."), {"owed": owed})
    return head, [why.title, fee_words(line), back], why.advice, "danger"


def fee_words(line: Line) -> Sentence:
    """What its coming back cost, with what was taken off that since."""
    if not line.fee_minor:
        return Sentence(N_("No fee was added."))
    fee, off = Money(line.fee_minor, line.currency), Money(line.fee_lowered_minor, line.currency)
    if line.fee_lowered_minor == line.fee_minor:
        return Sentence(N_("A fee of %(fee)s was added and taken off again."), {"fee": fee})
    if line.fee_lowered_minor:
        words = N_("A fee of %(fee)s was added; %(off)s of it was taken off again.")
        return Sentence(words, {"fee": fee, "off": off})
    return Sentence(N_("A fee of %(fee)s was added."), {"fee": fee})


def _scheduled(line: Line, on: date) -> Any:
    head = Sentence(N_("Planned for %(day)s. Nothing has moved yet."), {"day": line.begun_on})
    more = Sentence(N_("You can change or cancel it until it leaves."))
    return head, [more], None, "info"


_TELL = {
    "settled": _settled,
    "pending": _pending,
    "unknown": _unknown,
    "attempting": _attempting,
    "awaiting": _awaiting,
    "failed": _nothing,
    "cancelled": _nothing,
    "returned": _went_back,
    "disputed": _went_back,
    "lost": _went_back,
    "won": _won,
    "reversed": _reversed,
    "refunded": _given_back,
    "partly_refunded": _given_back,
    "scheduled": _scheduled,
}
