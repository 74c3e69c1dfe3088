"""One write at a time, whole or not at all; readers neither write nor wait."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from domain import transaction as door
from domain.transaction import nothing_open, rehearsal, rows_changed, transaction
from models import Business, db
from tests.fixtures.books import raw_engine

COUNTER = Business.__table__.c.returned_payment_fee_minor


@pytest.fixture
def opened(house):
    """The house, with a counter in its row of the business."""
    return house


def count(url: str) -> int:
    engine = raw_engine(url)
    with engine.connect() as connection:
        value = connection.scalar(sa.select(COUNTER))
    engine.dispose()
    return value


def add_one(session) -> None:
    now = session.scalar(sa.select(COUNTER).with_for_update())
    session.execute(sa.update(Business).values(returned_payment_fee_minor=now + 1))


def test_a_block_that_ends_is_kept_and_one_that_raises_is_not(opened, database_url) -> None:
    with transaction() as session:
        add_one(session)

    def fail_halfway() -> None:
        with transaction() as session:
            add_one(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert count(database_url) == 1


def test_an_action_inside_an_action_is_refused_and_leaves_the_door_usable(opened, database_url) -> None:

    def call_an_action_inside() -> None:
        with transaction() as session:
            add_one(session)
            increment(1)

    with pytest.raises(RuntimeError, match="inside another"):
        call_an_action_inside()
    with transaction() as session:
        add_one(session)
    assert count(database_url) == 1


@pytest.mark.safety("J9", "J13")
def test_nothing_outside_may_be_called_while_a_transaction_is_open(opened) -> None:
    nothing_open()
    with transaction(), pytest.raises(RuntimeError, match="inside a transaction"):
        nothing_open()
    nothing_open()


def test_without_a_database_it_says_so(opened, monkeypatch) -> None:
    monkeypatch.setattr(door, "_factory", None)
    with pytest.raises(RuntimeError, match="no database"), transaction():
        pass


def test_a_guarded_update_says_how_many_rows_it_changed(opened) -> None:
    with transaction() as session:
        free = sa.update(Business).where(COUNTER == 0).values(returned_payment_fee_minor=7)
        assert [rows_changed(session, free) for _ in range(2)] == [1, 0]


@pytest.mark.safety("J10")
def test_the_session_of_the_pages_cannot_write(opened, database_url) -> None:
    with opened.app.app_context():
        for statement in (
            sa.update(Business).values(name="x"),
            sa.delete(Business),
            sa.text("CREATE TABLE mine (id INTEGER)"),
        ):
            with pytest.raises(DBAPIError, match="readonly|read-only"):
                db.session.execute(statement)
            db.session.rollback()
        with opened.app.app_context():
            row = db.session.scalars(sa.select(Business)).one()
            row.name = "Somebody else's"
            with pytest.raises(DBAPIError, match="readonly|read-only"):
                db.session.commit()
            db.session.rollback()


@pytest.mark.safety("J10")
def test_a_reader_does_not_wait_behind_a_writer_and_sees_only_what_is_kept(opened) -> None:
    with opened.app.app_context(), transaction() as session:
        add_one(session)
        began = time.monotonic()
        assert db.session.scalar(sa.select(COUNTER)) == 0
        assert time.monotonic() - began < 2


@pytest.mark.safety("J10")
@pytest.mark.database("sqlite")
def test_the_wait_for_another_writer_happens_before_any_work(opened) -> None:
    holding, seen = threading.Event(), []

    def second() -> None:
        holding.wait(10)
        with transaction() as session:
            seen.append(session.scalar(sa.select(COUNTER)))

    thread = threading.Thread(target=second)
    thread.start()
    with transaction() as session:
        holding.set()
        time.sleep(0.2)
        add_one(session)
    thread.join(30)
    assert seen == [1]


@pytest.mark.safety("J10")
@pytest.mark.database("sqlite")
def test_every_connection_is_durable_patient_and_minds_its_references(opened) -> None:
    with opened.app.app_context():
        engines = [opened.app.extensions["write_engine"], db.engine]
        for engine in engines:
            with engine.connect() as connection:
                said = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
                }
            only_reads = int(engine is db.engine)
            assert said == {
                "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": door.BUSY_TIMEOUT_MS,
                "query_only": only_reads,
            }  # fmt: skip


def increment(times: int, problems: list[str] | None = None) -> None:
    try:
        for _ in range(times):
            with transaction() as session:
                add_one(session)
    except Exception as problem:
        if problems is None:
            raise
        problems.append(repr(problem))


@pytest.mark.safety("J10", "J12")
def test_sixteen_writers_lose_nothing_and_are_never_told_that_it_is_locked(
    opened, database_url, database_kind, rounds
) -> None:
    each = rounds(50, 1000) if database_kind == "sqlite" else rounds(10, 200)
    problems: list[str] = []
    threads = [threading.Thread(target=increment, args=(each, problems)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    assert problems == []
    assert count(database_url) == 16 * each


def test_a_rehearsal_sees_what_actions_do_and_keeps_none_of_it(opened, database_url) -> None:
    def fail_halfway() -> None:
        with transaction() as session:
            add_one(session)
            raise ZeroDivisionError

    with rehearsal() as seen:
        for _ in range(3):
            with transaction() as session:
                add_one(session)
        with pytest.raises(ZeroDivisionError):
            fail_halfway()
        assert seen.scalar(sa.select(COUNTER)) == 3
        with pytest.raises(RuntimeError, match="inside a transaction"):
            nothing_open()
    assert count(database_url) == 0
    nothing_open()
    with transaction() as session:
        add_one(session)
    assert count(database_url) == 1


def test_a_rehearsal_that_raises_leaves_the_door_usable_and_none_stands_in_another(
    opened, database_url
) -> None:
    def rehearse_badly() -> None:
        with rehearsal():
            with transaction() as session:
                add_one(session)
            with pytest.raises(RuntimeError), rehearsal():
                pass
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rehearse_badly()
    with transaction() as session:
        add_one(session)
    assert count(database_url) == 1


@pytest.mark.database("postgres")
def test_a_rehearsal_gives_up_before_somebody_whose_lock_it_waits_for(opened) -> None:
    def rehearse() -> None:
        with rehearsal(), transaction() as session:
            add_one(session)

    with transaction() as session:
        add_one(session)
        failed: list[str] = []

        def beside() -> None:
            try:
                rehearse()
            except DBAPIError as fault:
                failed.append(type(fault.orig).__name__)

        thread = threading.Thread(target=beside)
        thread.start()
        thread.join(10)
        assert failed == ["LockNotAvailable"]
