"""The processor's own file: private, durable, shared by threads and processes."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from gateways.base import GatewaySilent
from gateways.sandbox.client import EmbeddedSandbox
from gateways.sandbox.store import Store
from tests.gateways.conftest import NOW, TODAY

FORK = multiprocessing.get_context("fork")


def charge(sandbox: EmbeddedSandbox, key: str):
    return sandbox.charge(
        key=key, ref=key, amount_minor=10_000, currency="USD", token="sbx_bank", on=TODAY, now=NOW
    )


def test_the_record_is_private_and_durable(embedded: EmbeddedSandbox) -> None:
    store = embedded.processor.store
    assert stat.S_IMODE(os.stat(store.path).st_mode) == 0o600
    with store.write() as db:
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_a_write_that_fails_leaves_nothing(embedded: EmbeddedSandbox) -> None:
    store = embedded.processor.store

    def fail_half_way() -> None:
        with store.write() as db:
            db.execute("UPDATE processor SET latest_day = '2026-01-01'")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert store.rows("SELECT latest_day FROM processor")[0]["latest_day"] == "0001-01-01"


def test_a_record_can_be_opened_again(embedded: EmbeddedSandbox) -> None:
    first = charge(embedded, "k")
    embedded.processor.store.close()
    assert EmbeddedSandbox(embedded.processor.store.path).look_up("k", "k") == first
    assert embedded.look_up("k", "k") == first


def test_a_record_of_another_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=9")
    with pytest.raises(RuntimeError, match="another version"):
        Store(path)


def _open_and_charge(path: str, number: int) -> None:
    charge(EmbeddedSandbox(path), f"k{number}")


def test_six_processes_can_begin_one_record_at_once(tmp_path: Path) -> None:
    path = str(tmp_path / "p.db")
    children = [FORK.Process(target=_open_and_charge, args=(path, number)) for number in range(6)]
    for child in children:
        child.start()
    for child in children:
        child.join(30)
    assert [child.exitcode for child in children] == [0] * 6
    assert len(EmbeddedSandbox(path).processor.charges()) == 6


def _charge_many(sandbox: EmbeddedSandbox, name: str) -> None:
    for number in range(20):
        charge(sandbox, f"{name}-{number}")


def test_a_forked_child_makes_a_connection_of_its_own(embedded: EmbeddedSandbox) -> None:
    charge(embedded, "before")
    child = FORK.Process(target=_charge_many, args=(embedded, "child"))
    child.start()
    _charge_many(embedded, "parent")
    child.join(30)
    assert child.exitcode == 0
    assert len(embedded.processor.charges()) == 41
    assert embedded.processor.store.rows("PRAGMA integrity_check")[0][0] == "ok"


def test_a_record_that_fails_is_silence_and_not_an_answer(
    embedded: EmbeddedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedded.processor.store.write() as db:
        db.execute("DROP TABLE events")
    with pytest.raises(GatewaySilent):
        charge(embedded, "k")
    assert embedded.look_up("k", "k").state == "not_found"


def test_a_page_whose_record_fails_asks_to_try_again(embedded: EmbeddedSandbox) -> None:
    from werkzeug.test import Client

    with embedded.processor.store.write() as db:
        db.execute("DROP TABLE setups")
    answer = Client(embedded.wsgi_app(now=lambda: NOW)).get("/setup/anything-at-all-in-here")
    assert answer.status_code == 503
    assert "Nothing was changed." in answer.text
