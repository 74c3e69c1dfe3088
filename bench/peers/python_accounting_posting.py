"""The same payment posted by python-accounting: the interest (two lines) and the receipt (three), one commit.

Run by bench/payment.py with the Python of the peers: `python bench/peers/python_accounting_posting.py FILE`.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from python_accounting.config import config
from spoken import answer
from sqlalchemy import create_engine, event


def durable(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def posting(file: str) -> Callable[[], object]:
    """A business with its accounts, on SQLite with the durability of ours; each call posts one payment."""
    config.configure_database(f"sqlite:///{file}")
    from python_accounting.database.session import get_session
    from python_accounting.models import Base, LineItem
    from python_accounting.transactions import JournalEntry

    engine = create_engine(f"sqlite:///{file}")
    event.listen(engine, "connect", durable)
    Base.metadata.create_all(engine)
    session = get_session(engine.execution_options(include_deleted=False, ignore_isolation=False))
    owner, ids = business(session)
    numbers = itertools.count()
    begun = datetime.now() - timedelta(hours=20)  # noqa: DTZ005 - it wants a local time in its own year

    def enter(words: str, debit: str, amount: str, credits: list[tuple[str, str]]) -> None:
        entry = JournalEntry(
            narration=words, transaction_date=begun + timedelta(seconds=next(numbers)), account_id=ids[debit],
            entity_id=owner, compound=True, main_account_amount=Decimal(amount),
        )  # fmt: skip
        entry.credited = False
        session.add(entry)
        session.flush()
        lines = [
            LineItem(
                narration=words, account_id=ids[to], amount=Decimal(part), credited=True, entity_id=owner
            )
            for to, part in credits
        ]
        session.add_all(lines)
        session.flush()
        for line in lines:
            entry.line_items.add(line)
        session.add(entry)
        entry.post(session)

    def post() -> None:
        enter("Interest accrued", "interest", "72.49", [("income", "72.49")])
        enter("Payment settled", "bank", "155.97", [("interest", "72.49"), ("principal", "83.48")])
        session.commit()

    return post


def business(session: Any) -> tuple[int, dict[str, int]]:
    """The id of a new entity and those of its accounts by name."""
    from python_accounting.models import Account, Currency, Entity

    entity = Entity(name="Harbor Motors")
    session.add(entity)
    session.commit()
    currency = Currency(name="US Dollars", code="USD", entity_id=entity.id)
    session.add(currency)
    session.commit()
    kinds = Account.AccountType
    accounts = {
        name: Account(name=name, account_type=kind, currency_id=currency.id, entity_id=entity.id)
        for name, kind in (
            ("bank", kinds.BANK),
            ("interest", kinds.RECEIVABLE),
            ("principal", kinds.NON_CURRENT_ASSET),
            ("income", kinds.OPERATING_REVENUE),
        )
    }
    session.add_all(accounts.values())
    session.commit()
    return entity.id, {name: account.id for name, account in accounts.items()}


if __name__ == "__main__":
    answer(posting(sys.argv[1]))
