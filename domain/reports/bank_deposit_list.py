"""Deposits to the bank: slips of counter money, and what processors say they paid out, by day. Read-only."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from domain.access import Scope
from domain.reports.actors import names_of
from domain.reports.sheet import Asked, Column, Row, Sheet
from domain.words import N_, Money, Sentence
from models import BankDeposit, BankMatch, GatewayPayout, db

TITLE = Sentence(N_("Deposits to the bank"))
WHAT = Sentence(
    N_("Counter money carried to the bank and payouts of processors, and whether the bank has them.")
)
FILTERS = ("period",)
COLUMNS = (
    Column("day", Sentence(N_("Day")), "day"),
    Column("what", Sentence(N_("What"))),
    Column("cash", Sentence(N_("Cash")), "money"),
    Column("papers", Sentence(N_("Checks and slips")), "money"),
    Column("fees", Sentence(N_("Fees kept back")), "money"),
    Column("amount", Sentence(N_("Amount")), "money"),
    Column("at_bank", Sentence(N_("On the bank's statement")), "flag"),
    Column("by", Sentence(N_("By")), hidden=True),
    Column("note", Sentence(N_("Note")), hidden=True),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
NOTES = (
    Sentence(N_("Slips that were taken back are not here. Change fetched from the bank is below zero.")),
)


def make(scope: Scope, asked: Asked) -> Sheet:
    """Every deposit whose day lies from `since` to `until`, in the order of the days."""
    rows = _slips(scope, asked)
    if scope.everything:
        rows += _payouts(asked)
    rows.sort(key=lambda row: str(row.values["day"]))
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        sums[str(row.values["currency"])] += int(str(row.values["amount"]))
    totals = [
        Row({"day": Sentence(N_("Total")), "amount": amount, "currency": currency}, kind="total")
        for currency, amount in sorted(sums.items())
    ]
    lead = [
        (Money(amount, currency), Sentence(N_("to the bank"))) for currency, amount in sorted(sums.items())
    ]
    return Sheet("bank_deposits", TITLE, asked, COLUMNS, rows, totals, NOTES, lead=lead)


def _slips(scope: Scope, asked: Asked) -> list[Row]:
    matched = select(BankMatch.deposit_id).where(
        BankMatch.deposit_id.is_not(None), BankMatch.undone_at.is_(None)
    )
    query = scope.select(BankDeposit, BankDeposit, BankDeposit.id.in_(matched)).where(
        BankDeposit.day.between(asked.since, asked.until), BankDeposit.undone_at.is_(None)
    )
    found = db.session.execute(query.order_by(BankDeposit.day, BankDeposit.id)).all()
    names = names_of(slip.made_by for slip, _at_bank in found)
    rows = []
    for slip, at_bank in found:
        words = N_("Deposit slip") if slip.amount_minor > 0 else N_("Change fetched from the bank")
        values: dict[str, Any] = {
            "day": slip.day, "what": Sentence(words), "cash": slip.cash_minor or None,
            "papers": slip.amount_minor - slip.cash_minor or None, "amount": slip.amount_minor,
            "at_bank": bool(at_bank), "by": names[slip.made_by], "note": slip.note, "currency": slip.currency,
        }  # fmt: skip
        rows.append(Row(values, ("office.bank_deposit", {"ref": slip.ref})))
    return rows


def _payouts(asked: Asked) -> list[Row]:
    query = select(GatewayPayout).where(GatewayPayout.arrives_on.between(asked.since, asked.until))
    return [
        Row(
            {
                "day": payout.arrives_on,
                "what": Sentence(
                    N_("Payout of %(gateway)s, %(name)s"),
                    {"gateway": payout.gateway, "name": payout.payout_id},
                ),
                "fees": payout.fees_minor or None,
                "amount": payout.amount_minor,
                "at_bank": payout.entry_id is not None,
                "currency": payout.currency,
            }
        )
        for payout in db.session.scalars(query.order_by(GatewayPayout.arrives_on, GatewayPayout.id))
    ]
