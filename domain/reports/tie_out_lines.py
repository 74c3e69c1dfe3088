"""The lines that a figure of the tie-out is made of, page by page. Read-only.

A figure is named as the tie-out names it: "ledger:ACCOUNT:CURRENCY", "agreements:ACCOUNT:CURRENCY",
"payments:GATEWAY:CURRENCY", "bank:CURRENCY", "movements:CURRENCY" or "unseen:CURRENCY".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from domain.access import Scope
from domain.records.accounts import BANK
from domain.reports.finding import Found, Wanted, page_of
from domain.reports.journal import ACCOUNT_WORDS, CAUSE_WORDS
from domain.reports.tie_out import SUB_LEDGERS, linked_entries
from domain.words import N_, Refused, Sentence
from models import Agreement, Balance, BankLine, JournalEntry, JournalLine, Payment, PaymentReturn, db

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of a figure: the day, what it is, the agreement or movement it opens, and its amount."""

    day: date | None
    title: Sentence | str
    amount_minor: int
    number: str = ""
    agreement_ref: str = ""
    payment_ref: str = ""
    line_ref: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of the lines, what they are lines of, and what all of them come to."""

    title: Sentence | str
    currency: str
    total_minor: int
    found: Found[Piece]


def lines_of(scope: Scope, what: str, on: date, wanted: Wanted) -> Lines:
    """The lines of a figure as of `on`. Raises Refused for a name that is none."""
    parts = what.split(":")
    kind, currency = parts[0], parts[-1]
    middle = parts[1] if len(parts) == 3 else ""
    known = {"ledger": 3, "agreements": 3, "payments": 3, "bank": 2, "movements": 2, "unseen": 2}
    if known.get(kind) != len(parts) or not (
        currency.isascii() and currency.isalpha() and len(currency) == 3
    ):
        raise Refused(Sentence(N_("There is no such figure.")))
    if kind == "agreements" and middle not in SUB_LEDGERS:
        raise Refused(Sentence(N_("There is no such figure.")))
    wanted = Wanted(page=wanted.page, per_page=PER_PAGE)
    if kind == "agreements":
        return _agreements(scope, middle, currency, on, wanted)
    if kind == "payments":
        return _payments(scope, middle, currency, on, wanted)
    if kind == "movements":
        return _movements(scope, currency, on, wanted)
    return _journal(scope, kind, middle or BANK, currency, on, wanted)


def _account(name: str) -> Sentence | str:
    return Sentence(ACCOUNT_WORDS[name]) if name in ACCOUNT_WORDS else name


def _total(query: Select[Any], amount: Any) -> int:
    summed = query.with_only_columns(func.coalesce(func.sum(amount), 0)).order_by(None)
    return int(db.session.scalar(summed) or 0)


def _journal(scope: Scope, kind: str, account: str, currency: str, on: date, wanted: Wanted) -> Lines:
    query = (
        scope.select(
            JournalEntry, JournalEntry.effective_on, JournalEntry.cause, JournalLine.amount_minor,
            Agreement.number, Agreement.ref, Payment.ref,
        )
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .outerjoin(Agreement, Agreement.id == JournalEntry.agreement_id)
        .outerjoin(Payment, Payment.id == JournalEntry.payment_id)
        .where(JournalLine.account == account, JournalEntry.currency == currency)
        .where(JournalEntry.effective_on <= on)
    )  # fmt: skip
    linked = linked_entries().subquery()
    if kind == "bank":
        query = query.where(JournalEntry.id.in_(select(linked.c[0])))
    elif kind == "unseen":
        query = query.where(JournalEntry.id.not_in(select(linked.c[0])))
    total = _total(query, JournalLine.amount_minor)
    found = page_of(query, wanted, [JournalEntry.effective_on.desc(), JournalEntry.id.desc(), JournalLine.id])
    rows = [
        Piece(day, Sentence(CAUSE_WORDS[cause]) if cause in CAUSE_WORDS else cause, amount, number or "", ref or "",
              payment or "")
        for day, cause, amount, number, ref, payment in found.rows
    ]  # fmt: skip
    return Lines(_account(account), currency, total, _paged(found, rows))


def _agreements(scope: Scope, account: str, currency: str, on: date, wanted: Wanted) -> Lines:
    """Agreement by agreement: the kept balance without what was posted for later days."""
    later = (
        select(JournalEntry.agreement_id.label("id"), func.sum(JournalLine.amount_minor).label("amount"))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.effective_on > on, JournalLine.account == account)
        .group_by(JournalEntry.agreement_id)
        .subquery()
    )
    amount = Balance.amount_minor - func.coalesce(later.c.amount, 0)
    query = (
        scope.select(Agreement, Agreement.number, Agreement.ref, amount.label("amount"))
        .join(Balance, and_(Balance.agreement_id == Agreement.id, Balance.account == account))
        .outerjoin(later, later.c.id == Agreement.id)
        .where(Agreement.currency == currency, amount != 0)
    )
    total = _total(query, amount)
    found = page_of(query, wanted, [Agreement.number])
    rows = [Piece(None, "", minor, number, ref) for number, ref, minor in found.rows]
    return Lines(_account(account), currency, total, _paged(found, rows))


def _payments(scope: Scope, gateway: str, currency: str, on: date, wanted: Wanted) -> Lines:
    back = select(PaymentReturn.payment_id).where(PaymentReturn.returned_on <= on)
    query = (
        scope.select(
            Payment, Payment.begun_on, Payment.amount_minor, Agreement.number, Agreement.ref, Payment.ref
        )
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .where(Payment.gateway == gateway, Payment.currency == currency, Payment.state == "settled")
        .where(Payment.begun_on <= on, Payment.id.not_in(back))
    )
    total = _total(query, Payment.amount_minor)
    found = page_of(query, wanted, [Payment.begun_on.desc(), Payment.id.desc()])
    rows = [Piece(day, "", amount, number, ref, payment) for day, amount, number, ref, payment in found.rows]
    return Lines(Sentence(N_("Settled payments")), currency, total, _paged(found, rows))


def _movements(scope: Scope, currency: str, on: date, wanted: Wanted) -> Lines:
    text = case((BankLine.name != "", BankLine.name), else_=BankLine.text)
    query = scope.select(BankLine, BankLine.booked_on, text, BankLine.amount_minor, BankLine.ref).where(
        BankLine.state == "matched", BankLine.currency == currency, BankLine.booked_on <= on
    )
    total = _total(query, BankLine.amount_minor)
    found = page_of(query, wanted, [BankLine.booked_on.desc(), BankLine.id.desc()])
    rows = [Piece(day, said[:80], amount, line_ref=ref) for day, said, amount, ref in found.rows]
    return Lines(Sentence(N_("Matched movements")), currency, total, _paged(found, rows))


def _paged(found: Found[Any], rows: list[Piece]) -> Found[Piece]:
    return Found(rows, found.total, found.page, found.pages, found.per_page)
