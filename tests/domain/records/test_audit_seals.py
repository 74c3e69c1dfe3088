"""What people did is sealed some minutes later; whoever changes, drops or adds an event behind our back is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from domain.actions.day import seal_audit
from domain.records import audit_seals
from domain.records.words_out import audit
from domain.reports.audit_check import audit_differences
from domain.transaction import transaction
from models import AuditEvent, AuditSeal, db
from tests.fixtures.books import raw_engine, without_guards

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = START + timedelta(hours=1)
EDITED = {
    "at": "'2020-01-01 00:00:00.000000'", "by": "'nobody'", "action": "'other'", "subject": "'other'",
    "subject_id": "99", "detail": "'{\"x\": 1}'", "address": "'1.2.3.4'", "device": "'other'",
}  # fmt: skip
"""Every column of an event but its id -> another value."""


def write(count: int, at: datetime = START) -> None:
    with transaction() as session:
        for number in range(count):
            audit(session, by="user:1", action="person.changed", subject="person", subject_id=number, at=at,
                  detail={"fields": ["phone"], "a": "ä"}, address="192.0.2.1", device="Firefox")  # fmt: skip


def seals() -> list[tuple[int, int, int]]:
    rows = db.session.scalars(sa.select(AuditSeal).order_by(AuditSeal.id)).all()
    found = [(row.after_event_id, row.through_event_id, row.events) for row in rows]
    db.session.rollback()
    return found


@pytest.fixture
def damaged(app, database_url):
    """What the check says after some statements, all of which are taken back."""
    engine = raw_engine(database_url)

    def after(*statements: str) -> list[str]:
        with engine.connect() as connection:
            connection.begin()
            without_guards(connection)
            for statement in statements:
                assert connection.exec_driver_sql(statement).rowcount, f"touched nothing: {statement}"
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                return list(audit_differences(session))

    with app.app_context():
        yield after
    engine.dispose()


def test_events_are_sealed_once_they_are_ten_minutes_old_and_each_of_them_once(app) -> None:
    write(3)
    write(2, START + timedelta(minutes=5))
    with app.app_context():
        assert seal_audit(now=START + timedelta(minutes=9)) == 0
        assert seal_audit(now=START + timedelta(minutes=10)) == 3
        assert seal_audit(now=START + timedelta(minutes=11)) == 0
        assert seal_audit(now=LATER) == 2
        assert seals() == [(0, 3, 3), (3, 5, 2)]
        assert list(audit_differences(db.session)) == []


def test_a_long_history_is_sealed_in_parts(app, monkeypatch) -> None:
    monkeypatch.setattr(audit_seals, "MOST", 4)
    write(10)
    with app.app_context():
        assert seal_audit(now=LATER) == 10
        assert seals() == [(0, 4, 4), (4, 8, 4), (8, 10, 2)]
        assert list(audit_differences(db.session)) == []


@pytest.mark.safety("M24")
def test_a_change_of_any_column_of_a_sealed_event_is_found(damaged) -> None:
    write(3)
    seal_audit(now=LATER)
    assert set(EDITED) == {column.name for column in AuditEvent.__table__.columns} - {"id"}
    for column, value in EDITED.items():
        found = damaged(f"UPDATE audit_event SET {column} = {value} WHERE id = 2")
        assert found == ["audit events 1 to 3: they are not what was sealed, or their seal was changed"], (
            column
        )
    assert list(audit_differences(db.session)) == []


@pytest.mark.safety("M24")
def test_an_event_taken_out_or_a_seal_changed_is_found_and_the_range_named(damaged) -> None:
    write(2)
    seal_audit(now=LATER)
    write(2, LATER)
    seal_audit(now=LATER + timedelta(hours=1))
    assert damaged("DELETE FROM audit_event WHERE id = 4") == [
        "audit events 3 to 4: 2 were sealed, 1 are there"
    ]
    swapped = "they are not what was sealed, or their seal was changed"
    for column in ("previous_hash", "hash"):
        found = damaged(f"UPDATE audit_seal SET {column} = 'x' WHERE after_event_id = 2")
        assert f"audit events 3 to 4: {swapped}" in found, column
    assert "seal of audit events 3 to 4: it does not follow the seal before it" in damaged(
        "DELETE FROM audit_seal WHERE after_event_id = 0"
    )


@pytest.mark.safety("M24")
def test_a_seal_made_anew_over_changed_events_does_not_fit_the_next_one(damaged) -> None:
    write(2)
    seal_audit(now=LATER)
    write(1, LATER)
    seal_audit(now=LATER + timedelta(hours=1))
    found = damaged("UPDATE audit_event SET action = 'x' WHERE id = 1",
                    "UPDATE audit_seal SET hash = 'forged' WHERE after_event_id = 0")  # fmt: skip
    assert "seal of audit events 3 to 3: it does not follow the seal before it" in found
