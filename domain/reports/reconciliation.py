"""Three records of the same money: our attempts, the gateway's own, the books; and the bank, where statements come.

Read-only. Each `Difference` is told once, of the kind that says it best: missing, extra, amount, currency, fee, date,
status, duplicate. A section that could not be read is named, so that nobody takes silence for agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, func, literal, select
from sqlalchemy.orm import Session, scoped_session

from domain.records.accounts import BANK, UNDEPOSITED
from domain.reports.gateway_check import Difference, record_differences
from domain.words import N_, Money, Sentence
from gateways import registry
from gateways.base import GatewaySilent
from models import (
    Attempt,
    BankLine,
    BankMatch,
    BankStatement,
    GatewayPayout,
    JournalEntry,
    JournalLine,
    Payment,
)

AnySession = Session | scoped_session[Session]
ARRIVES_WITHIN = timedelta(days=5)
"""How long after its day a payout may reach the bank before somebody should ask."""
EXPLAINED_WITHIN = timedelta(days=2)
"""How long a movement may wait for an explanation before it is a task."""
_EACH = 500


@dataclass(slots=True)
class Compared:
    """Section -> its differences; `silent` are the sections that could not be read."""

    sections: dict[str, list[Difference]] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)

    @property
    def differences(self) -> list[Difference]:
        return [one for found in self.sections.values() for one in found]


def compare(session: AnySession, today: date) -> Compared:
    """Everything, looked at twice: while the portal runs, two records are never read at the same instant."""
    compared = _look(session, today)
    if not compared.differences:
        return compared
    session.rollback()
    again = _look(session, today)
    for name, found in again.sections.items():
        before = {one.key for one in compared.sections.get(name, ())}
        again.sections[name] = [one for one in found if one.key in before]
    return again


def _look(session: AnySession, today: date) -> Compared:
    found = Compared()
    for gateway in registry.able_to("charge"):
        try:
            counts = {"charges": 0}
            found.sections[gateway.name] = list(record_differences(session, gateway, counts))
        except GatewaySilent:
            found.silent.append(gateway.name)
    sections: dict[str, Callable[[AnySession, date], Iterator[Difference]]] = {
        "books": _books, "payouts": _payouts, "bank": _bank,
    }  # fmt: skip
    for name, source in sections.items():
        found.sections[name] = list(source(session, today))
    return found


def _books(session: AnySession, _today: date) -> Iterator[Difference]:
    """Each settled payment against the entry that settled it: same amount, currency and day, and none without.

    A fee for the way of paying is an entry of its own.
    """
    account = case(
        (Payment.gateway == "counter", literal(UNDEPOSITED)),
        (Payment.gateway == "bank_transfer", literal(BANK)),
        else_=literal("clearing_") + Payment.gateway,
    )
    came = func.coalesce(
        func.sum(case((JournalLine.account == account, JournalLine.amount_minor), else_=0)), 0
    )
    settled = JournalEntry.key == literal("payment:") + Payment.ref + literal(":settled")
    wanted = Payment.amount_minor
    query = (
        select(
            Payment.id, Payment.ref, Payment.agreement_id, Payment.state, Payment.begun_on, Payment.currency,
            wanted.label("amount_minor"), JournalEntry.id.label("entry_id"), JournalEntry.effective_on,
            JournalEntry.currency.label("posted_in"), came.label("posted_minor"),
        )
        .outerjoin(JournalEntry, settled)
        .outerjoin(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .group_by(Payment.id, JournalEntry.id)
        .having(
            ((Payment.state == "settled") & JournalEntry.id.is_(None))
            | ((Payment.state != "settled") & JournalEntry.id.is_not(None))
            | (JournalEntry.id.is_not(None) & ((came != wanted) | (JournalEntry.currency != Payment.currency)
                                               | (JournalEntry.effective_on != Payment.begun_on)))
        )
    )  # fmt: skip
    for row in session.execute(query):
        yield _book_difference(row)


def _book_difference(row: Any) -> Difference:
    amount = Money(row.amount_minor, row.currency)
    if row.entry_id is None:
        kind, words, said = (
            "missing",
            N_("A settled payment of %(amount)s is not in the books."),
            {"amount": amount},
        )
    elif row.state != "settled":
        kind, said = "status", {"amount": amount}
        words = N_("The books have a payment of %(amount)s that did not settle.")
    elif row.posted_in != row.currency:
        kind, said = "currency", {"amount": amount, "currency": row.posted_in}
        words = N_("The books have this payment of %(amount)s in %(currency)s.")
    elif row.posted_minor != row.amount_minor:
        kind, said = "amount", {"amount": amount, "posted": Money(row.posted_minor, row.currency)}
        words = N_("The payment is %(amount)s, the books have %(posted)s.")
    else:
        kind, said = "date", {"begun": row.begun_on, "posted": row.effective_on}
        words = N_("The payment counts from %(begun)s, the books have it on %(posted)s.")
    sentence = Sentence(words, said)
    plain = f"payment {row.ref}: {sentence}"
    return Difference(kind, f"books:{kind}:{row.ref}", plain, sentence, row.id, row.agreement_id)


def _payouts(session: AnySession, today: date) -> Iterator[Difference]:
    """Each payout against the charges in it (what is between is the fee), and against the bank's statements."""
    for payout in session.scalars(select(GatewayPayout).order_by(GatewayPayout.id)):
        charged = _sum_of(session, payout)
        said = {"payout": payout.payout_id, "gateway": payout.gateway}
        key = f"payouts:%s:{payout.gateway}:{payout.payout_id}"
        if charged is not None and charged - payout.amount_minor != payout.fees_minor:
            words = N_(
                "The charges in payout %(payout)s of %(gateway)s come to %(charged)s. It brings %(arrives)s, so the fee"
                " should be %(expected)s; it says %(fee)s."
            )
            figures = {"charged": charged, "arrives": payout.amount_minor, "fee": payout.fees_minor,
                       "expected": charged - payout.amount_minor}  # fmt: skip
            money = {name: Money(minor, payout.currency) for name, minor in figures.items()}
            yield _of_payout("fee", key, Sentence(words, said | money), payout)
        if payout.entry_id is None and _should_have_come(session, payout, today):
            words = N_("Payout %(payout)s of %(gateway)s (%(amount)s, due %(day)s) is on no bank statement.")
            more = {"amount": Money(payout.amount_minor, payout.currency), "day": payout.arrives_on}
            yield _of_payout("missing", key, Sentence(words, said | more), payout)


def _of_payout(kind: str, key: str, sentence: Sentence, payout: GatewayPayout) -> Difference:
    plain = f"payout {payout.payout_id}: {sentence}"
    return Difference(kind, key % kind, plain, sentence, subject="payout")


def _sum_of(session: AnySession, payout: GatewayPayout) -> int | None:
    """What the charges of a payout come to; None where it does not name them, or names one that is not ours."""
    keys = list(dict.fromkeys(payout.keys))
    if not keys:
        return None
    total, count = 0, 0
    for first in range(0, len(keys), _EACH):
        query = (
            select(func.coalesce(func.sum(Payment.amount_minor + Payment.fee_minor), 0), func.count())
            .join(Attempt, Attempt.payment_id == Payment.id)
            .where(Attempt.key.in_(keys[first : first + _EACH]), Payment.gateway == payout.gateway)
        )
        some, found = session.execute(query).one()
        total, count = total + int(some), count + found
    return total if count == len(keys) else None


def _should_have_come(session: AnySession, payout: GatewayPayout, today: date) -> bool:
    """Whether its time is over and statements were brought in that would have it."""
    until = payout.arrives_on + ARRIVES_WITHIN
    covered = select(BankStatement.id).where(BankStatement.undone_at.is_(None), BankStatement.to_on >= until)
    return until < today and session.scalar(covered.limit(1)) is not None


def _bank(session: AnySession, today: date) -> Iterator[Difference]:
    """Movements that nobody explained, and matches whose parts are not the movement."""
    query = (
        select(BankLine)
        .where(BankLine.state == "open", BankLine.booked_on < today - EXPLAINED_WITHIN)
        .order_by(BankLine.id)
    )
    for line in session.scalars(query.limit(_EACH)):
        words = N_("%(amount)s on %(day)s (%(name)s) is not explained.")
        said = {
            "amount": Money(line.amount_minor, line.currency),
            "day": line.booked_on,
            "name": line.name or "–",
        }
        sentence = Sentence(words, said)
        yield Difference(
            "unmatched", f"bank:line:{line.ref}", f"bank line {line.ref}: {sentence}", sentence, line.id,
            subject="bank_line",
        )  # fmt: skip
    yield from _parts(session)


def _parts(session: AnySession) -> Iterator[Difference]:
    matched = func.coalesce(func.sum(BankMatch.amount_minor), 0)
    standing = and_(BankMatch.line_id == BankLine.id, BankMatch.undone_at.is_(None))
    query = (
        select(BankLine.ref, BankLine.id, BankLine.currency, BankLine.amount_minor, matched)
        .outerjoin(BankMatch, standing)
        .where(BankLine.state == "matched")
        .group_by(BankLine.id)
        .having(matched != BankLine.amount_minor)
    )
    for ref, line_id, currency, amount, parts in session.execute(query):
        words = N_("A movement of %(amount)s was matched with %(parts)s.")
        said = {"amount": Money(amount, currency), "parts": Money(parts, currency)}
        sentence = Sentence(words, said)
        yield Difference("amount", f"bank:amount:{ref}", f"bank line {ref}: {sentence}", sentence, line_id,
                         subject="bank_line")  # fmt: skip
