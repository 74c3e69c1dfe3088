"""What both sides are told of a debit of autopay: its payer by the one door of notices, the desk by a task.

Inside the caller's transaction. Each cause is told once, whatever is repeated.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from domain.records.autopay_cases import Case
from domain.records.notices import tell
from domain.records.tasks import open_task
from domain.rules.autopay_verdict import Verdict
from domain.words import N_, Sentence

NO_MONEY = ("method_stopped",)
"""Codes of a debit that was given up because of its way to pay: it counts as a failure of the contract."""
WHY: dict[str, str] = {
    "missed": N_("Our program stood still on that day, and it is too late to take the money now."),
    "on_hold": N_("Payments on this agreement are stopped for now."),
    "held": N_("We held this debit back to look at it, and it is too late to take the money now."),
    "method_stopped": N_("None of the ways to pay that autopay may use works just now."),
    "waived": N_("We decided not to take this payment."),
    "not_answered": N_("What is due is above your limit, and you did not say that it may be taken."),
    "over_limit": N_("What is due is above your limit, and you chose that nothing is taken then."),
    "notice_short": N_(
        "The amount has risen too late to tell you ten days before, so only the former amount is taken."
    ),
}
"""Code -> why, in words for the payer."""


def tell_payer(
    door: Connection, case: Case, event: str, key: str, *, on: date, now: datetime, today: date, **data: Any
) -> None:
    """Tell the payer of the contract of an event of its next period."""
    row = case.row
    said = {name: value for name, value in data.items() if value is not None}
    currency = case.agreement.currency
    tell(
        door, event, row.person_id, agreement_id=row.agreement_id,
        data={"agreement_ref": case.agreement.ref, "autopay_ref": row.ref, "currency": currency, "on": on, **said},
        dedupe_key=f"{event}:{row.ref}:{key}", path=f"/agreements/{case.agreement.ref}/autopay", now=now, today=today,
    )  # fmt: skip


def why(code: str) -> Sentence | None:
    """Why, in words for the payer; None where the code says nothing to them."""
    return Sentence(WHY[code]) if code in WHY else None


def tell_ended(door: Connection, case: Case, found: Verdict, *, today: date, now: datetime) -> None:
    """Tell of a period that ended without a debit. What the payer chose, or what was not owed, is no news."""
    row = case.row
    amount = case.debit.amount_minor if case.debit is not None else None
    if found.act == "skip" and found.code in WHY:
        tell_payer(
            door, case, "autopay_skipped", row.next_period, on=row.next_debit_on, now=now, today=today,
            what=why(found.code),
        )  # fmt: skip
    if found.act == "give_up":
        tell_payer(
            door, case, "autopay_missed", row.next_period, on=row.next_debit_on, now=now, today=today,
            what=why(found.code), amount_minor=amount or None,
        )  # fmt: skip
        words = N_("Autopay did not take the debit of %(day)s. The payer was told to pay another way.")
        open_task(
            door, "autopay", f"autopay:{row.ref}:missed", Sentence(words, {"day": row.next_debit_on}), now=now,
            subject="autopay", subject_id=row.id, agreement_id=row.agreement_id,
        )  # fmt: skip
