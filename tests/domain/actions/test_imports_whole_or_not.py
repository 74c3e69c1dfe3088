"""Runs that crash, are overtaken or race: a book comes in whole and once, or not at all; on both databases."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

from domain.actions import imports
from domain.transaction import transaction
from domain.words import Conflict
from models import Agreement, Balance, ImportBatch, ImportRow, JournalEntry, db
from tests.fixtures.sheets import NOW, bring, count, line, state, uploaded, write

Sheet = Callable[..., Path]


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """Write a sheet of these lines and return its path."""
    return partial(write, tmp_path / "book.csv")


class Stopped(Exception):
    """What a crash looks like to the code it hits."""


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.actions.imports_reading.CHUNK", 3)
    monkeypatch.setattr("domain.actions.imports_live.CHUNK", 3)


def crash_after(monkeypatch: pytest.MonkeyPatch, where: str, calls: int) -> None:
    """Let the function at `where` work `calls` times and then end the run."""
    room, name = where.rsplit(".", 1)
    work, done = getattr(importlib.import_module(room), name), []

    def broken(*arguments, **named):
        done.append(1)
        if len(done) > calls:
            raise Stopped
        return work(*arguments, **named)

    monkeypatch.setattr(where, broken)


@pytest.mark.safety("W19")
@pytest.mark.parametrize(
    ("where", "calls"),
    [
        ("domain.actions.imports.judge", 2),
        ("domain.actions.imports.finish_staging", 0),
        ("domain.actions.imports._make_live", 0),
        ("domain.actions.imports_live._make_chunk", 0),
        ("domain.actions.imports_live._make_chunk", 2),
        ("domain.actions.imports.audit", 1),
    ],
)
def test_a_crash_at_any_point_leaves_no_agreement_and_going_on_brings_all(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch, small_chunks: None, where: str, calls: int
) -> None:
    ref = uploaded(sheet(*(line(f"A-{number}") for number in range(10))))
    with monkeypatch.context() as broken:
        crash_after(broken, where, calls)
        with pytest.raises(Stopped):
            imports.bring_in(ref, by="dana", now=NOW)
    assert (count(Agreement), count(JournalEntry), count(Balance)) == (0, 0, 0)
    assert state(ref) in ("staging", "staged")
    imports.resume(ref, by="dana", now=NOW)
    assert (state(ref), count(Agreement), count(ImportRow)) == ("live", 10, 10)
    imports.resume(ref, by="dana", now=NOW)
    assert count(Agreement) == 10


def test_a_run_that_was_overtaken_stops_and_adds_nothing(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch, small_chunks: None
) -> None:
    ref = uploaded(sheet(*(line(f"A-{number}") for number in range(10))))
    judge, turns = imports.judge, []

    def with_a_rival(session, book, chunk):
        turns.append(1)
        if len(turns) == 3:  # the second chunk of the first run: a rival has begun anew meanwhile
            session.execute(update(ImportBatch).values(progress=0))
        return judge(session, book, chunk)

    monkeypatch.setattr(imports, "judge", with_a_rival)
    imports.bring_in(ref, by="dana", now=NOW)
    assert (state(ref), count(Agreement)) == ("staging", 0)
    imports.resume(ref, by="dana", now=NOW)
    assert (state(ref), count(Agreement), count(ImportRow)) == ("live", 10, 10)


@pytest.mark.safety("W19")
def test_two_imports_of_one_file_at_once_bring_it_in_once(app, sheet: Sheet) -> None:
    path = sheet(*(line(f"A-{number}") for number in range(200)))
    gate, outcomes = threading.Barrier(2), []

    def one() -> None:
        with app.app_context():
            gate.wait()
            try:
                outcomes.append(bring(path).accepted)
            except Conflict:
                outcomes.append(0)

    runs = [threading.Thread(target=one) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sorted(outcomes) == [0, 200]
    assert (count(Agreement), count(JournalEntry)) == (200, 200)
    assert db.session.scalars(select(ImportBatch.state)).all() == ["live"]


def test_one_batch_brought_in_from_two_sides_comes_in_once(app, sheet: Sheet) -> None:
    ref = uploaded(sheet(*(line(f"A-{number}") for number in range(200))))
    gate = threading.Barrier(2)

    def one() -> None:
        with app.app_context():
            gate.wait()
            imports.bring_in(ref, by="dana", now=NOW)

    runs = [threading.Thread(target=one) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert (state(ref), count(Agreement)) == ("live", 200)


@pytest.mark.safety("W19")
def test_a_number_taken_while_the_file_waited_stops_the_whole_step(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = uploaded(sheet(line("A-1"), line("A-2")))
    finish = imports.finish_staging

    def taken(*arguments) -> None:
        finish(*arguments)
        with transaction() as session:
            session.add(
                Agreement(
                    ref="x", number="A-2", kind="loan", currency="USD", start_on=NOW.date(), opened_on=NOW.date(),
                    created_at=NOW, details={},
                )
            )  # fmt: skip

    monkeypatch.setattr(imports, "finish_staging", taken)
    imports.bring_in(ref, by="dana", now=NOW)
    assert (state(ref), count(Agreement), count(JournalEntry)) == ("failed", 1, 0)
    assert "came in another way meanwhile" in db.session.scalar(select(ImportBatch.problem))


def test_others_can_write_between_the_chunks(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch, small_chunks: None
) -> None:
    path = sheet(*(line(f"A-{number}") for number in range(9)))
    chunks, seen = imports.chunks, []

    def interrupted(book):
        for chunk in chunks(book):
            with transaction() as session:
                seen.append(session.scalar(select(ImportBatch.progress)))
            yield chunk

    monkeypatch.setattr(imports, "chunks", interrupted)
    bring(path)
    assert seen == [0, 3, 6]
