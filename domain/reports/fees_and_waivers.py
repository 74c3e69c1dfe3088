"""Late fees and other fees that were charged, and what was waived or taken back, one by one with reasons. Read-only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_

from domain.access import Scope
from domain.reports.actors import names_of
from domain.reports.narrowing import of_entries
from domain.reports.sheet import Asked, Column, Row, Sheet
from domain.rules.planned import called_by
from domain.words import N_, Sentence, sentence_from
from models import Agreement, Charge, JournalEntry, db

TITLE = Sentence(N_("Late fees and waivers"))
WHAT = Sentence(
    N_("Each fee that was charged and each that was waived or taken back, with reason and author.")
)
FILTERS = ("period", "what", "kind", "property_ref", "branch")
CHOICES = {
    "what": {"fees": N_("Fees charged"), "waivers": N_("Waived or taken back"), "late": N_("Late fees alone")}
}
FEES = ("late_fee", "returned_payment_fee", "fee")
COLUMNS = (
    Column("day", Sentence(N_("Day")), "day"),
    Column("agreement", Sentence(N_("Agreement"))),
    Column("title", Sentence(N_("What for"))),
    Column("what", Sentence(N_("What"))),
    Column("charged", Sentence(N_("Charged")), "money"),
    Column("waived", Sentence(N_("Waived")), "money"),
    Column("taken_back", Sentence(N_("Taken back")), "money"),
    Column("reason", Sentence(N_("Reason"))),
    Column("by", Sentence(N_("By"))),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
NOTES = (
    Sentence(
        N_("Waivers of any charge are here, not only of fees. What was paid of a fee stands with the fee.")
    ),
)


def make(scope: Scope, asked: Asked) -> Sheet:
    """Fees and waivers that count from `since` to `until`, in the order of the days."""
    query = _query(
        scope, asked, Charge.amount_minor, Charge.type, Charge.name, Charge.rule, Charge.about_id, Agreement.number,
        Agreement.ref, Agreement.title, JournalEntry.note, JournalEntry.recorded_by, Charge.id,
    ).order_by(JournalEntry.effective_on, JournalEntry.id)  # fmt: skip
    return Sheet(
        "fees_and_waivers", TITLE, asked, COLUMNS, _rows(query), _totals(scope, asked), NOTES
    )  # fmt: skip


def _query(scope: Scope, asked: Asked, *columns: Any) -> Select[Any]:
    query = (
        scope.select(Charge, JournalEntry.effective_on, JournalEntry.currency, *columns)
        .join(JournalEntry, JournalEntry.id == Charge.entry_id)
        .join(Agreement, Agreement.id == Charge.agreement_id)
        .where(JournalEntry.effective_on.between(asked.since, asked.until), _wanted(asked.what))
    )
    return of_entries(scope, query, asked)


def _wanted(what: str) -> ColumnElement[bool]:
    lowered = Charge.about_id.is_not(None)
    charged = and_(Charge.about_id.is_(None), Charge.type.in_(FEES))
    if what == "late":
        return Charge.type == "late_fee"
    return {"fees": charged, "waivers": lowered}.get(what, or_(charged, lowered))


def _totals(scope: Scope, asked: Asked) -> list[Row]:
    lowered, waived = Charge.about_id.is_not(None), Charge.rule == "waiver"
    parts = (Charge.about_id.is_(None), and_(lowered, waived), and_(lowered, not_(waived)))
    sums = [func.sum(case((part, Charge.amount_minor), else_=0)) for part in parts]
    query = (
        _query(scope, asked).with_only_columns(JournalEntry.currency, *sums).group_by(JournalEntry.currency)
    )
    return [
        Row(
            {
                "day": Sentence(N_("Total")), "charged": int(charged), "waived": int(given_up),
                "taken_back": int(back), "currency": currency,
            },
            kind="total",
        )
        for currency, charged, given_up, back in db.session.execute(query.order_by(JournalEntry.currency))
    ]  # fmt: skip


def _rows(query: Select[Any]) -> Iterator[Row]:
    names: dict[str, Any] = {}
    for line in db.session.execute(query.execution_options(yield_per=500)):
        if line.recorded_by not in names:
            names |= names_of([line.recorded_by])
        column = "charged" if line.about_id is None else "waived" if line.rule == "waiver" else "taken_back"
        values = {
            "day": line.effective_on, "agreement": line.number, "title": line.title,
            "what": called_by(line.name, line.type), column: line.amount_minor, "reason": _reason(line),
            "by": names[line.recorded_by], "currency": line.currency,
        }  # fmt: skip
        link = ("office.journal", {"ref": line.ref})
        opens = {"agreement": ("office.agreement", {"ref": line.ref})}
        if line.about_id is None:
            link = ("office.charge", {"ref": line.ref, "charge": str(line.id)})
        yield Row(values, link, opens=opens)


def _reason(line: Any) -> Sentence | str:
    """What was written down when it was lowered; nothing for a fee, whose page says why."""
    steps = (line.note or {}).get("steps") or []
    return sentence_from(steps[0]) if line.about_id is not None and steps else ""
