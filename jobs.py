"""The timetable and one thin function per timed duty.

APScheduler only ticks: what is due stands in the database and is claimed there, so any number of processes may tick and
a tick that is missed, doubled or late changes nothing. There is no job store. All triggers run in UTC.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from functools import partial

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from config import Settings
from domain.actions import day, imports, payment_watch, throttling
from domain.actions.outbox import deliver

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Duty:
    """A timed duty: its name, how often it ticks (seconds), and what it does in the application's context."""

    name: str
    every_seconds: int
    work: Callable[[Flask], object]


def deliver_outbox(app: Flask) -> int:
    """Send the mails that wait."""
    return deliver(app.extensions["post"], now=_clock(app).now())


def resolve_unknown(app: Flask) -> int:
    """Ask the gateways about payments without an answer."""
    return payment_watch.resolve_unknown(today=_clock(app).today(), now=_clock(app).now())


def read_gateway_events(app: Flask) -> int:
    """Let the sandbox's day come, then read what the gateways say happened."""
    day.pass_sandbox_days(today=_clock(app).today(), now=_clock(app).now())
    return payment_watch.read_events(today=_clock(app).today(), now=_clock(app).now())


def expire_confirmations(app: Flask) -> int:
    """Cancel payments whose confirmation page was left open."""
    return payment_watch.expire_confirmations(today=_clock(app).today(), now=_clock(app).now())


def seal_books(app: Flask) -> bool:
    """Seal the books of yesterday, once."""
    return day.seal_books(today=_clock(app).today(), now=_clock(app).now())


def seal_audit(app: Flask) -> int:
    """Seal what people did, but for the last minutes."""
    return day.seal_audit(now=_clock(app).now())


def forget_tries(app: Flask) -> int:
    """Take away counters of tries that count no more."""
    return throttling.forget_old(now=_clock(app).now())


def bill_day(app: Flask) -> int:
    """Post what falls due today, with its late fees and statements; days that were missed are made up."""
    clock = _clock(app)
    return day.bill_day(today=clock.today(), now=clock.now(), zone=clock.zone).charges


TIMETABLE = (
    Duty("deliver_outbox", 5, deliver_outbox),
    Duty("resolve_unknown", 20, resolve_unknown),
    Duty("read_gateway_events", 20, read_gateway_events),
    Duty("expire_confirmations", 300, expire_confirmations),
    Duty("bill_day", 300, bill_day),
    Duty("seal_books", 3600, seal_books),
    Duty("seal_audit", 300, seal_audit),
    Duty("forget_tries", 3600, forget_tries),
)


def start_import(app: Flask, ref: str, by: str) -> None:
    """Let a batch go on beside the requests, in a thread of its own; what it reached stands in the database."""
    threading.Thread(target=_run_import, args=(app, ref, by), name=f"import-{ref}", daemon=True).start()


def _run_import(app: Flask, ref: str, by: str) -> None:
    with app.app_context():
        try:
            imports.resume(ref, by=by, now=_clock(app).now(), clock=_clock(app).now)
        except Exception as fault:
            log.error("import_failed", ref=ref, exc_info=fault)


def init_app(app: Flask, settings: Settings) -> None:
    """Start the timetable in this process when the settings ask for it."""
    # Pages may not import this module: they find the way to start an import here.
    app.extensions["start_import"] = partial(start_import, app)
    if settings.scheduler:
        start(app)


def start(app: Flask) -> BackgroundScheduler:
    """Begin to tick; returns the scheduler, which also stops when the process ends."""
    scheduler = BackgroundScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for duty in TIMETABLE:
        scheduler.add_job(
            _tick, "interval", seconds=duty.every_seconds, args=(app, duty), id=duty.name, jitter=1
        )
    scheduler.start()
    atexit.register(lambda: scheduler.running and scheduler.shutdown(wait=False))
    return scheduler


def _tick(app: Flask, duty: Duty) -> None:
    """One tick. A fault is logged and the next tick tries again."""
    with app.app_context():
        try:
            duty.work(app)
        except Exception as fault:
            log.error("duty_failed", duty=duty.name, exc_info=fault)


def _clock(app: Flask):  # type: ignore[no-untyped-def]
    return app.extensions["clock"]
