"""Files of the bank, its statements and what waits are for the office; nobody else sees a row of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.access import Scope
from domain.transaction import transaction
from models import (
    BankFile,
    BankLine,
    BankMatch,
    BankStatement,
    Batch,
    CsvLayout,
    GatewayPayout,
    Task,
    db,
)
from tests.fixtures.agreements import scope_of

OF_THE_BANK = (BankFile, BankLine, BankMatch, BankStatement, Batch, CsvLayout, GatewayPayout, Task)
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@pytest.fixture
def month(house):
    """One row of each."""
    with transaction() as session:
        session.add_all([
            BankFile(ref="f", name="returns.ach", file_hash="f", state="read", received_at=NOW, received_by="x"),
            Batch(ref="b", gateway="ach_file", leaves_on=TODAY, number=1, effective_on=TODAY, currency="USD",
                  state="building", made_at=NOW, made_by="x"),
            CsvLayout(name="Bank", fingerprint="f", made_at=NOW, made_by="x"),
            GatewayPayout(gateway="stripe", payout_id="p", amount_minor=1, currency="USD", arrives_on=TODAY,
                          heard_at=NOW),
            Task(ref="t", kind="other", dedupe_key="t", opened_at=NOW),
        ])  # fmt: skip
        statement = BankStatement(
            ref="s", account="••1", account_key="k", format="ofx", name="s", file_hash="s", currency="USD",
            from_on=TODAY, to_on=TODAY, imported_at=NOW, imported_by="x",
        )  # fmt: skip
        session.add(statement)
        session.flush()
        line = BankLine(ref="l", statement_id=statement.id, number=1, account_key="k", line_hash="h", booked_on=TODAY,
                        amount_minor=1, currency="USD", state="open")  # fmt: skip
        session.add(line)
        session.flush()
        session.add(
            BankMatch(ref="m", line_id=line.id, kind="other", amount_minor=1, made_at=NOW, made_by="x")
        )
    return house


def seen(scope: Scope, model: type) -> int:
    return len(db.session.scalars(scope.select(model)).all())


def test_staff_see_them_and_customers_and_landlords_see_none(month) -> None:
    with month.app.app_context():
        for model in OF_THE_BANK:
            assert seen(scope_of(month, "dana"), model) == 1, model
            for name in ("bo", "lena", "stan"):
                assert seen(scope_of(month, name), model) == 0, (name, model)
