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
from domain.actions import (
    announcements,
    day,
    duty_marks,
    export_runs,
    file_duties,
    heartbeat,
    imports,
    late_payments,
    method_expiry,
    owners,
    payment_watch,
    period_statements,
    reconciling,
    refund_watch,
    reminders,
    report_schedules,
    return_rates,
    scheduled,
    search_words,
    signing,
    thread_watch,
    throttling,
)
from domain.actions.batches import Limits
from domain.actions.outbox import deliver
from domain.reports.copy_check import differences
from domain.reports.operating import BACKUP
from keeping import nights
from models import db

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Duty:
    """A timed duty: its name, how often it ticks (seconds), and what it does in the application's context."""

    name: str
    every_seconds: int
    work: Callable[[Flask], object]


def on_day(work: Callable[..., object]) -> Callable[[Flask], object]:
    """What needs nothing but the day and the moment."""
    return lambda app: work(today=_clock(app).today(), now=_clock(app).now())


def deliver_outbox(app: Flask) -> int:
    """Send the mails that wait."""
    return deliver(app.extensions["post"], now=_clock(app).now())


def send_due(app: Flask) -> int:
    """Send the planned payments whose day has come."""
    return scheduled.send_due(today=_clock(app).today(), now=_clock(app).now()).sent


def resolve_unknown(app: Flask) -> int:
    """Ask the gateways about payments without an answer."""
    return payment_watch.resolve_unknown(today=_clock(app).today(), now=_clock(app).now())


def resolve_refunds(app: Flask) -> int:
    """Ask about refunds without an answer, and settle those by file whose money has arrived."""
    today, now = _clock(app).today(), _clock(app).now()
    return refund_watch.resolve(today=today, now=now) + refund_watch.settle_filed(today=today, now=now)


def read_gateway_events(app: Flask) -> int:
    """Let the sandbox's day come, then read what the gateways say happened."""
    day.pass_sandbox_days(today=_clock(app).today(), now=_clock(app).now())
    return payment_watch.read_events(today=_clock(app).today(), now=_clock(app).now())


def expire_confirmations(app: Flask) -> int:
    """Cancel payments whose confirmation page was left open."""
    return payment_watch.expire_confirmations(today=_clock(app).today(), now=_clock(app).now())


def tell_expiring(app: Flask) -> int:
    """Warn people whose card ends soon, once for each card."""
    return method_expiry.tell_expiring(today=_clock(app).today(), now=_clock(app).now())


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


def debit_day(app: Flask) -> int:
    """Tell of the debits of autopay that come, and begin what is due."""
    done = day.debit_day(today=_clock(app).today(), now=_clock(app).now())
    return done["debits_begun"] + done["debits_again"]


def watch_late(app: Flask) -> int:
    """See whether promises to pay were kept, and do what the delinquency ladder says."""
    done = day.watch_late(today=_clock(app).today(), now=_clock(app).now())
    return done["promises_broken"] + done["ladder_acts"]


def tell_unread(app: Flask) -> int:
    """Tell of answers that came while somebody's page was open and that nobody has read since."""
    return thread_watch.tell_unread(now=_clock(app).now())


def remind(app: Flask) -> int:
    """Remind people of what falls due and of what is late."""
    return reminders.remind(today=_clock(app).today(), now=_clock(app).now()).reminders


def finish_documents(app: Flask) -> int:
    """Make the certificate of what all have signed, where a process ended before it could."""
    post, uploads, clock = app.extensions["post"], app.config["SETTINGS"].uploads, _clock(app)
    return signing.finish_all(post, uploads=uploads, today=clock.today(), now=clock.now())


def build_files(app: Flask) -> int:
    """Make the files for banks whose cut-off has passed."""
    return file_duties.build(today=_clock(app).today(), now=_clock(app).now(), places=places(app))


def settle_files(app: Flask) -> int:
    """Settle the debits by file whose day has come."""
    return file_duties.settle(today=_clock(app).today(), now=_clock(app).now(), places=places(app))


def reconcile(app: Flask) -> int:
    """Hold attempts, gateways, books and bank against each other, once a day."""
    return reconciling.reconcile_once(db.session, today=_clock(app).today(), now=_clock(app).now())


def end_ownerships(app: Flask) -> int:
    """Take houses from landlords who sold them."""
    return owners.end_ownerships(today=_clock(app).today())


def mend_search(_app: Flask) -> int:
    """Give words to whatever the search cannot find yet."""
    return search_words.mend()


def write_exports(app: Flask) -> int:
    """Write the archives of everything that were asked for, and take away those that are a week old."""
    settings: Settings = app.config["SETTINGS"]
    folder = settings.instance / export_runs.FOLDER
    export_runs.remove_old(folder, now=_clock(app).now())
    return int(export_runs.write_next(folder, settings.uploads, _clock(app).now))


def issue_statements(app: Flask) -> int:
    """Make the statements of the month or the year that is over, and tell whose they are."""
    address, test_mode, clock = app.config["BASE_URL"], bool(app.config["TEST_MODE"]), _clock(app)
    return period_statements.issue(
        db.session, address=address, test_mode=test_mode, today=clock.today(), now=clock.now()
    )


def mail_announcements(app: Flask) -> int:
    """Mail the announcements whose time has come."""
    return announcements.mail_due(now=_clock(app).now())


def keep_backup(app: Flask) -> bool:
    """Keep a copy of everything for this night, and prove it."""
    began = _clock(app).now()
    made = nights.keep_due(app.config["SETTINGS"], _clock(app), differences)
    if made:
        duty_marks.keep(BACKUP, began=began, now=_clock(app).now())
    return made


def tell_watcher(app: Flask) -> bool:
    """Give a sign of life to whoever waits for one elsewhere."""
    return heartbeat.beat(app.config["SETTINGS"].ping_url, app.extensions["marks"], now=_clock(app).now())


def places(app: Flask) -> file_duties.Places:
    """Where the files for banks and from them are kept."""
    settings: Settings = app.config["SETTINGS"]
    limits = Limits(settings.file_most_lines, settings.file_most_per_day)
    return file_duties.Places(settings.outgoing, settings.received, limits, settings.base_url)


TIMETABLE = (
    Duty("deliver_outbox", 5, deliver_outbox),
    Duty("send_due", 60, send_due),
    Duty("resolve_unknown", 20, resolve_unknown),
    Duty("resolve_refunds", 30, resolve_refunds),
    Duty("read_gateway_events", 20, read_gateway_events),
    Duty("expire_confirmations", 300, expire_confirmations),
    Duty("look_for_late", 600, on_day(late_payments.look)),
    Duty("bill_day", 300, bill_day),
    Duty("watch_late", 900, watch_late),
    Duty("debit_day", 60, debit_day),
    Duty("remind", 900, remind),
    Duty("tell_unread", 120, tell_unread),
    Duty("watch_return_rates", 3600, on_day(return_rates.watch)),
    Duty("build_files", 300, build_files),
    Duty("settle_files", 600, settle_files),
    Duty("read_payouts", 3600, on_day(reconciling.read_payouts)),
    Duty("reconcile", 1800, reconcile),
    Duty("tell_expiring", 3600, tell_expiring),
    Duty("seal_books", 3600, seal_books),
    Duty("seal_audit", 300, seal_audit),
    Duty("write_exports", 10, write_exports),
    Duty("mail_reports", 900, on_day(report_schedules.mail_due)),
    Duty("finish_documents", 60, finish_documents),
    Duty("mail_announcements", 60, mail_announcements),
    Duty("issue_statements", 600, issue_statements),
    Duty("end_ownerships", 3600, end_ownerships),
    Duty("forget_tries", 3600, forget_tries),
    Duty(nights.NAME, 600, keep_backup),
    Duty("mend_search", 600, mend_search),
    Duty(heartbeat.NAME, 60, tell_watcher),
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
    # Pages may not import this module: they find here how to start an import, and how the duties go.
    app.extensions["start_import"] = partial(start_import, app)
    app.extensions["marks"] = duty_marks.Marks({duty.name: duty.every_seconds for duty in TIMETABLE})
    if settings.scheduler:
        start(app)


def start(app: Flask) -> BackgroundScheduler:
    """Begin to tick; returns the scheduler, which also stops when the process ends."""
    scheduler = BackgroundScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for duty in TIMETABLE:
        how = {"seconds": duty.every_seconds, "id": duty.name, "jitter": 1}
        scheduler.add_job(_tick, "interval", args=(app, duty), **how)
    scheduler.start()
    atexit.register(lambda: scheduler.running and scheduler.shutdown(wait=False))
    return scheduler


def _tick(app: Flask, duty: Duty) -> None:
    """One tick. A fault is logged and the next tick tries again; how it ended is written down."""
    with app.app_context():
        app.extensions["marks"].run(duty.name, partial(duty.work, app), _clock(app).now)


def _clock(app: Flask):  # type: ignore[no-untyped-def]
    return app.extensions["clock"]
