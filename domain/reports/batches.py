"""Files for the bank and from it, for the pages of the office: what is due, what a file holds, what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from domain.access import Scope
from domain.records import batch_extras
from domain.records.batches import UNWRITABLE
from domain.records.planned_payments import due
from domain.reports.finding import Found, Wanted, page_of
from domain.rules.payment_states import WORDS
from domain.words import N_, Sentence
from gateways import registry
from gateways.ach_codes import ACH_CORRECTIONS
from gateways.codes import reason
from models import Agreement, BankFile, Batch, BatchLine, Payment, PaymentMethod, db

SCHEMES: dict[str, str] = {
    "ach_file": N_("US bank debits (ACH)"),
    "sepa_file": N_("SEPA direct debits"),
    "bacs_file": N_("UK direct debits (Bacs)"),
}
STATES: dict[str, str] = {
    "building": N_("Being put together"),
    "written": N_("Ready for the bank"),
    "handed_over": N_("With the bank"),
    "accepted": N_("Taken by the bank"),
    "refused": N_("Refused by the bank"),
    "cancelled": N_("Taken apart"),
}
KINDS: dict[str, str] = {
    "debit": N_("Debit"),
    "credit": N_("Refund"),
    "prenote": N_("Test without money"),
    "test_credit": N_("Test amount"),
    "test_debit": N_("Test amount"),
}
DID: dict[str, str] = {
    "done": N_("Done"),
    "again": N_("Known already"),
    "noted": N_("Noted"),
    "unmatched": N_("We know no such debit; a task waits on the desk"),
    "differs": N_("The amount differs; a task waits on the desk"),
    "task": N_("A task waits on the desk"),
    "failed": N_("Could not be used; a task waits on the desk"),
}
NOT_A_STATEMENT = BankFile.kind != "statement"
"""Statements of our account are kept in the same place and shown on pages of their own."""


@dataclass(frozen=True, slots=True)
class Due:
    """What would go into the next file of a way to pay; `leaves_on` is its day, None while banks are closed today.

    `others` are the refunds and new accounts that go with the debits.
    """

    gateway: str
    title: Sentence
    leaves_on: date | None
    effective_on: date | None
    count: int
    total_minor: int
    currency: str
    others: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: whose, how much, and what became of it. `account` is shown by its last four digits."""

    number: str
    agreement_ref: str
    title: Sentence
    account: str
    amount_minor: int
    trace: str
    state: Sentence
    why: Sentence | None


def due_now(scope: Scope, today: date) -> list[Due]:
    """For each way to pay by files, what is due for a file that leaves today."""
    scope.require("bank")
    found = []
    for way in registry.all_gateways():
        if "file" not in way.abilities:
            continue
        files = registry.by_file(way.name)
        closed = files.leaves_on(today) != today
        ids = due([way.name], today)
        total = select(func.count(), func.coalesce(func.sum(Payment.amount_minor + Payment.fee_minor), 0))
        count, minor = db.session.execute(total.where(Payment.id.in_(ids.correlate(None)))).one()
        found.append(
            Due(
                way.name, Sentence(SCHEMES.get(way.name, way.name)), None if closed else today,
                None if closed else files.effective_on(today), count, minor, files.currency,
                batch_extras.count(db.session.connection(), way.name),
            )
        )  # fmt: skip
    return found


def due_rows(scope: Scope, gateway: str, today: date, most: int = 50) -> Sequence[Any]:
    """The first payments of the next file: `number`, `title`, `label`, `amount_minor`, `currency`, `scheduled_on`."""
    ids = due([gateway], today).limit(most).correlate(None)
    query = scope.select(
        Payment, Agreement.number, Agreement.ref, Agreement.title, PaymentMethod.label, Payment.currency,
        (Payment.amount_minor + Payment.fee_minor).label("amount_minor"), Payment.scheduled_on,
    )  # fmt: skip
    query = query.join(Agreement, Agreement.id == Payment.agreement_id).outerjoin(
        PaymentMethod, PaymentMethod.id == Payment.method_id
    )
    return db.session.execute(
        query.where(Payment.id.in_(ids)).order_by(Payment.scheduled_on, Payment.id)
    ).all()


def sent(scope: Scope, wanted: Wanted) -> Found[Any]:
    """Files for the bank, the newest first; each row holds the batch."""
    return page_of(scope.select(Batch), wanted, [Batch.id.desc()])


def received(scope: Scope, most: int = 20) -> Sequence[BankFile]:
    """Files from the bank but statements, the newest first."""
    query = scope.select(BankFile).where(NOT_A_STATEMENT).order_by(BankFile.id.desc()).limit(most)
    return db.session.scalars(query).all()


def told(file: BankFile) -> list[dict[str, Any]]:
    """What the lines of a file from the bank said and did, with the words of their codes (`why`)."""
    return [line | {"why": _words(line["code"])} for line in (file.outcome or {}).get("lines", ())]


def told_count(file: BankFile) -> int:
    """How many lines it had; `told` keeps the first of a long file."""
    return sum((file.outcome or {}).get("counts", {}).values())


def _words(code: str) -> Sentence | None:
    if code in ACH_CORRECTIONS:
        return Sentence(ACH_CORRECTIONS[code][0])
    return reason(code).title if code else None


def lines(scope: Scope, batch: Batch, wanted: Wanted) -> Found[Line]:
    """One page of the lines of a file in their order."""
    query = (
        scope.select(
            Batch, BatchLine.kind, BatchLine.amount_minor, BatchLine.trace, BatchLine.outcome, BatchLine.code,
            Agreement.number, Agreement.ref.label("agreement_ref"), PaymentMethod.label, Payment.state,
        )
        .join(BatchLine, BatchLine.batch_id == Batch.id)
        .join(PaymentMethod, PaymentMethod.id == BatchLine.method_id)
        .outerjoin(Payment, Payment.id == BatchLine.payment_id)
        .outerjoin(Agreement, Agreement.id == Payment.agreement_id)
        .where(Batch.id == batch.id)
    )  # fmt: skip
    found = page_of(query, wanted, [BatchLine.id])
    return Found(
        [_line(row, batch.state) for row in found.rows], found.total, found.page, found.pages, found.per_page
    )


def _line(row: Any, of_file: str) -> Line:
    state = Sentence(WORDS[row.state]) if row.state else Sentence(KINDS[row.kind])
    why = None
    if row.state == "pending" and of_file == "written":
        state = Sentence(N_("In the file"))  # a file that waits here was not sent to anybody yet
    if row.code == UNWRITABLE:
        state = Sentence(N_("Left out"))
        why = Sentence(N_("The details of the account could not be used."))
    elif row.outcome == "unfiled":
        state = Sentence(N_("Planned again"))
    elif row.outcome in ("returned", "rejected"):
        state = Sentence(N_("Sent back (%(code)s)"), {"code": row.code})
        why = reason(row.code).title
    return Line(
        row.number or "", row.agreement_ref or "", Sentence(KINDS[row.kind]), row.label, row.amount_minor, row.trace,
        state, why,
    )  # fmt: skip
