"""What the page of tonight's run asks beside the rehearsal: whose rows one sees, pages of them, the table as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from domain.access import Scope
from domain.records.run_decisions import decisions
from domain.reports.finding import Found
from domain.reports.run_words import FATES, GROUPS
from domain.reports.tonight import Row
from domain.words import N_, Sentence, plain_amount
from models import Agreement, AuditEvent, AutopayDebit, Business, JournalEntry, PaymentEvent, RunDecision, db

TABLE_HEAD = (
    N_("Group"), N_("Agreement"), N_("What"), N_("Day"), N_("Amount"), N_("Currency"), N_("Gateway"), N_("State"),
    N_("Why"), N_("Decided because"),
)  # fmt: skip
HELD = {
    "charge": N_("Charge that is held back"),
    "fee": N_("Late fee that is held back"),
    "debit": N_("Autopay for %(day)s"),
}
"""What is held, as its key begins -> what it is called where nothing more is known of it."""
_LAST = [
    select(func.max(column)).scalar_subquery()
    for column in (AuditEvent.id, JournalEntry.id, PaymentEvent.id, AutopayDebit.id)
]


def mark() -> tuple[Any, ...]:
    """Something that changes whenever anybody has done anything that a run could mind."""
    switches = select(Business.payments_paused, Business.debits_paused, Business.autopay_policy)
    stands = db.session.execute(switches).first()
    return (*db.session.execute(select(*_LAST)).one(), *(map(str, stands) if stands else ()))


def held_row(key: str, on: date) -> Row | None:
    """The thing of a key while staff hold it, for who decides when the run of the day has no row of it."""
    query = (
        select(Agreement.id, Agreement.ref, Agreement.number, Agreement.currency)
        .join(RunDecision, RunDecision.agreement_id == Agreement.id)
        .where(RunDecision.key == key)
    )
    row = db.session.execute(query.limit(1)).first()
    decided = decisions(db.session.connection(), [row.id]).of(key) if row is not None else None
    if row is None or decided is None or not decided.holds(on):
        return None
    group, _, name = key.partition(":")
    said = {"day": date.fromisoformat(name.rpartition(":")[2])} if group == "debit" else {}
    return Row(
        group, row.id, row.ref, row.number, Sentence(HELD[group], said), said.get("day"), None, row.currency,
        key=key, fate="held", decided=decided,
    )  # fmt: skip


def allowed(scope: Scope) -> set[int] | None:
    """The agreements whose rows a person sees; None: all, and what is of no agreement."""
    if scope.everything:
        return None
    return set(db.session.scalars(scope.select(Agreement, Agreement.id)))


def page(rows: Sequence[Row], number: int, per_page: int) -> Found[Row]:
    """One page of the rows; a page past the end shows the last one."""
    pages = max(-(-len(rows) // per_page), 1)
    at = min(max(number, 1), pages)
    return Found(rows[(at - 1) * per_page : at * per_page], len(rows), at, pages, per_page)


def fate_words(row: Row) -> Sentence | None:
    """What is special about a row, in words."""
    words = FATES.get(row.fate, "")
    return Sentence(words) if words else None


def _why(row: Row, say: Callable[[Any], str]) -> str:
    """The reason in one cell: each step, with its amount where there are several."""
    steps = row.why.steps if row.why else ()
    told = []
    for step in steps:
        told.append(say(step.sentence))
        if len(steps) > 1 and step.amount_minor is not None and row.currency:
            told.append(f"{plain_amount(step.amount_minor, row.currency)};")
    return " ".join(told).rstrip(";")


def table(rows: Sequence[Row], say: Callable[[Any], str]) -> list[list[Any]]:
    """The rows for a file, as `TABLE_HEAD` names their columns."""
    found = []
    for row in rows:
        fate = fate_words(row)
        found.append([
            say(Sentence(GROUPS[row.group])), row.number, say(row.what), row.on.isoformat() if row.on else "",
            plain_amount(row.amount_minor, row.currency) if row.amount_minor is not None and row.currency else "",
            row.currency, row.gateway, say(fate) if fate else "",
            _why(row, say),
            row.decided.reason if row.decided else "",
        ])  # fmt: skip
    return found
