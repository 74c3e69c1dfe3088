"""The database itself defends the books: raw SQL cannot change, remove, replace or unbalance them."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
import sqlalchemy as sa

from domain.rules import payment_states
from migrations import triggers
from models import BOOK_TABLES
from tests.fixtures.books import fill_books, raw_engine

REFUSED = (sqlite3.IntegrityError, psycopg.errors.RaiseException)
HEADER = (
    "INSERT INTO journal_entry (id, key, cause, agreement_id, position, currency, effective_on, recorded_at,"
    " recorded_by, note, previous_hash, hash) VALUES ({id}, '{key}', 'test', {agreement}, {position}, 'USD',"
    " '2026-01-01', '2026-01-01 00:00:00', 'raw', '{{}}', '', 'x')"
)
LINE = "INSERT INTO journal_line (entry_id, account, amount_minor) VALUES ({id}, '{account}', {amount})"


@pytest.fixture
def full(house, database_url):
    fill_books(house)
    engine = raw_engine(database_url)
    yield engine
    engine.dispose()


def refused(engine: sa.Engine, *statements: str) -> str:
    """What the database says to these statements in one transaction; "" when it takes them."""
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    except sa.exc.DBAPIError as error:
        if isinstance(error.orig, REFUSED):
            return str(error.orig)
        raise
    return ""


def snapshot(engine: sa.Engine) -> dict[str, list]:
    with engine.connect() as connection:
        return {
            table: connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id").all()
            for table in BOOK_TABLES
        }


def values(engine: sa.Engine, query: str) -> sa.Row:
    with engine.connect() as connection:
        return connection.exec_driver_sql(query).first()


def test_the_migrations_guard_the_tables_that_the_models_name() -> None:
    assert tuple(triggers.BOOKS) == tuple(BOOK_TABLES)


@pytest.mark.safety("M3")
def test_no_row_of_the_books_can_be_changed_removed_or_emptied(full) -> None:
    before = snapshot(full)
    assert all(before.values()), "a book table without a row proves nothing"
    for table in BOOK_TABLES:
        assert "only ever added" in refused(full, f"UPDATE {table} SET id = id"), table
        assert "only ever added" in refused(full, f"DELETE FROM {table}"), table
        if full.dialect.name == "postgresql":
            assert "only ever added" in refused(full, f"TRUNCATE {table} CASCADE"), table
    assert snapshot(full) == before


@pytest.mark.safety("M3")
@pytest.mark.database("sqlite")
def test_no_row_of_the_books_can_be_replaced_by_any_of_its_unique_values(full) -> None:
    before = snapshot(full)
    inspector = sa.inspect(full)
    tried = 0
    for table in BOOK_TABLES:
        columns = [column["name"] for column in inspector.get_columns(table)]
        uniques = [unique["column_names"] for unique in inspector.get_unique_constraints(table)]
        for unique in [["id"], *uniques]:
            row = next(
                (r for r in before[table] if all(r._mapping[name] is not None for name in unique)), None
            )
            assert row is not None, (table, unique)
            # The same unique values, every other unique thing made new: REPLACE would drop the old row for it.
            said = dict(row._mapping)
            said |= {other: None for other in ("id", "source_id") if other in said and other not in unique}
            if table == "journal_entry" and "key" not in unique:
                said["key"] = "another"
            if table == "journal_entry" and "position" not in unique:
                said["position"] = 999
            names = ", ".join(columns)
            marks = ", ".join(f":{name}" for name in columns)
            with pytest.raises(sa.exc.IntegrityError), full.begin() as connection:
                connection.execute(
                    sa.text(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})"), said
                )
            tried += 1
    assert tried > len(BOOK_TABLES)
    assert snapshot(full) == before


@pytest.mark.safety("M2")
def test_an_entry_that_does_not_balance_is_refused(full) -> None:
    agreement = values(full, "SELECT id FROM agreement WHERE number = 'L-3'").id
    header = HEADER.format(id=9001, key="raw:1", agreement=agreement, position=99)
    lines = [LINE.format(id=9001, account=account, amount=amount) for account, amount in
             (("loan_principal", 500), ("opening_balances", -499))]  # fmt: skip
    before = snapshot(full)
    assert "do not balance" in refused(full, *lines, header)
    assert "do not balance" in refused(full, header)
    assert snapshot(full) == before


@pytest.mark.safety("M2", "M3")
def test_an_entry_that_balances_is_taken_and_then_closed_to_further_lines(full) -> None:
    agreement = values(full, "SELECT id FROM agreement WHERE number = 'L-3'").id
    header = HEADER.format(id=9001, key="raw:1", agreement=agreement, position=99)
    lines = [LINE.format(id=9001, account=account, amount=amount) for account, amount in
             (("loan_principal", 500), ("opening_balances", -500))]  # fmt: skip
    assert refused(full, *lines, header) == ""
    more = [line.replace("loan_principal", "bank") for line in lines]
    assert "closed" in refused(full, *more)


@pytest.mark.safety("M3")
def test_a_line_cannot_be_added_to_an_entry_that_stands(full) -> None:
    old = values(full, "SELECT min(id) AS id FROM journal_entry").id
    pair = [LINE.format(id=old, account="bank", amount=amount) for amount in (5, -5)]
    assert "closed" in refused(full, *pair)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO journal_line (entry_id, account, amount_minor) VALUES (9001, 'bank', 0)",
        "INSERT INTO journal_line (entry_id, account, amount_minor) VALUES (9001, 'no_such_account', 5)",
    ],
)
def test_a_line_of_zero_or_on_an_unknown_account_is_refused(app, statement) -> None:
    with pytest.raises(sa.exc.IntegrityError), app.extensions["write_engine"].begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.safety("M5")
def test_the_database_knows_the_same_moves_of_a_payment_as_the_rules() -> None:
    assert set(triggers.MOVES) == payment_states.moves()
    assert triggers.FIRST == payment_states.FIRST


@pytest.mark.safety("M5")
@pytest.mark.parametrize("target", ["attempting", "pending", "scheduled", "cancelled"])
def test_a_settled_payment_does_not_leave_its_state_by_hand(full, target) -> None:
    said = refused(full, f"UPDATE payment SET state = '{target}' WHERE state = 'settled'")
    assert "payment" in said


@pytest.mark.safety("M5")
def test_a_payment_does_not_begin_as_settled(full) -> None:
    copied = (
        "INSERT INTO payment (ref, agreement_id, gateway, channel, instrument, amount_minor, currency, state,"
        " begun_on, begun_at, begun_by, failure_code, confirm_url, looks, note, extra)"
        " SELECT 'by-hand', agreement_id, gateway, channel, instrument, amount_minor, currency, 'settled',"
        " begun_on, begun_at, begun_by, '', '', 0, '', extra FROM payment LIMIT 1"
    )
    assert "payment" in refused(full, copied)
    assert not refused(full, copied.replace("'settled'", "'attempting'"))


@pytest.mark.safety("M3")
def test_an_accepted_permission_is_neither_changed_nor_removed(full) -> None:
    kept = (
        "INSERT INTO mandate (ref, scheme, class_code, recurring, channel, language, version, text, text_hash,"
        " accepted_at, accepted_on, accepted_by, strength, address, device, content_hash, ended_by)"
        " VALUES ('M-1', 'ach', 'WEB', true, 'portal', 'en', '1', 'I allow it.', 'x', '2026-01-01 00:00:00',"
        " '2026-01-01', 'user:1', '', '', '', 'x', '')"
    )
    assert not refused(full, kept)
    assert "mandate" in refused(full, "UPDATE mandate SET text = 'I allow more.'")
    assert "mandate" in refused(full, "DELETE FROM mandate")
    assert not refused(full, "UPDATE mandate SET ended_by = 'user:2'")
