"""`flask doctor` says what needs a hand, and nothing else."""

from __future__ import annotations

import os
import shutil
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from domain.transaction import transaction
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
