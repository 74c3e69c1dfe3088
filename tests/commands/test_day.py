"""`flask run-day`: the duties of a day in order; twice is once; a worker ends when it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.reports.book_check import check
from models import Outbox, Payment, Seal, db
from tests.fixtures.agreements import clock_today
from tests.fixtures.processes import Program, python

DUTIES = (
    "sealed",
    "charges",
    "statements",
    "late_fees",
    "not_billed",
    "promises_kept",
    "promises_broken",
    "ladder_acts",
    "not_on_ladder",
    "deposits_to_settle",
    "debits_told",
    "debits_begun",
    "debits_held",
    "debits_again",
    "held_back",
    "not_debited",
    "reminders",
    "planned_sent",
    "sandbox_events",
    "payments_resolved",
    "events_read",
    "refunds_resolved",
    "refunds_settled",
    "confirmations_expired",
    "late_payments",
    "return_rates",
    "audit_sealed",
    "files_built",
    "debits_settled",
    "payouts_read",
    "differences",
    "statements_made",
    "mails_sent",
)


def counts(line: str) -> dict[str, int]:
    return {
        name: int(count)
        for name, count in (part.rsplit(" ", 1) for part in line.partition(": ")[2].split(", "))
    }


def test_a_bank_payment_settles_by_the_days_that_pass_and_a_second_run_does_nothing(
    runner, house, open_agreement, pay
) -> None:
    ref = pay("bo", open_agreement("bo"), 15_597)
    today = clock_today(house)
    span = ["run-day", "--on", str(today), "--until", str(today + timedelta(days=7))]
    first = runner.invoke(args=span)
    assert first.exit_code == 0, first.output
    lines = first.output.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        str(today + timedelta(days=day)) for day in range(8)
    ]
    assert tuple(counts(lines[0])) == DUTIES
    assert sum(counts(line)["sealed"] for line in lines) == 8
    with house.app.app_context():
        assert db.session.scalars(sa.select(Payment.state).where(Payment.ref == ref)).one() == "settled"
        # A notice that may wait for the hours in which people may be written to is still due.
        assert set(db.session.scalars(sa.select(Outbox.state).where(Outbox.event == ""))) <= {"sent"}
        assert "dead" not in set(db.session.scalars(sa.select(Outbox.state)))
        assert check(db.session).differences == []
    again = runner.invoke(args=span)
    assert again.exit_code == 0
    assert all(sum(counts(line).values()) == 0 for line in again.output.splitlines())
    with house.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Seal)) == 8


def test_days_that_run_backwards_or_are_no_days_are_refused(runner, app) -> None:
    back = runner.invoke(args=["run-day", "--on", "2026-03-02", "--until", "2026-03-01"])
    assert (back.exit_code, back.output) == (1, "Error: --until 2026-03-01 lies before --on 2026-03-02.\n")
    assert runner.invoke(args=["run-day", "--on", "yesterday"]).exit_code == 2


@pytest.mark.safety("J16")
@pytest.mark.database("sqlite")
def test_a_worker_does_the_duties_and_ends_when_told(settings, house, open_agreement, pay, tmp_path) -> None:
    pay("bo", open_agreement("bo"), 15_597)
    worker = Program(python("-m", "flask", "--app", "app", "worker"), settings, tmp_path / "worker.log")
    worker.wait_for_text("The worker is running")
    assert worker.stop(30) == 0
    assert "Traceback" not in worker.log


def test_a_dry_run_prints_what_the_days_would_do_and_changes_nothing(
    runner, house, open_agreement, pay
) -> None:
    from tests.fixtures.four_kinds import open_rental_for

    open_rental_for(house, "tess", months=1)
    today = clock_today(house)
    span = ["run-day", "--on", str(today), "--until", str(today + timedelta(days=31))]
    said = runner.invoke(args=[*span, "--dry"])
    assert said.exit_code == 0, said.output
    head, *rows = said.output.splitlines()
    assert head.startswith('"Run","Group","Agreement","What","Day","Amount","Currency"')
    charges = [row for row in rows if ',"Charges",' in row]
    assert [row.split('","')[5] for row in charges] == ["50.00", "1200.00"]
    assert runner.invoke(args=[*span, "--dry"]).output == said.output
    assert runner.invoke(args=[*span, "--dry", "--until", str(today + timedelta(days=99))]).exit_code == 1
