"""Tries are counted once each, whoever counts them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.records import throttles
from domain.transaction import transaction
from models import Throttle, db
from tests.fixtures.processes import Program, python

NOW = datetime(2026, 3, 2, 15, 0, 30, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

COUNTING = """
from datetime import UTC, datetime, timedelta
from domain import transaction
from domain.records import throttles
import os
transaction.configure(transaction.write_engine(os.environ["DUEBOOK_DATABASE_URL"]))
print("ready", flush=True)
free = 0
for _ in range(100):
    with transaction.transaction() as session:
        free += throttles.count(
            session, "door", datetime(2026, 3, 2, 15, tzinfo=UTC), limit=60, window=timedelta(hours=1)
        )
print(f"free {free}.", flush=True)
"""


def count(bucket: str = "door", now: datetime = NOW, limit: int = 3, window: timedelta = MINUTE) -> bool:
    with transaction() as session:
        return throttles.count(session, bucket, now, limit=limit, window=window)


def test_so_many_are_free_in_a_window_and_the_next_window_begins_anew(app):
    assert [count() for _ in range(5)] == [True, True, True, False, False]
    assert count(now=NOW + timedelta(seconds=29)) is False
    assert count(now=NOW + timedelta(seconds=30)) is True


def test_one_bucket_takes_nothing_from_another_and_one_window_nothing_from_a_longer_one(app):
    assert [count(limit=1), count(limit=1)] == [True, False]
    assert count("other", limit=1) is True
    on_the_hour = NOW.replace(minute=0, second=0)
    assert count("both", on_the_hour, limit=1) is True
    assert count("both", on_the_hour, limit=1, window=HOUR) is True
    assert count("both", on_the_hour, limit=1) is False


def test_what_is_refused_is_not_counted(app):
    for _ in range(5):
        count(limit=2)
    with app.app_context():
        assert db.session.scalars(select(Throttle.count)).one() == 2


def test_forty_at_once_are_still_only_as_many_as_are_free(app):
    with ThreadPoolExecutor(8) as pool:
        free = list(pool.map(lambda _number: count(limit=7), range(40)))
    assert sum(free) == 7


@pytest.mark.safety("A9")
def test_two_processes_share_one_limit(app, settings, tmp_path):
    environment = {"DUEBOOK_DATABASE_URL": settings["DUEBOOK_DATABASE_URL"]}
    both = [Program(python("-c", COUNTING), environment, tmp_path / f"{n}.log") for n in range(2)]
    free = [int(one.wait_for_text(r"free (\d+)\.").group(1)) for one in both]
    assert sum(free) == 60
    assert [one.process.wait(30) for one in both] == [0, 0]


def test_windows_of_the_past_are_forgotten_and_names_later(app):
    count(now=NOW)
    with transaction() as session:
        session.add(Throttle(bucket="name:x", window_start=NOW, count=9, blocked_until=NOW))
    for later, left in (
        (throttles.KEPT - HOUR, 2),
        (throttles.KEPT + HOUR, 1),
        (throttles.NAMES_KEPT + HOUR, 0),
    ):
        with transaction() as session:
            throttles.forget_old(session, NOW + later)
        with app.app_context():
            assert len(db.session.scalars(select(Throttle)).all()) == left
