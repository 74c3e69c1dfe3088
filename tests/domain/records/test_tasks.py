"""A task is there once while it is open, says what is so now, and goes when its cause is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from domain.records.tasks import KINDS, close_task, close_tasks_but, open_task
from domain.transaction import transaction
from domain.words import Sentence, sentence_from
from models import Task, db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def opened(key: str, said: str = "Look.", kind: str = "missing") -> bool:
    with transaction() as session:
        return open_task(session, kind, key, Sentence(said), now=NOW, subject="payment", subject_id=7)


def rows(house) -> list[Task]:
    with house.app.app_context():
        return list(db.session.scalars(select(Task).order_by(Task.id)))


def test_opening_it_again_changes_only_what_it_says(house) -> None:
    assert opened("a")
    assert not opened("a", "Look at this.")
    (task,) = rows(house)
    assert (str(sentence_from(task.detail)), task.subject_id) == ("Look at this.", 7)


def test_a_closed_task_can_be_opened_anew(house) -> None:
    opened("a")
    with transaction() as session:
        assert close_task(session, "a", now=NOW, by="user:1", note="paid by hand")
        assert not close_task(session, "a", now=NOW)
    assert opened("a")
    first, second = rows(house)
    assert (first.note, first.closed_by, second.closed_at) == ("paid by hand", "user:1", None)


def test_those_whose_cause_is_gone_are_closed_by_themselves_and_no_others(house) -> None:
    for key in ("check:1", "check:2", "check_3", "other:1"):
        opened(key)
    with transaction() as session:
        assert close_tasks_but(session, "check:", {"check:2"}, now=NOW + timedelta(days=1)) == 1
    assert [task.dedupe_key for task in rows(house) if task.closed_at is None] == [
        "check:2",
        "check_3",
        "other:1",
    ]


def test_every_kind_has_words(house) -> None:
    assert all(KINDS.values())
    assert {"missing", "extra", "amount", "currency", "fee", "date", "status", "duplicate"} <= set(KINDS)
