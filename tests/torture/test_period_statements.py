"""Statements of many accounts with random lives equal the books as they were known, summed anew from the lines."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain.words import Refused
from tests.domain.actions.test_period_statements import issue, statements
from tests.fixtures.agreements import open_agreement_for

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-01-02"), pytest.mark.database("sqlite")]
FIRST, LAST = date(2026, 1, 2), date(2026, 4, 3)


def known(ledger) -> dict[int, list[tuple[int, date, int]]]:
    """Agreement id -> (number of the entry, its day, what it adds to what is owed), from the lines alone."""
    owed = sa.or_(
        sa.text("journal_line.account LIKE '%receivable'"),
        sa.text("journal_line.account IN ('loan_principal', 'loan_interest', 'customer_credit')"),
    )
    from models import JournalEntry as Entry
    from models import JournalLine as Of

    query = (
        sa.select(Entry.agreement_id, Entry.position, Entry.effective_on, sa.func.sum(Of.amount_minor))
        .join(Of, Of.entry_id == Entry.id).where(owed).group_by(Entry.id)
    )  # fmt: skip
    found: dict[int, list[tuple[int, date, int]]] = {}
    for agreement, position, on, amount in ledger.rows(query):
        found.setdefault(agreement, []).append((position, on, int(amount)))
    return found


def open_many(ledger, count: int, dice: random.Random) -> dict[str, list[str]]:
    ways = {
        "loan": lambda: open_agreement_for(ledger.house, "bo", age_days=dice.choice((0, 20, 45))),
        "rental": lambda: ledger.open_rental("tess", on=FIRST, rent=dice.randrange(50_000, 300_000)),
        "lease": lambda: ledger.open_lease("stan", on=FIRST),
        "line": lambda: ledger.open_credit_line("bo", on=FIRST),
    }
    names = [*ways, "loan", "rental"]
    opened: dict[str, list[str]] = {name: [] for name in ways}
    for number in range(count):
        name = names[number % len(names)]
        opened[name].append(ways[name]())
    return opened


def a_days_money(ledger, refs: list[str], day: date, dice: random.Random) -> None:
    """Cash at the counter, now and then of an earlier day: written down after the statement of its month."""
    for ref in dice.sample(refs, max(1, len(refs) // 12)):
        back = dice.choice((0, 0, 0, 2, 6))
        try:
            ledger.take(ref, dice.randrange(500, 60_000), on=max(day - timedelta(days=back), FIRST))
        except Refused:
            continue  # more than the agreement takes


def test_statements_of_random_accounts_are_the_books(ledger, rounds) -> None:
    dice, count = random.Random(8), rounds(36, 1000)
    opened = open_many(ledger, count, dice)
    refs = [ref for some in opened.values() for ref in some]
    day, made = FIRST, 0
    while day <= LAST:
        ledger.bill(day)
        for ref in dice.sample(opened["line"], max(1, len(opened["line"]) // 5)):
            ledger.buy(ref, dice.randrange(1_000, 9_000), day)
        a_days_money(ledger, refs, day, dice)
        if day.day in (2, 3, 10):
            made += issue(ledger, day)
        day += timedelta(days=1 if day.day in (1, 2, 9) else 2 if day.day < 26 else 1)
    months, years, books = statements(ledger), statements(ledger, "year"), known(ledger)
    told = months + years
    before: dict[tuple[int, str], int] = {}
    for one in told:
        account = one.body["account"]
        expected = sum(
            amount
            for position, on, amount in books[one.agreement_id]
            if position <= one.through_entry and on <= one.period_to
        )
        late = account["late"]
        assert one.closing_minor == account["closing_minor"] == expected
        assert one.closing_minor == one.opening_minor + sum(line[3] for line in account["lines"])
        assert one.closing_minor == late["past_due_minor"] + late["not_yet_due_minor"] - late["prepaid_minor"]
        assert late["past_due_minor"] == sum(late["aging"])
        assert one.opening_minor == before.get((one.agreement_id, one.span), one.opening_minor)
        before[one.agreement_id, one.span] = one.closing_minor
    assert len(told) == made
    assert len({one.agreement_id for one in months}) == count - len(opened["line"])
    assert any(
        date.fromisoformat(line[0]) < one.period_from for one in told for line in one.body["account"]["lines"]
    )
