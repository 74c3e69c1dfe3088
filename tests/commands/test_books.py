"""`flask books`: the proof in one line and an exit code, the seal once a day, the export whole or not at all."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.records.books import Draft, lock, post, save
from domain.records.seals import add_seal
from domain.transaction import transaction
from models import Agreement, JournalEntry, Seal, db
from tests.fixtures.books import fill_books, raw_engine, without_guards


@pytest.fixture
def filled(house):
    return fill_books(house)


def test_books_that_agree_say_so_in_one_line(runner, filled) -> None:
    done = runner.invoke(args=["books", "verify"])
    assert done.exit_code == 0
    assert re.fullmatch(
        r"The books agree: \d\d entries on 3 agreements, 2 charges at the gateways\.\n", done.output
    )


def test_the_first_difference_is_told_and_the_exit_code_is_one(runner, filled, database_url) -> None:
    engine = raw_engine(database_url)
    with engine.begin() as connection:
        without_guards(connection)
        connection.exec_driver_sql("UPDATE standing SET installments_met_minor = installments_met_minor + 1")
    engine.dispose()
    first, every = runner.invoke(args=["books", "verify"]), runner.invoke(args=["books", "verify", "--all"])
    assert (first.exit_code, every.exit_code) == (1, 1)
    assert first.output.count("\n") == 1
    assert first.output.startswith("DIFFERENCE: agreement L-")
    assert every.output.startswith(first.output)
    assert every.output.count("DIFFERENCE: ") == 3


def test_a_day_is_sealed_once(runner, house) -> None:
    first, second = (runner.invoke(args=["books", "seal"]) for _ in range(2))
    assert (first.output, second.output) == ("Sealed.\n", "That day is sealed already.\n")
    with house.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Seal)) == 1


@pytest.mark.safety("M24")
def test_each_seal_follows_the_one_before_it_and_covers_what_was_posted(
    house, filled, open_agreement
) -> None:
    from datetime import timedelta

    open_agreement("stan")
    with transaction() as session:
        assert add_seal(session, filled.sealed_day + timedelta(days=1), house.now)
    with house.app.app_context():
        first, second = db.session.scalars(sa.select(Seal).order_by(Seal.id))
        assert second.previous_hash == first.hash
        between = JournalEntry.id.between(first.through_entry_id + 1, second.through_entry_id)
        added = db.session.scalar(sa.select(sa.func.count()).where(between))
        assert second.entries == first.entries + added
        assert added >= 1


@pytest.mark.database("postgres")
def test_a_seal_waits_for_a_posting_that_is_under_way(house, filled) -> None:
    from datetime import timedelta

    posted, sealed, problems = threading.Event(), [], []

    def seal() -> None:
        posted.wait(30)
        try:
            with transaction() as session:
                add_seal(session, filled.sealed_day + timedelta(days=1), house.now)
            sealed.append(True)
        except Exception as problem:
            problems.append(problem)

    thread = threading.Thread(target=seal)
    thread.start()
    with transaction() as session:
        agreement_id = session.scalars(sa.select(Agreement.id).where(Agreement.number == "L-3")).one()
        head = lock(session, agreement_id)
        lines = (("loan_principal", 5), ("opening_balances", -5))
        said = Draft("late", "test", "USD", filled.sealed_day, lines)
        entry_id = post(session, head, said, now=house.now, by="test")
        save(session, head)
        posted.set()
        thread.join(0.5)
        assert not sealed, "it sealed past an entry that was not kept yet"
    thread.join(30)
    assert (sealed, problems) == ([True], [])
    with house.app.app_context():
        assert (
            db.session.scalars(sa.select(Seal).order_by(Seal.id.desc())).first().through_entry_id == entry_id
        )


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("form", ["beancount", "csv", "json"])
def test_an_export_is_whole_readable_by_its_owner_alone_and_replaces_the_last(
    runner, filled, tmp_path, form
) -> None:
    out = tmp_path / f"books.{form}"
    out.write_text("old")
    done = runner.invoke(args=["books", "export", "--format", form, "-o", str(out)])
    assert (done.exit_code, done.output) == (0, f"Wrote {out}\n")
    assert out.stat().st_mode & 0o077 == 0
    assert "payment:card-1:settled" in out.read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []
    if form == "beancount":
        program = Path(sys.executable).with_name("bean-check")
        checked = subprocess.run([program, out], capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.database("sqlite")
def test_an_export_that_cannot_be_written_says_so_and_leaves_nothing(
    runner, filled, tmp_path, monkeypatch
) -> None:
    from domain.reports import book_export

    gone = runner.invoke(args=["books", "export", "-o", str(tmp_path / "no" / "such" / "folder")])
    assert (gone.exit_code, gone.output) == (
        1,
        "Error: The file cannot be written: No such file or directory.\n",
    )
    out = tmp_path / "half.beancount"

    def half(_session):
        yield "half"
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setitem(book_export.FORMATS, "beancount", half)
    assert runner.invoke(args=["books", "export", "-o", str(out)]).exit_code == 1
    assert [path.name for path in tmp_path.iterdir() if "half" in path.name] == []


@pytest.mark.parametrize(
    "arguments", [["books", "export"], ["books", "nothing"], ["books", "export", "--format", "x"]]
)
def test_a_wrong_use_exits_with_two(runner, arguments) -> None:
    assert runner.invoke(args=arguments).exit_code == 2
