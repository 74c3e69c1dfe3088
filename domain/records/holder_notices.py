"""Tell those who hold an agreement of something that happened to it. Inside the caller's transaction.

Verbs: `tell_holders`, `tell_change`, `tell_fee`, `tell_statement`, `tell_period_statement`. What is one person's alone
is told to them alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, literal, select

from domain.access.parts import HOLDERS
from domain.records.notices import tell
from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer
from domain.rules.period_statements import Period
from domain.rules.planned import PlannedCharge
from domain.words import N_, Sentence, Trace
from models import Agreement, AgreementParty

_HOLDERS = ReadyMade(
    select(AgreementParty.person_id, Agreement.ref, Agreement.currency)
    .join(Agreement, Agreement.id == AgreementParty.agreement_id)
    .where(
        AgreementParty.agreement_id == bindparam("of"),
        AgreementParty.role.in_([literal(role) for role in HOLDERS]),
    )
    .where(func.coalesce(AgreementParty.until_on, bindparam("on_day")) >= bindparam("on_day"))
    .order_by(AgreementParty.id)
)
EVENT_OF_CHANGE: Mapping[str, str] = {
    "deferral": "due_date_changed",
    "due_date": "due_date_changed",
    "rent": "rent_changed",
}
"""Kind of change -> event; any other kind is told as changed terms."""
FEES = ("late_fee", "fee")
"""Types of charge that are told when they are posted; the fee of a returned payment is told with the return."""
TOO_OLD = timedelta(days=35)
"""What is made up for long after its day (an import, a program that stood still) is no news any more."""


def tell_holders(
    writer: Writer,
    agreement_id: int,
    event: str,
    *,
    data: Mapping[str, Any],
    dedupe_key: str,
    on: date,
    now: datetime,
    only: str = "",
    path: str = "",
) -> int:
    """Tell each holder as of a day, or (`only`, the key of a payer) that one; how many were told now.

    `path` follows the address of the agreement ("/plan").
    """
    told = 0
    for row in _HOLDERS.all(writer, {"of": agreement_id, "on_day": on}):
        if only and str(row.person_id) != only:
            continue
        where = f"/agreements/{row.ref}{path}"
        said = {"agreement_ref": row.ref, "currency": row.currency, **data}
        told += bool(
            tell(
                writer, event, row.person_id, agreement_id=agreement_id, data=said, dedupe_key=dedupe_key, path=where,
                now=now,
            )
        )  # fmt: skip
    return told


def tell_change(
    writer: Writer, agreement_id: int, number: int, kind: str, effective_on: date, trace: Trace, now: datetime
) -> None:
    """Tell the holders of a change of the agreement, in the first sentence of its own reason.

    The mail takes the letter of the change along, where there is one (`domain.reports.letters`).
    """
    said: dict[str, Any] = {"letter": number}
    if trace.steps:
        said["what"] = trace.steps[0].sentence
    tell_holders(
        writer, agreement_id, EVENT_OF_CHANGE.get(kind, "terms_changed"), data={"on": effective_on, **said},
        dedupe_key=f"change:{agreement_id}:{number}", on=now.date(), now=now,
    )  # fmt: skip


def tell_fee(writer: Writer, agreement_id: int, charge: PlannedCharge, today: date, now: datetime) -> None:
    """Tell whose fee it is that it was charged; nothing for other charges and those of long ago."""
    if charge.type not in FEES or today - charge.counts_on > TOO_OLD:
        return
    tell_holders(
        writer, agreement_id, "fee_posted", only=charge.payer, on=today, now=now,
        dedupe_key=f"fee:{agreement_id}:{charge.rule}:{charge.key}",
        data={"amount_minor": charge.amount_minor, "name_of_fee": charge.name, "on": charge.due_on},
    )  # fmt: skip


def tell_statement(
    writer: Writer, agreement_id: int, closing_on: date, due_on: date, minimum_minor: int, closing_minor: int,
    now: datetime,
) -> None:  # fmt: skip
    """Tell the holders that a statement is ready; nothing for one of long ago."""
    if now.date() - closing_on > TOO_OLD:
        return
    tell_holders(
        writer, agreement_id, "statement_ready", path="/statements", on=now.date(), now=now,
        dedupe_key=f"statement:{agreement_id}:{closing_on}",
        data={"amount_minor": minimum_minor, "balance_minor": closing_minor, "on": due_on},
    )  # fmt: skip


def tell_period_statement(writer: Writer, agreement_id: int, period: Period, now: datetime) -> None:
    """Tell the holders, by a link, that the statement of a month or a year is ready; nothing for one of long ago."""
    if now.date() - period.last > TOO_OLD:
        return
    words = N_("Statement of the month that ended on %(day)s.")
    if period.span == "year":
        words = N_("Statement of the year that ended on %(day)s.")
    tell_holders(
        writer, agreement_id, "period_statement", path="/statements", on=now.date(), now=now,
        dedupe_key=f"statement:{agreement_id}:{period.mark}", data={"what": Sentence(words, {"day": period.last})},
    )  # fmt: skip
