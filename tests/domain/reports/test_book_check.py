"""Whatever somebody does to the books behind our back is found, and the row is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from domain.records.books import content_hash
from domain.reports.book_check import check
from models import Agreement, JournalEntry, Standing, db
from tests.fixtures.books import fill_books, raw_engine, without_guards

CASH = "payment:cash-1:settled"
BACK = "payment:bank-1:returned"
ENTRY = "(SELECT id FROM journal_entry WHERE key = '{}')"
CASH_ENTRY, BACK_ENTRY = ENTRY.format(CASH), ENTRY.format(BACK)
BO = "(SELECT id FROM agreement WHERE number = 'L-1')"
IDLE = "(SELECT id FROM agreement WHERE number = 'L-3')"
FIRST_LINE = f"id = (SELECT min(id) FROM journal_line WHERE entry_id = {CASH_ENTRY})"
PAYMENT = "(SELECT id FROM payment WHERE ref = '{}')"
LAST = f"agreement_id = {BO} AND position = (SELECT entries FROM standing WHERE agreement_id = {BO})"
IDLE_ENTRIES = f"SELECT id FROM journal_entry WHERE agreement_id = {IDLE}"
NOT_SEALED = "DELETE FROM seal"

# what is done, the statements, and what the check must say
DAMAGE: list[tuple[str, tuple[str, ...], str]] = [
    ("a line's amount", (f"UPDATE journal_line SET amount_minor = amount_minor + 1 WHERE {FIRST_LINE}",),
     f"entry {CASH}: its lines sum to"),
    ("two lines by the same amount", (
        f"UPDATE journal_line SET amount_minor = amount_minor + 1 WHERE entry_id = {CASH_ENTRY} AND amount_minor > 0",
        f"UPDATE journal_line SET amount_minor = amount_minor - 1 WHERE id = (SELECT max(id) FROM journal_line"
        f" WHERE entry_id = {CASH_ENTRY})"), f"entry {CASH}: its content"),
    ("a line's account", (f"UPDATE journal_line SET account = 'bank' WHERE {FIRST_LINE}",),
     f"entry {CASH}: its content"),
    ("an owner's month", ("UPDATE owner_statement SET net_minor = net_minor + 1",), "owners: -600 USD is owed"),
    ("an expense", ("UPDATE expense SET amount_minor = 501 WHERE ref = 'expense-1'",),
     "entry expense:expense-1: its expenses come to 501, its lines to 500"),
    ("a pair of lines more", tuple(
        f"INSERT INTO journal_line (entry_id, account, amount_minor) VALUES ({CASH_ENTRY}, 'bank', {amount})"
        for amount in (5, -5)), f"entry {CASH}: its content"),
    ("a line without an entry",
     ("INSERT INTO journal_line (id, entry_id, account, amount_minor) VALUES (990, 991, 'bank', 5)",), "line 990"),
    ("all lines of an entry gone", (f"DELETE FROM journal_line WHERE entry_id = {CASH_ENTRY}",),
     f"entry {CASH}: its lines sum to 0"),
    ("a kept balance", (f"UPDATE balance SET amount_minor = amount_minor + 1 WHERE agreement_id = {BO}"
                        " AND account = 'loan_principal'",), "agreement L-1: loan_principal is kept as"),
    ("a kept balance gone", (f"DELETE FROM balance WHERE agreement_id = {BO} AND account = 'loan_principal'",),
     "agreement L-1: loan_principal is kept as 0"),
    ("a kept balance made up",
     (f"INSERT INTO balance (agreement_id, account, amount_minor) VALUES ({IDLE}, 'bank', 5)",),
     "agreement L-3: bank is kept as 5"),
    ("what is met", (f"UPDATE standing SET installments_met_minor = 1 WHERE agreement_id = {IDLE}",),
     "agreement L-3: installments met is kept as 1"),
    ("the head's hash", (f"UPDATE standing SET head_hash = 'x' WHERE agreement_id = {BO}",),
     "agreement L-1: the standing"),
    ("the head's count", (f"UPDATE standing SET entries = entries + 1 WHERE agreement_id = {BO}",),
     "agreement L-1: the standing"),
    ("an allocation's amount", (f"UPDATE allocation SET amount_minor = amount_minor + 1 WHERE id ="
                                f" (SELECT min(id) FROM allocation WHERE entry_id = {CASH_ENTRY})",), f"entry {CASH}"),
    ("an allocation's bucket", (f"UPDATE allocation SET bucket = 'credit' WHERE id ="
                                f" (SELECT min(id) FROM allocation WHERE entry_id = {CASH_ENTRY})",), f"entry {CASH}"),
    ("an allocation gone", (f"DELETE FROM allocation WHERE id = (SELECT min(id) FROM allocation WHERE entry_id ="
                            f" {CASH_ENTRY})",), f"entry {CASH}"),
    ("an allocation of the return gone", (f"DELETE FROM allocation WHERE entry_id = {BACK_ENTRY}",), f"entry {BACK}"),
    ("a receipt gone", (f"DELETE FROM receipt WHERE payment_id = {PAYMENT.format('card-1')}",), "payment card-1"),
    (
        "a charge's amount", ("UPDATE charge SET amount_minor = amount_minor - 1",),
        "agreement L-1: fees_receivable is kept as 2500",
    ),
    ("a charge gone", ("DELETE FROM charge",), "agreement L-1"),
    ("a return gone", ("DELETE FROM payment_return",), "payment bank-1: its return"),
    ("a payment called failed", ("UPDATE payment SET state = 'failed' WHERE ref = 'card-1'",), "payment card-1"),
    ("a payment's amount", ("UPDATE payment SET amount_minor = 7 WHERE ref = 'cash-1'",), f"entry {CASH}: 15597"),
    ("the seal's count", ("UPDATE seal SET entries = entries + 1",), "seal of {day}: it does not follow"),
    ("the seal's heads", ("UPDATE seal SET heads_hash = 'x'",), "seal of {day}: it does not follow"),
    ("the seal's day", ("UPDATE seal SET day = '2020-01-01'",), "seal of 2020-01-01: it does not follow"),
    ("the seal's own hash", ("UPDATE seal SET hash = 'x'",), "seal of {day}: it does not follow"),
    ("the end of a chain", (
        f"DELETE FROM journal_line WHERE entry_id = (SELECT id FROM journal_entry WHERE {LAST})",
        f"DELETE FROM journal_entry WHERE {LAST}"), "agreement L-1: the standing names another last entry"),
    ("a whole chain, its balances and the seals", (
        f"DELETE FROM journal_line WHERE entry_id IN ({IDLE_ENTRIES})",
        f"DELETE FROM journal_entry WHERE agreement_id = {IDLE}",
        f"DELETE FROM balance WHERE agreement_id = {IDLE}", NOT_SEALED),
     "agreement L-3: the standing counts 1 entries"),
    ("a whole chain and every trace but the seal", (
        f"DELETE FROM journal_line WHERE entry_id IN ({IDLE_ENTRIES})",
        f"DELETE FROM journal_entry WHERE agreement_id = {IDLE}",
        f"DELETE FROM balance WHERE agreement_id = {IDLE}",
        f"UPDATE standing SET entries = 0, head_hash = '' WHERE agreement_id = {IDLE}"), "seal of {day}: the chains"),
    ("an entry given to another agreement", (
        f"UPDATE journal_entry SET agreement_id = {IDLE}, position = 9 WHERE key = '{CASH}'",), f"entry {CASH}"),
]  # fmt: skip
EDITED = {
    "key": "'other'", "cause": "'other'", "position": "99", "payment_id": "NULL", "reverses_id": CASH_ENTRY,
    "currency": "'EUR'", "effective_on": "'2020-01-01'", "recorded_at": "'2020-01-01 00:00:00.000001'",
    "recorded_by": "'nobody'", "note": "'{\"x\": 1}'", "previous_hash": "'x'", "hash": "'x'",
}  # fmt: skip
"""Every column of an entry but its id and agreement -> another value."""


@pytest.fixture
def filled(house, database_url) -> Iterator[tuple[sa.Engine, str]]:
    """Full books, and the day of their seal."""
    books = fill_books(house)
    with house.app.app_context():
        engine = raw_engine(database_url)
        yield engine, str(books.sealed_day)
        engine.dispose()


def differences_after(engine: sa.Engine, *statements: str) -> list[str]:
    """What the check says of books damaged by these statements, all of which are taken back afterwards."""
    with engine.connect() as connection:
        connection.begin()
        without_guards(connection)
        for statement in statements:
            assert connection.exec_driver_sql(statement.replace("%", "%%")).rowcount, (
                f"touched nothing: {statement}"
            )
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            return check(session).differences


def test_untouched_books_agree_with_themselves_and_with_the_gateway(filled) -> None:
    checked = check(db.session)
    assert checked.differences == []
    assert (checked.agreements, checked.charges) == (3, 2)
    assert checked.entries == db.session.scalar(sa.select(sa.func.count()).select_from(JournalEntry))


@pytest.mark.safety("M2", "M24")
def test_every_kind_of_damage_is_found_and_the_row_is_named(filled) -> None:
    engine, day = filled
    missed = {}
    for name, statements, said in DAMAGE:
        found = differences_after(engine, *statements)
        if not any(said.format(day=day) in line for line in found):
            missed[name] = found
    assert missed == {}
    assert differences_after(engine) == []


@pytest.mark.safety("M24")
def test_an_edit_of_any_column_of_an_entry_is_found(filled) -> None:
    engine, _ = filled
    hashed = {column.name for column in JournalEntry.__table__.columns} - {"id", "agreement_id"}
    assert set(EDITED) == hashed
    for column, value in EDITED.items():
        found = differences_after(engine, f"UPDATE journal_entry SET {column} = {value} WHERE key = '{CASH}'")
        named = "other" if column == "key" else CASH
        assert any(f"entry {named}" in line for line in found), (column, found)


@pytest.mark.safety("M24")
def test_a_chain_that_was_computed_anew_does_not_fit_its_seal(filled) -> None:
    engine, day = filled
    with engine.connect() as connection:
        connection.begin()
        without_guards(connection)
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            agreement = session.scalars(sa.select(Agreement).where(Agreement.number == "L-3")).one()
            forge(session, agreement.id)
            # Committed to the savepoint: the check looks twice, and rolls back what is open in between.
            session.commit()
            found = check(session).differences
    assert found == [f"seal of {day}: the chains are not those that were sealed"]


def forge(session: Session, agreement_id: int) -> None:
    """Owe half of it, and make the chain, the balances and the standing fit."""
    before = ""
    query = (
        sa.select(JournalEntry)
        .where(JournalEntry.agreement_id == agreement_id)
        .order_by(JournalEntry.position)
    )
    for entry in session.scalars(query):
        for line in entry.lines:
            line.amount_minor //= 2
        entry.previous_hash = before
        header = {column.name: getattr(entry, column.name) for column in JournalEntry.__table__.columns}
        entry.hash = before = content_hash(
            header, [(line.account, line.amount_minor) for line in entry.lines]
        )
    session.execute(sa.update(Standing).where(Standing.agreement_id == agreement_id).values(head_hash=before))
    session.execute(
        sa.text("UPDATE balance SET amount_minor = amount_minor / 2 WHERE agreement_id = :id"),
        {"id": agreement_id},
    )
    session.flush()


@pytest.mark.database("sqlite")
def test_a_posting_after_the_seal_does_not_trouble_it(house, filled, open_agreement) -> None:
    open_agreement("stan")
    assert check(db.session).differences == []


@pytest.mark.database("sqlite")
def test_what_is_gone_at_the_second_look_is_not_told(filled, monkeypatch) -> None:
    from domain.reports import book_check

    answers = iter([["payment a: x", "payment b: y"], ["payment b: y"]])
    monkeypatch.setattr(book_check, "gateway_differences", lambda *_: iter(next(answers)))
    assert check(db.session).differences == ["payment b: y"]


@pytest.mark.database("sqlite")
def test_a_large_damage_is_told_in_part(filled) -> None:
    engine, _ = filled
    with engine.connect() as connection:
        connection.begin()
        without_guards(connection)
        connection.exec_driver_sql("UPDATE journal_entry SET recorded_by = 'x'")
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            assert len(check(session, most=2).differences) == 2


def test_times_are_read_back_to_the_microsecond(filled) -> None:
    assert all(
        isinstance(row, datetime) and row.tzinfo
        for row in db.session.scalars(sa.select(JournalEntry.recorded_at))
    )
