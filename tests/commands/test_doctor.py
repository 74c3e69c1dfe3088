"""`flask doctor` says what needs a hand, and nothing else."""

from __future__ import annotations

import os
import shutil
import socket
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from domain.actions import duty_marks
from domain.transaction import transaction
from keeping import worries
from models import Outbox
from tests.fixtures.books import fill_books


def found(runner) -> tuple[int, list[str]]:
    done = runner.invoke(args=["doctor"])
    return done.exit_code, done.output.splitlines()


def test_a_sound_installation_has_nothing_wrong(runner, house) -> None:
    assert found(runner) == (0, ["Nothing is wrong with this installation."])


def test_an_installation_without_a_business_is_told_how_to_begin(runner, app) -> None:
    assert found(runner) == (1, ["- No business is set up yet. Run: flask demo"])


def test_mails_that_died_and_payments_without_an_answer_are_counted(
    runner, house, open_agreement, pay
) -> None:
    fill_books(house)
    pay("bo", open_agreement("bo"), 1_000, method="card_silent")
    with transaction() as session:
        session.execute(sa.update(Outbox).values(state="dead"))
        dead = session.scalar(sa.select(sa.func.count()).select_from(Outbox))
    assert found(runner) == (
        1,
        [
            f"- {dead} mails could not be sent; the desk of the office lists them.",
            "- 1 payments wait for a gateway's answer.",
        ],
    )


@pytest.mark.database("sqlite")
def test_a_key_that_others_can_read_and_a_full_disk_are_named(runner, house, instance, monkeypatch) -> None:
    key = instance / "keys" / "sealing.key"
    os.chmod(key, 0o640)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=50 * 1024 * 1024))
    code, lines = found(runner)
    assert code == 1
    assert lines == [
        f"- {key} can be read by others: set its mode to 0600.",
        f"- Only 50 MB are free on the disk of {instance}.",
    ]


LIVE = {"DUEBOOK_BASE_URL": "https://pay.example", "DUEBOOK_TEST_CHEAP_HASH": "0"}


@pytest.mark.settings(**LIVE, DUEBOOK_MAIL_FROM="portal@example.org")
@pytest.mark.database("sqlite")
def test_a_new_installation_in_production_is_told_what_customers_would_notice(runner, house) -> None:
    assert found(runner) == (
        1,
        [
            "- Only test keys are set, and other people use this portal: what they pay moves no money.",
            "- DUEBOOK_SMTP_HOST is not set: nobody gets a link, a code or a receipt.",
            "- DUEBOOK_MAIL_FROM is not set: no server takes mails from portal@example.org.",
            "- DUEBOOK_PROXIES is 0: behind a proxy all visitors count as one, and lock each other out.",
            "- No backup was ever made. Run: flask backup FILE",
            "- No timed duty has run yet. Start the portal with DUEBOOK_SCHEDULER=1, or: flask worker",
        ],
    )


def production(instance, **values: str) -> list[str]:
    """What is unwise about the settings of a portal that customers use."""
    from config import read_settings
    from tests.fixtures.databases import test_settings

    sound = {
        "DUEBOOK_SMTP_HOST": "mail.example",
        "DUEBOOK_MAIL_FROM": "pay@pay.example",
        "DUEBOOK_PROXIES": "1",
    }
    return list(
        worries.of_settings(read_settings(test_settings("sqlite://", instance) | LIVE | sound | values))
    )


@pytest.mark.safety("M25")
def test_test_keys_in_production_and_live_keys_on_one_machine_are_told_apart(instance) -> None:
    live = {
        "DUEBOOK_STRIPE_KEY": "sk_live_of_the_tests",
        "DUEBOOK_STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests",
    }
    assert production(instance, **live) == []
    (said,) = production(instance, DUEBOOK_STRIPE_KEY="sk_test_of_the_tests")
    assert said.startswith("Only test keys are set")
    (said,) = production(instance, **live, DUEBOOK_BASE_URL="https://localhost")
    assert said.startswith("Real money moves, and DUEBOOK_BASE_URL is this machine")
    (said,) = production(instance, **live | {"DUEBOOK_STRIPE_WEBHOOK_SECRET": ""})
    assert said.startswith("DUEBOOK_STRIPE_WEBHOOK_SECRET is not set")
    (said,) = production(instance, **live, DUEBOOK_SMTP_SECURITY="none")
    assert said.startswith("DUEBOOK_SMTP_SECURITY is none")


@pytest.mark.settings(**LIVE, DUEBOOK_PROXIES="1")
@pytest.mark.database("sqlite")
def test_an_old_backup_a_scheduler_that_stands_still_and_a_duty_that_failed_are_named(runner, house) -> None:
    now = datetime.now(UTC)
    duty_marks.keep("backup", began=now, now=now - timedelta(days=3))
    duty_marks.keep("remind", began=now, now=now - timedelta(hours=1), failed="OperationalError")
    lines = found(runner)[1]
    assert f"- The last backup is of {now - timedelta(days=3):%Y-%m-%d}. Run: flask backup FILE" in lines
    assert any(
        line.startswith("- The timed duty remind failed when it last ran (OperationalError)")
        for line in lines
    )
    assert any(
        line.startswith(f"- No timed duty has run since {now - timedelta(hours=1):%Y-%m-%d}")
        for line in lines
    )


def test_a_mail_server_that_does_not_answer_is_named_and_one_that_does_is_not(app, instance) -> None:
    from dataclasses import replace

    settings = app.config["SETTINGS"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        there = replace(settings, smtp_host="127.0.0.1", smtp_port=server.getsockname()[1])
        assert list(worries.of_mail_server(there)) == []
    assert list(worries.of_mail_server(there)) == [
        f"The mail server 127.0.0.1:{there.smtp_port} does not answer (ConnectionRefusedError)."
    ]


def test_a_clock_that_differs_from_the_processors_is_named(watcher) -> None:
    now = datetime.now(UTC)
    assert list(worries.of_clock(watcher.url, lambda: now)) == []
    (behind,) = worries.of_clock(watcher.url, lambda: now - timedelta(seconds=90))
    assert "seconds behind the processor's at 127.0.0.1" in behind
    (ahead,) = worries.of_clock(watcher.url, lambda: now + timedelta(days=2, minutes=1))
    assert "2 days ahead of the processor's" in ahead
    assert list(worries.of_clock("http://127.0.0.1:9", lambda: now)) == [
        "The processor at 127.0.0.1 does not answer (ConnectionRefusedError)."
    ]


@pytest.mark.settings(**LIVE)
@pytest.mark.database("postgres")
def test_a_postgres_that_could_lose_a_payment_is_named_in_production(runner, house) -> None:
    """The server of the tests runs without fsync."""
    assert (
        "- PostgreSQL runs with fsync=off: a payment could be lost when the power fails." in found(runner)[1]
    )
