"""Three records of the same money, and the bank: each of eight kinds of difference is one task, and nothing else is.

Source of the eight kinds: safety requirement M22 (daily three-way reconciliation).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.actions import reconciling
from domain.transaction import transaction
from domain.words import sentence_from
from gateways import registry
from gateways.base import GatewaySilent, Payout
from models import Attempt, BankLine, BankStatement, GatewayPayout, Payment, Task, db
from tests.domain.actions.paying import INSTALLMENT, NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
COLUMNS = "ref, amount_minor, currency, token, begun_on, at, return_url, state"
OF = "WHERE ref = 'one'"

# kind -> what is done to the processor's own record of the payment "one"
INJECTED = {
    "missing": f"DELETE FROM charges {OF}",
    "extra": f"INSERT INTO charges (id, key, {COLUMNS}) SELECT 'x', 'stray', 'nobody', 1, {COLUMNS[19:]}"
    f" FROM charges {OF}",
    "amount": f"UPDATE charges SET amount_minor = 1 {OF}",
    "currency": f"UPDATE charges SET currency = 'EUR' {OF}",
    "date": f"UPDATE charges SET at = '2026-02-20T12:00:00+00:00' {OF}",
    "status": f"UPDATE charges SET state = 'declined' {OF}",
    "duplicate": f"INSERT INTO charges (id, key, {COLUMNS}) SELECT 'x', 'again', {COLUMNS} FROM charges {OF}",
}


@pytest.fixture
def settled(till: Till, loan: str, card: str, bank: str) -> Till:
    """Two payments by card that settled, and one by bank that came back."""
    for ref, method in (("one", card), ("two", card), ("three", bank)):
        till.pay(loan, INSTALLMENT, method, ref)
    till.days(5)
    return till


@pytest.fixture
def record(settled: Till) -> Iterator[sqlite3.Connection]:
    """The processor's own database."""
    connection = sqlite3.connect(settled.house.app.config["SANDBOX_DATABASE"])
    connection.execute("PRAGMA foreign_keys=OFF")
    yield connection
    connection.close()


def reconcile(till: Till, days: int = 5) -> list[str]:
    """Run the duty, and say which kinds of task are open."""
    with till.house.app.app_context():
        reconciling.reconcile(db.session, today=TODAY + timedelta(days=days), now=NOW)
        kinds = list(db.session.scalars(select(Task.kind).where(Task.closed_at.is_(None)).order_by(Task.id)))
        db.session.rollback()
    return kinds


def tasks(till: Till) -> list[Task]:
    with till.house.app.app_context():
        return list(db.session.scalars(select(Task).order_by(Task.id)))


def put_payout(payout_id: str, amount: int, fees: int, keys: list[str]) -> None:
    with transaction() as session:
        session.add(
            GatewayPayout(
                gateway="sandbox",
                payout_id=payout_id,
                amount_minor=amount,
                fees_minor=fees,
                currency="USD",
                arrives_on=TODAY,
                keys=keys,
                heard_at=NOW,
            )  # fmt: skip
        )
        session.flush()


def keys_of(till: Till) -> list[str]:
    with till.house.app.app_context():
        return list(
            db.session.scalars(select(Attempt.key).join(Payment).where(Payment.ref.in_(("one", "two"))))
        )


@pytest.mark.safety("M22")
def test_nothing_differs_and_nothing_is_told(settled: Till) -> None:
    put_payout("po_1", 2 * INSTALLMENT - 60, 60, keys_of(settled))
    assert reconcile(settled) == []


@pytest.mark.safety("M22")
@pytest.mark.parametrize("kind", INJECTED)
def test_each_kind_of_difference_is_one_task_and_goes_with_its_cause(
    settled: Till, record: sqlite3.Connection, kind: str
) -> None:
    before = sqlite3.connect(":memory:")
    record.backup(before)
    assert record.execute(INJECTED[kind]).rowcount == 1
    record.commit()
    assert reconcile(settled) == [kind]
    assert reconcile(settled) == [kind]
    (task,) = tasks(settled)
    assert str(sentence_from(task.detail))
    before.backup(record)
    assert reconcile(settled) == []
    assert tasks(settled)[0].closed_by == "system"


@pytest.mark.safety("M22")
def test_a_fee_that_is_not_what_is_between_the_charges_and_the_payout_is_a_task(settled: Till) -> None:
    put_payout("po_1", 2 * INSTALLMENT - 60, 59, keys_of(settled))
    assert reconcile(settled) == ["fee"]


@pytest.mark.safety("M22")
def test_all_eight_at_once_are_eight_tasks(
    till: Till, loan: str, card: str, open_agreement: Callable[..., str], save_method: Callable[..., str]
) -> None:
    refs = ["missing", "amount", "currency", "date", "status", "duplicate", "fine"]
    for ref in refs:
        till.pay(loan, 1_000, card, ref)
    till.days(5)
    record = sqlite3.connect(till.house.app.config["SANDBOX_DATABASE"])
    record.execute("PRAGMA foreign_keys=OFF")
    for kind in refs[:-1]:
        record.execute(INJECTED[kind].replace("'one'", f"'{kind}'"))
    record.execute(INJECTED["extra"].replace("'one'", "'fine'").replace("'x'", "'y'"))
    record.commit()
    record.close()
    with till.house.app.app_context():
        keys = list(db.session.scalars(select(Attempt.key).join(Payment).where(Payment.ref == "fine")))
    put_payout("po_1", 900, 99, keys)
    assert sorted(reconcile(till)) == sorted([*refs[:-1], "extra", "fee"])


def test_a_gateway_that_is_silent_closes_nothing(settled: Till, record: sqlite3.Connection, silent) -> None:
    record.execute(INJECTED["amount"])
    record.commit()
    assert reconcile(settled) == ["amount"]
    with silent("charges"):
        assert reconcile(settled) == ["amount"]


@pytest.mark.safety("M22")
def test_a_movement_nobody_explains_and_a_payout_that_never_came_are_tasks(settled: Till) -> None:
    put_payout("po_1", 500, 0, [])
    assert reconcile(settled, 30) == []
    with transaction() as session:
        statement = BankStatement(
            ref="s", account="••1", account_key="k", format="ofx", name="x", file_hash="h", currency="USD",
            from_on=TODAY, to_on=TODAY + timedelta(days=20), imported_at=NOW, imported_by="test",
        )  # fmt: skip
        session.add(statement)
        session.flush()
        line = BankLine(
            ref="l", statement_id=statement.id, number=1, account_key="k", line_hash="h", booked_on=TODAY,
            amount_minor=700, currency="USD", name="BO", text="", state="open",
        )  # fmt: skip
        session.add(line)
        session.flush()
    assert reconcile(settled, 1) == []
    assert sorted(reconcile(settled, 30)) == ["missing", "unmatched"]
    from domain.actions import bank_matching

    bank_matching.ignore("l", "not ours", who=settled.who("dana"), now=NOW)
    assert reconcile(settled, 30) == ["missing"]


def test_payouts_are_read_once_and_again_for_those_told_late(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [Payout("po_1", 970, 30, "USD", TODAY, ("k1",))]
    gateway = registry.default()
    monkeypatch.setattr(type(gateway), "abilities", gateway.abilities | {"payouts"})
    monkeypatch.setattr(type(gateway), "payouts", lambda _self, _since: told, raising=False)
    assert reconciling.read_payouts(today=TODAY, now=NOW) == 1
    told.append(Payout("po_2", 100, 0, "USD", TODAY))
    assert reconciling.read_payouts(today=TODAY, now=datetime(2026, 3, 3, tzinfo=UTC)) == 1

    def hang_up(_self: object, _since: object) -> None:
        raise GatewaySilent("no answer")

    monkeypatch.setattr(type(gateway), "payouts", hang_up, raising=False)
    assert reconciling.read_payouts(today=TODAY, now=NOW) == 0
    assert till.count(GatewayPayout) == 2


@pytest.mark.safety("M22")
def test_it_is_done_once_a_day_and_again_where_a_gateway_was_silent(
    settled: Till, record: sqlite3.Connection, silent
) -> None:
    def once(days: int) -> int:
        with settled.house.app.app_context():
            return reconciling.reconcile_once(db.session, today=TODAY + timedelta(days=days), now=NOW)

    record.execute(INJECTED["amount"])
    record.commit()
    with silent("charges"):
        assert once(5) == 0
    assert [once(5), once(5), once(6)] == [1, 0, 1]
