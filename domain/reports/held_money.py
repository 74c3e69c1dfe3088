"""Other people's money that the business holds as of a day: security deposits and credit, by agreement. Read-only.

The totals are the books': what is owed back for deposits (`DEPOSITS_HELD`) and kept as credit (`CUSTOMER_CREDIT`).
A deposit that was asked for and is not paid yet is owed back by the books and not held: it stands in a column of its
own.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import func, or_

from domain.access import Scope
from domain.records.accounts import CUSTOMER_CREDIT, DEPOSITS_HELD, DEPOSITS_RECEIVABLE
from domain.reports.ledger_lines import lines_until
from domain.reports.narrowed import agreements, named
from domain.reports.sheet import Asked, Column, Row, Sheet
from domain.words import N_, Sentence
from models import JournalEntry, JournalLine, db

TITLE = Sentence(N_("Deposits and credit held"))
CHOICES = {"what": {"deposits": N_("Deposits"), "credit": N_("Credit")}}
_ACCOUNTS = {"owed_back": DEPOSITS_HELD, "unpaid": DEPOSITS_RECEIVABLE, "credit": CUSTOMER_CREDIT}
_COLUMNS = (
    Column("agreement", Sentence(N_("Agreement"))),
    Column("place", Sentence(N_("Unit"))),
    Column("who", Sentence(N_("Who"))),
    Column("owed_back", Sentence(N_("Deposits asked for")), "money"),
    Column("unpaid", Sentence(N_("of it not paid yet")), "money"),
    Column("held", Sentence(N_("Deposits held")), "money"),
    Column("credit", Sentence(N_("Credit kept")), "money"),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
_NOTES = (
    Sentence(
        N_("Deposits are owed back and are never income. Credit is money of customers that pays nothing yet.")
    ),
)


def make(scope: Scope, asked: Asked) -> Sheet:
    """What is held on each agreement as of `asked.on`; `asked.what` "deposits" or "credit" for one of them."""
    wanted = {"deposits": ("owed_back", "unpaid"), "credit": ("credit",)}.get(asked.what, tuple(_ACCOUNTS))
    found = _balances(scope, asked, wanted)
    about = named((key for key, _ in found if key), "office.journal")
    rows = []
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    ordered = sorted(found, key=lambda one: (one[1], about[one[0]].number if one[0] in about else ""))
    for key, currency in ordered:
        amounts = found[key, currency]
        told = about.get(key or 0)
        words = told.values if told else {"agreement": Sentence(N_("No agreement"))}
        rows.append(Row({**words, **_told(amounts), "currency": currency}, told.link if told else None))
        for name, amount in amounts.items():
            sums[currency][name] += amount
    totals = [_total(asked, currency, amounts, wanted) for currency, amounts in sorted(sums.items())]
    shown = [one for one in _COLUMNS if one.key not in {*_ACCOUNTS, "held"} - _shown(wanted)]
    return Sheet("held_money", TITLE, asked, shown, rows, totals, _NOTES)


def _shown(wanted: tuple[str, ...]) -> set[str]:
    return {*wanted, *(("held",) if "owed_back" in wanted else ())}


def _balances(
    scope: Scope, asked: Asked, wanted: tuple[str, ...]
) -> dict[tuple[int | None, str], dict[str, int]]:
    """(agreement id or None, currency) -> name of `_ACCOUNTS` -> what is owed by the business (or, unpaid, to it)."""
    names = {_ACCOUNTS[name]: name for name in wanted}
    total = func.sum(JournalLine.amount_minor)
    some: Any = JournalEntry.agreement_id.in_(agreements(scope, asked))
    if not (asked.kind or asked.branch or asked.property_ref):
        some = or_(some, JournalEntry.agreement_id.is_(None))
    query = (
        scope.select(
            JournalEntry, JournalEntry.agreement_id, JournalEntry.currency, JournalLine.account, total
        )
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.effective_on <= asked.on, JournalLine.account.in_(list(names)), some)
        .group_by(JournalEntry.agreement_id, JournalEntry.currency, JournalLine.account)
        .having(total != 0)
    )
    found: dict[tuple[int | None, str], dict[str, int]] = defaultdict(dict)
    for key, currency, account, amount in db.session.execute(query):
        name = names[account]
        found[key, currency][name] = int(amount) if name == "unpaid" else -int(amount)
    return found


def _told(amounts: dict[str, int]) -> dict[str, int | None]:
    held = amounts.get("owed_back", 0) - amounts.get("unpaid", 0)
    return {**{name: amounts.get(name) for name in _ACCOUNTS}, "held": held or None}


def _total(asked: Asked, currency: str, amounts: dict[str, int], wanted: tuple[str, ...]) -> Row:
    everything = not (asked.kind or asked.branch or asked.property_ref)
    opens = {name: lines_until(_ACCOUNTS[name], currency, asked.on) for name in wanted if everything}
    values = {"agreement": Sentence(N_("Total")), **_told(amounts), "currency": currency}
    return Row(values, kind="total", opens=opens)
