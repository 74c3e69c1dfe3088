"""The timetable ticks; what is due stands in the database, so a missed, doubled or failing tick changes nothing."""

from __future__ import annotations

import threading
import time
from datetime import UTC

import apscheduler
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

import jobs
from domain.reports.book_check import check
from models import Outbox, Payment, db


@pytest.fixture
def scheduler(app, monkeypatch):
    """The scheduler, with no duty that comes due by itself during the test."""
    running = jobs.start(app)
    yield running
    running.shutdown(wait=False)


@pytest.mark.safety("J2", "J3", "J5")
@pytest.mark.database("sqlite")
def test_every_duty_is_on_the_timetable_in_utc_and_forgives_a_missed_tick(scheduler) -> None:
    found = {job.id: job for job in scheduler.get_jobs()}
    assert set(found) == {duty.name for duty in jobs.TIMETABLE}
    assert scheduler.timezone is UTC
    for job in found.values():
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
    assert {type(store).__name__ for store in scheduler._jobstores.values()} == {"MemoryJobStore"}
    assert tuple(int(part) for part in apscheduler.version.split(".")[:3]) >= (3, 11, 2)


@pytest.mark.database("sqlite")
def test_nothing_ticks_unless_the_settings_ask_for_it(app, monkeypatch) -> None:
    started = []
    monkeypatch.setattr(jobs, "start", started.append)
    jobs.init_app(app, app.config["SETTINGS"])
    assert started == []


@pytest.mark.settings(DUEBOOK_SCHEDULER="1")
@pytest.mark.database("sqlite")
def test_the_settings_can_ask_for_it(settings, monkeypatch) -> None:
    from app import create_app
    from tests.fixtures.databases import close

    started = []
    monkeypatch.setattr(jobs, "start", started.append)
    application = create_app(settings)
    assert started == [application]
    close(application)


@pytest.mark.safety("J18")
@pytest.mark.database("sqlite")
def test_a_tick_that_fails_is_written_down_and_the_next_one_comes(app) -> None:
    def fail(_app) -> None:
        raise ZeroDivisionError("a fault")

    with capture_logs() as logs:
        jobs._tick(app, jobs.Duty("a_duty", 1, fail))
    assert [(line["event"], line["duty"], line["log_level"]) for line in logs] == [
        ("duty_failed", "a_duty", "error")
    ]


@pytest.mark.safety("J1")
def test_many_ticks_at_once_settle_a_payment_once(house, open_agreement, pay) -> None:
    ref = pay("bo", open_agreement("bo"), 9_000, method="card")
    problems: list[str] = []

    def tick_all() -> None:
        with capture_logs() as logs:
            for duty in jobs.TIMETABLE:
                jobs._tick(house.app, duty)
        problems.extend(str(line) for line in logs if line["log_level"] == "error")

    threads = [threading.Thread(target=tick_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    with house.app.app_context():
        assert db.session.scalars(sa.select(Payment.state).where(Payment.ref == ref)).one() == "settled"
        receipts = db.session.scalars(sa.select(Outbox).where(Outbox.template == "receipt")).all()
        assert [mail.state for mail in receipts] == ["sent"]
        assert check(db.session).differences == []


@pytest.mark.database("sqlite")
def test_an_import_goes_on_in_a_thread_of_its_own_and_its_fault_is_written_down(app, monkeypatch) -> None:
    def fail(ref, **_):
        raise LookupError(ref)

    monkeypatch.setattr(jobs.imports, "resume", fail)
    with capture_logs() as logs:
        app.extensions["start_import"]("no-such-batch", "user:1")
        deadline = time.monotonic() + 10
        while not logs and time.monotonic() < deadline:
            time.sleep(0.01)
    assert [(line["event"], line["ref"]) for line in logs] == [("import_failed", "no-such-batch")]
