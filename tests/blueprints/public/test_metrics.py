"""Figures for a program that watches. Who may read them is tried in test_readyz.py."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

import jobs
from domain.actions import duty_marks
from domain.transaction import transaction
from models import Business, Outbox, Payment
from tests.fixtures.books import fill_books


def read(client) -> dict[tuple[str, ...], int]:
    """(name, label values) -> value."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    families = text_string_to_metric_families(answer.text)
    return {(one.name, *one.labels.values()): int(one.value) for family in families for one in family.samples}


def test_what_an_operator_watches_is_counted(client, house, open_agreement, pay) -> None:
    fill_books(house)
    ref = pay("bo", open_agreement("bo"), 1_000, method="card_silent")
    now = house.app.extensions["clock"].now()
    with transaction() as session:
        session.execute(sa.update(Outbox).values(state="dead"))
        dead = session.scalar(sa.select(sa.func.count()).select_from(Outbox))
        session.execute(
            sa.update(Payment).where(Payment.ref == ref).values(begun_at=now - timedelta(hours=2))
        )
        session.execute(sa.update(Business).values(payments_paused=True))
    duty_marks.keep("bill_day", began=now, now=now)
    duty_marks.keep("remind", began=now, now=now, failed="OperationalError")
    duty_marks.keep("backup", began=now, now=now)
    found, moment = read(client), int(now.timestamp())
    assert found["duebook_outbox_messages", "dead"] == dead > 0
    assert found["duebook_payments", "unknown"] == 1
    assert 7200 <= found["duebook_payments_unknown_oldest_seconds",] < 7300
    assert found["duebook_payments_stopped",] == 1
    assert found["duebook_duty_last_success_seconds", "bill_day"] == moment
    assert ("duebook_duty_last_success_seconds", "remind") not in found
    assert (found["duebook_duty_failed", "remind"], found["duebook_duty_failed", "bill_day"]) == (1, 0)
    assert found["duebook_backup_last_seconds",] == moment
    assert found["duebook_disk_free_bytes",] > 0
    assert [name[2:] for name in found if name[0] == "duebook_database_info"] == [
        (head(client), head(client))
    ]


def head(client) -> str:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(client.application.extensions["migrate"].directory)).get_current_head() or ""


def test_an_empty_installation_has_figures_too_and_names_nobody(client) -> None:
    found = read(client)
    assert ("duebook_backup_last_seconds",) not in found
    assert {name[1] for name in found if name[0] == "duebook_duty_failed"} == {
        duty.name for duty in jobs.TIMETABLE
    }
    assert "bo" not in {label for name in found for label in name[1:]}
