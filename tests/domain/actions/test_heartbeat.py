"""A sign of life is given while all duties go well, and withheld when one fails, hangs or is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from domain.actions import heartbeat
from domain.actions.duty_marks import Marks, keep

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def marks(app):
    """Two duties that ran at noon, in a process that has been up for a day."""
    found = Marks({"often": 60, "hourly": 3600, heartbeat.NAME: 60})
    found.since = NOON - timedelta(days=1)
    with app.app_context():
        for name in ("often", "hourly"):
            keep(name, began=NOON, now=NOON)
        yield found


@pytest.mark.safety("O8")
def test_all_is_well_and_the_watcher_hears_it(marks, watcher) -> None:
    assert heartbeat.beat(watcher.url, marks, now=NOON + timedelta(minutes=5))
    assert watcher.heard == ["/ping/abc?rid=1"]


def test_without_an_address_nobody_is_told(marks, watcher) -> None:
    assert not heartbeat.beat("", marks, now=NOON)
    assert watcher.heard == []


@pytest.mark.safety("O8")
def test_a_duty_that_failed_keeps_it_silent_until_it_recovers(marks, watcher) -> None:
    keep("often", began=NOON, now=NOON, failed="OperationalError")
    with capture_logs() as logs:
        assert not heartbeat.beat(watcher.url, marks, now=NOON)
    assert logs[0]["duties"] == ["often"]
    assert watcher.heard == []
    keep("often", began=NOON, now=NOON)
    assert heartbeat.beat(watcher.url, marks, now=NOON)


@pytest.mark.safety("O8")
def test_a_duty_that_hangs_keeps_it_silent(marks, watcher) -> None:
    later = NOON + timedelta(minutes=30)
    keep("hourly", began=later, now=later)
    assert not heartbeat.beat(watcher.url, marks, now=later)
    assert watcher.heard == []


def test_after_a_night_without_power_it_is_heard_before_the_hourly_duties_had_their_turn(
    marks, watcher
) -> None:
    morning = NOON + timedelta(days=1)
    marks.since = morning - timedelta(minutes=30)
    keep("often", began=morning, now=morning)
    assert heartbeat.beat(watcher.url, marks, now=morning)
    marks.since = morning - timedelta(hours=2)
    assert not heartbeat.beat(watcher.url, marks, now=morning)


def test_a_watcher_that_does_not_answer_is_a_line_in_the_log(marks, watcher) -> None:
    watcher.status = 500
    with capture_logs() as logs:
        assert not heartbeat.beat(watcher.url, marks, now=NOON)
    assert [(line["event"], line["log_level"]) for line in logs] == [("watcher_silent", "warning")]
    assert "abc" not in str(logs)
