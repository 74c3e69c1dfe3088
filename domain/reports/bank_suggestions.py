"""What the movements of a statement may be: what the books expect at the bank, scored by `rules.bank_matching`.

Read-only. `suggestions` for one movement as a page shows it, with a sentence and a link for each; `expected` is what of
the books could fit it at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, func, or_, select

from domain.access import Scope
from domain.records.accounts import BANK
from domain.records.bank_matches import CAUSE, ENTRY, file_total
from domain.reports.agreements import WITH_TERMS
from domain.reports.finding import says
from domain.reports.office_views import held
from domain.rules.bank_matching import Expected, Movement, Suggestion, name_words, same_name, suggest
from domain.rules.transfer_references import references_in
from domain.words import N_, Sentence
from models import (
    Agreement,
    AgreementParty,
    BankDeposit,
    BankLine,
    BankMatch,
    Batch,
    GatewayPayout,
    JournalEntry,
    JournalLine,
    Payment,
    PaymentReturn,
    Person,
    Refund,
    db,
)

MOST_AGREEMENTS, MOST_PEOPLE, MOST_WORDS = 30, 300, 60
_WORD = re.compile(r"[0-9A-Z][0-9A-Z/-]*")
_AROUND = timedelta(days=30)
_WITH_THE_BANK = ("handed_over", "accepted")
WORDS = {
    "payout": N_("Payout of %(name)s"),
    "batch": N_("The file %(name)s"),
    "deposit": N_("Deposit of counter money of %(day)s"),
    "payment": N_("A debit that came back: %(name)s"),
    "refund": N_("Money given back on %(name)s"),
    "other": N_("What the books have: %(name)s"),
    "transfer": N_("Transfer for %(name)s"),
}
"""Kind -> what a suggestion is called."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion as a page shows it. `title` names it; `agreement_ref` is the agreement it is about, if any."""

    suggestion: Suggestion
    title: Sentence

    @property
    def kind(self) -> str:
        return self.suggestion.expected.kind

    @property
    def target(self) -> str:
        return self.suggestion.expected.ref

    @property
    def score(self) -> int:
        return self.suggestion.score

    @property
    def reasons(self) -> Sequence[Sentence]:
        return self.suggestion.reasons


def suggestions(scope: Scope, line: BankLine, on: date) -> list[Shown]:
    """What the movement may be, the best first. Empty where nothing fits."""
    movement = Movement(line.amount_minor, line.currency, line.booked_on, line.name, line.text)
    found = list(expected(scope, line, on))
    titles = {id(one): title for one, title in found}
    return [Shown(one, titles[id(one.expected)]) for one in suggest(movement, (one for one, _ in found))]


def expected(scope: Scope, line: BankLine, on: date) -> Iterator[tuple[Expected, Sentence]]:
    """Everything in the books that the movement could be, by its amount, its day, and what its text names."""
    for source in (_payouts, _batches, _deposits, _returned, _refunds, _entries):
        yield from source(scope, line)
    if line.amount_minor > 0:
        yield from _transfers(scope, line, on)


def _title(kind: str, name: str, day: date | None = None) -> Sentence:
    return Sentence(WORDS[kind], {"name": name, "day": day} if day else {"name": name})


def _unmatched(column: Any) -> Select[Any]:
    """The ids of this column that a match names which stands."""
    return select(column).where(column.is_not(None), BankMatch.undone_at.is_(None))


def _payouts(scope: Scope, line: BankLine) -> Iterator[tuple[Expected, Sentence]]:
    query = scope.select(GatewayPayout).where(
        GatewayPayout.entry_id.is_(None), GatewayPayout.amount_minor == line.amount_minor
    )
    for one in db.session.scalars(query.limit(20)):
        marks = (one.payout_id, one.gateway) if one.gateway != "sandbox" else (one.payout_id,)
        ref = f"{one.gateway}:{one.payout_id}"
        said = Expected("payout", ref, one.currency, one.amount_minor, one.arrives_on, marks=marks)
        yield said, _title("payout", one.gateway)


def _batches(scope: Scope, line: BankLine) -> Iterator[tuple[Expected, Sentence]]:
    near = Batch.effective_on.between(line.booked_on - _AROUND, line.booked_on + _AROUND)
    query = scope.select(Batch).where(
        Batch.state.in_(_WITH_THE_BANK), near, Batch.id.not_in(_unmatched(BankMatch.batch_id))
    )
    for one in db.session.scalars(query.limit(60)):
        total = file_total(db.session(), one)
        if total == line.amount_minor:
            marks = tuple(mark for mark in (one.file_name, one.ref) if mark)
            said = Expected("batch", one.ref, one.currency, total, one.effective_on, marks=marks)
            yield said, _title("batch", one.file_name or one.gateway)


def _deposits(scope: Scope, line: BankLine) -> Iterator[tuple[Expected, Sentence]]:
    query = scope.select(BankDeposit).where(
        BankDeposit.undone_at.is_(None),
        BankDeposit.amount_minor == line.amount_minor,
        BankDeposit.id.not_in(_unmatched(BankMatch.deposit_id)),
    )
    for one in db.session.scalars(query.limit(20)):
        said = Expected("deposit", one.ref, one.currency, one.amount_minor, one.day)
        yield said, _title("deposit", "", one.day)


def _returned(scope: Scope, line: BankLine) -> Iterator[tuple[Expected, Sentence]]:
    """Debits by file that the payer's bank took back: our bank takes the money off the account again."""
    query = (
        scope.select(Payment, Payment.ref, Payment.currency, PaymentReturn.returned_on, Agreement.number)
        .join(PaymentReturn, PaymentReturn.payment_id == Payment.id)
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .where(Payment.gateway.endswith("_file"))
        .where(Payment.amount_minor + Payment.fee_minor == -line.amount_minor)
        .where(PaymentReturn.returned_on.between(line.booked_on - _AROUND, line.booked_on + _AROUND))
        .where(Payment.id.not_in(_unmatched(BankMatch.payment_id)))
    )
    for ref, currency, day, number in db.session.execute(query.limit(20)):
        said = Expected("payment", ref, currency, line.amount_minor, day, numbers=(number,))
        yield said, _title("payment", number)


def _refunds(scope: Scope, line: BankLine) -> Iterator[tuple[Expected, Sentence]]:
    query = (
        scope.select(Payment, Refund.ref, Refund.currency, Refund.begun_on, Agreement.number)
        .join(Refund, Refund.payment_id == Payment.id)
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .join(JournalLine, JournalLine.entry_id == Refund.entry_id)
        .where(JournalLine.account == BANK, JournalLine.amount_minor == line.amount_minor)
        .where(Refund.undo_entry_id.is_(None), Refund.id.not_in(_unmatched(BankMatch.refund_id)))
    )
    for ref, currency, day, number in db.session.execute(query.limit(20)):
        said = Expected("refund", ref, currency, line.amount_minor, day, numbers=(number,))
        yield said, _title("refund", number)


def _entries(scope: Scope, line: BankLine) -> Iterator[tuple[Expected, Sentence]]:
    """Entries that moved the bank without a statement: a security deposit that was paid back."""
    own = JournalEntry.cause.in_((CAUSE, f"{CAUSE}.undone", "payment.settled", "payment.returned"))
    refunds = select(Refund.entry_id).where(Refund.entry_id.is_not(None))
    query = (
        scope.select(JournalEntry)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalLine.account == BANK, JournalLine.amount_minor == line.amount_minor, ~own)
        .where(JournalEntry.effective_on.between(line.booked_on - _AROUND, line.booked_on + _AROUND))
        .where(JournalEntry.id.not_in(_unmatched(BankMatch.entry_id)), JournalEntry.id.not_in(refunds))
    )
    for entry in db.session.scalars(query.limit(20)):
        said = Expected("other", ENTRY + entry.key, entry.currency, line.amount_minor, entry.effective_on)
        yield said, _title("other", entry.key)


def _transfers(scope: Scope, line: BankLine, on: date) -> Iterator[tuple[Expected, Sentence]]:
    """Agreements that the text names: by a transfer reference, by their number, or by who sent the money."""
    said = f"{line.name} {line.text}"
    marks = by_reference(scope, said)
    wanted = {**marks, **dict.fromkeys(_by_number(scope, said)), **dict.fromkeys(_by_name(scope, line.name))}
    if not wanted:
        return
    first = list(wanted)[:MOST_AGREEMENTS]
    query = scope.select(Agreement).where(Agreement.id.in_(first)).options(*WITH_TERMS)
    for one in held(db.session.scalars(query).unique().all(), on):
        view, names = one.view, tuple(holder.name for holder in one.holders)
        due = view.due
        fits = {
            due.now_minor,
            due.past_due_minor,
            due.headline_minor,
            view.balance_minor,
            view.quote.total_minor,
        }
        mark = marks.get(view.agreement.id)
        offered = Expected(
            "transfer", view.ref, view.currency, amounts=tuple(sorted(fits - {0})),
            marks=(mark,) if mark else (), numbers=(view.number,), names=names,
        )  # fmt: skip
        yield offered, _title("transfer", f"{view.number} {names[0]}" if names else view.number)


def by_reference(scope: Scope, text: str) -> dict[int, str]:
    """Agreement id -> the transfer reference in the text that names it, with its check digits right."""
    named = {agreement_id: reference for reference, agreement_id in references_in(text).items()}
    if not named:
        return {}
    there = db.session.scalars(
        scope.select(Agreement, Agreement.id).where(
            Agreement.id.in_(list(named)), Agreement.status != "undone"
        )
    )
    return {agreement_id: named[agreement_id] for agreement_id in there}


def _by_number(scope: Scope, text: str) -> Sequence[int]:
    """Agreements whose number stands in the text, also where the bank made a space of the hyphen."""
    words = _WORD.findall(text.upper())[:MOST_WORDS]
    tries = {word for word in words if any(letter.isdigit() for letter in word)}
    tries |= {f"{one}-{other}" for one, other in pairwise(words) if other.isdigit()}
    if not tries:
        return ()
    found = scope.select(Agreement, Agreement.id).where(
        func.upper(Agreement.number).in_(sorted(tries)), Agreement.status != "undone"
    )
    return db.session.scalars(found.order_by(Agreement.id).limit(MOST_AGREEMENTS)).all()


def _by_name(scope: Scope, name: str) -> Sequence[int]:
    """Agreements of people all of whose names stand in what the bank calls the sender."""
    words = sorted(name_words(name), key=len, reverse=True)[:4]
    if len(words) < 2:
        return ()
    people = db.session.execute(
        scope.select(Person, Person.id, Person.name)
        .where(or_(*(says(Person.name, word) for word in words)))
        .limit(MOST_PEOPLE)
    )
    ids = [person_id for person_id, full in people if same_name(full, name)]
    on_it = AgreementParty.person_id.in_(ids), AgreementParty.until_on.is_(None)
    found = (
        scope.select(Agreement, Agreement.id)
        .join(AgreementParty, AgreementParty.agreement_id == Agreement.id)
        .where(*on_it, Agreement.status != "undone")
        .order_by((Agreement.status != "active"), Agreement.id)
    )
    return db.session.scalars(found.limit(MOST_AGREEMENTS)).all() if ids else ()
