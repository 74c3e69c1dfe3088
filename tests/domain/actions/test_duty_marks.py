"""What ran when is written down: at most once a minute, and at once when a duty begins to fail or recovers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from domain.actions.duty_marks import Marks, keep
from domain.reports import operating
from models import DutyRun, db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Ticking:
    """Marks whose clock stands still until it is moved, and what they wrote."""

    def __init__(self) -> None:
        self.now, self.marks = NOON, Marks({"a": 5})

    def tick(self, work, seconds: int = 0) -> operating.Duty:
        self.now += timedelta(seconds=seconds)
        self.marks.run("a", work, lambda: self.now)
        db.session.rollback()
        (found,) = operating.duties({"a": 5}, self.now)
        db.session.rollback()
        return found


@pytest.fixture
def ticking(app):
    with app.app_context():
        yield Ticking()


def fail() -> int:
    raise ZeroDivisionError("a fault with a name in it")


def test_a_duty_is_written_down_at_most_once_a_minute_with_all_it_did(ticking) -> None:
    first = ticking.tick(lambda: 2)
    assert (first.state, first.ran_at, first.done, first.done_at) == ("well", NOON, 2, NOON)
    assert ticking.tick(lambda: 3, seconds=20).done == 2
    later = ticking.tick(lambda: 1, seconds=40)
    assert (later.ran_at, later.done) == (NOON + timedelta(minutes=1), 4)
    assert ticking.tick(lambda: 0, seconds=60).done_at == NOON + timedelta(minutes=1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DutyRun)) == 1


def test_a_fault_and_its_end_are_written_down_at_once_and_the_fault_by_its_kind_alone(ticking) -> None:
    ticking.tick(lambda: 0)
    with capture_logs() as logs:
        failed = ticking.tick(fail, seconds=5)
    assert [(line["event"], line["duty"]) for line in logs] == [("duty_failed", "a")]
    assert (failed.state, failed.failed, failed.well_at) == ("failed", "ZeroDivisionError", NOON)
    well = ticking.tick(lambda: 0, seconds=5)
    assert (well.state, well.well_at) == ("well", NOON + timedelta(seconds=10))


def test_a_duty_that_stopped_is_late_and_one_that_never_ran_says_so(app) -> None:
    with app.app_context():
        keep("a", began=NOON, now=NOON)
        asked = {"a": 300, "b": 300}
        assert [one.state for one in operating.duties(asked, NOON + timedelta(minutes=20))] == [
            "well",
            "never",
        ]
        assert [one.state for one in operating.duties(asked, NOON + timedelta(minutes=26))] == [
            "late",
            "never",
        ]


def test_a_mark_that_cannot_be_written_ends_no_duty_and_makes_the_process_late(ticking, monkeypatch) -> None:
    ticking.tick(lambda: 0)
    with Without("duty_run"), capture_logs() as logs:
        ticking.now += timedelta(minutes=2)
        ticking.marks.run("a", lambda: 1, lambda: ticking.now)
    assert [line["event"] for line in logs] == ["duty_mark_failed"]
    assert ticking.marks.ran_at == NOON


class Without:
    """Meanwhile the database has no such table."""

    def __init__(self, table: str) -> None:
        self.table = table

    def _rename(self, old: str, new: str) -> None:
        from domain.transaction import transaction

        with transaction() as session:
            session.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))

    def __enter__(self) -> None:
        self._rename(self.table, f"{self.table}_gone")

    def __exit__(self, *_fault: object) -> None:
        self._rename(f"{self.table}_gone", self.table)
