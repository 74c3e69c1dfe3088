"""The backup of the night: one a night, proved by putting it back, the oldest taken away."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import psycopg
import pytest
import sqlalchemy as sa

import jobs
from domain.reports import operating
from domain.reports.copy_check import differences
from domain.transaction import transaction
from keeping import archive, dangers, nights, worries
from keeping.databases import CannotKeep, is_sqlite
from models import Balance
from tests.domain.actions.paying import at_once
from tests.fixtures.books import fill_books

NIGHT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # half past four in New York
HOUR = timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def kept(house, folder):
    """The settings of a filled book whose backups go into the folder."""
    fill_books(house)
    return replace(house.app.config["SETTINGS"], backups=folder)


def at(moment: datetime) -> SimpleNamespace:
    zone = ZoneInfo("America/New_York")
    return SimpleNamespace(now=lambda: moment, today=lambda: moment.astimezone(zone).date(), zone=zone)


def seen(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


@pytest.mark.safety("O2")
def test_a_night_has_one_copy_that_was_put_back_and_proved(kept, folder) -> None:
    proved = []

    def look(url: str) -> list[str]:
        proved.append(url)
        return differences(url)

    assert nights.keep_due(kept, at(NIGHT), look) is True
    assert nights.keep_due(kept, at(NIGHT + HOUR), look) is False
    assert seen(folder) == ["duebook-2026-03-02.tar.gz"]
    assert (folder / "duebook-2026-03-02.tar.gz").stat().st_mode & 0o777 == 0o600
    assert len(proved) == (1 if is_sqlite(kept.database_url) else 0)
    assert nights.keep_due(kept, at(NIGHT + 24 * HOUR), look) is True
    assert seen(folder) == ["duebook-2026-03-02.tar.gz", "duebook-2026-03-03.tar.gz"]


def test_before_three_and_without_a_folder_there_is_none(kept, folder) -> None:
    assert nights.keep_due(kept, at(NIGHT - 2 * HOUR), differences) is False
    assert nights.keep_due(replace(kept, backups=None), at(NIGHT), differences) is False
    assert not folder.exists()


def test_the_duty_writes_down_that_there_is_one(house, kept) -> None:
    app = house.app
    app.config["SETTINGS"] = kept
    app.extensions["clock"] = at(NIGHT)
    with app.app_context():
        assert operating.last_backup() is None
    with app.app_context():
        assert jobs.keep_backup(app) is True
        assert operating.last_backup() == NIGHT
        assert jobs.keep_backup(app) is False


@pytest.mark.database("sqlite")
def test_a_copy_whose_books_do_not_agree_does_not_count_and_is_made_again_later(kept, folder) -> None:
    with transaction() as session:
        session.execute(sa.update(Balance).values(amount_minor=Balance.amount_minor + 1))
    with pytest.raises(CannotKeep, match="could not be proved"):
        nights.keep_due(kept, at(NIGHT), differences)
    assert seen(folder) == ["unproved-2026-03-02.tar.gz"]
    first = (folder / "unproved-2026-03-02.tar.gz").stat().st_ino
    with pytest.raises(CannotKeep, match="could not be proved"):
        nights.keep_due(kept, at(NIGHT + HOUR), differences)
    assert (folder / "unproved-2026-03-02.tar.gz").stat().st_ino == first
    with transaction() as session:
        session.execute(sa.update(Balance).values(amount_minor=Balance.amount_minor - 1))
    assert nights.keep_due(kept, at(NIGHT + 7 * HOUR), differences) is True
    assert seen(folder) == ["duebook-2026-03-02.tar.gz"]


def test_with_a_key_the_copy_is_encrypted_and_nothing_plain_is_left(kept, folder, tmp_path, runner) -> None:
    settings = replace(kept, backup_to=archive.make_identity(tmp_path / "backup.key"))
    nights.keep_due(settings, at(NIGHT), differences)
    assert seen(folder) == ["duebook-2026-03-02.tar.gz.age"]
    copy = folder / "duebook-2026-03-02.tar.gz.age"
    assert copy.read_bytes().startswith(b"age-encryption.org/v1")
    closed = runner.invoke(args=["backup-prove", str(copy)])
    assert closed.exit_code == 1
    assert "encrypted" in closed.output
    opened = runner.invoke(args=["backup-prove", str(copy), "--identity", str(tmp_path / "backup.key")])
    assert opened.exit_code == 0, opened.output
    said = "its books agree" if is_sqlite(kept.database_url) else "All of it can be read."
    assert said in opened.output


@pytest.mark.safety("J1")
def test_of_several_processes_one_makes_it(kept, folder) -> None:
    made = at_once(4, lambda _: nights.keep_due(kept, at(NIGHT), differences))
    assert sorted(made) == [False, False, False, True]
    assert seen(folder) == ["duebook-2026-03-02.tar.gz"]


@pytest.mark.safety("J8")
@pytest.mark.parametrize("step", ["copied", "kept", "proved"])
def test_what_a_process_left_that_ended_in_the_middle_is_taken_away_and_it_is_made(
    kept, folder, monkeypatch, step
) -> None:
    child = os.fork()
    if not child:
        try:
            place, name = {
                "copied": (nights.databases, "copy"), "kept": (nights.instances, "keep"), "proved": (nights, "prove"),
            }[step]  # fmt: skip
            work = getattr(place, name)

            def end(*given, **named) -> None:
                if step != "proved":
                    work(*given, **named)
                os._exit(9)

            setattr(place, name, end)
            nights.keep_due(kept, at(NIGHT), differences)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert [name for name in seen(folder) if nights.MAKING in name]
    assert nights.keep_due(kept, at(NIGHT + timedelta(minutes=10)), differences) is True
    assert seen(folder) == ["duebook-2026-03-02.tar.gz"]


@pytest.mark.database("postgres")
def test_a_dump_of_postgres_is_put_back_into_the_database_kept_for_it(kept, folder) -> None:
    ours = kept.database_url.replace("+psycopg", "", 1)
    name = f"{ours.rpartition('/')[2]}_proof"
    with psycopg.connect(ours, autocommit=True) as door:
        door.execute(f'CREATE DATABASE "{name}"')
    settings = replace(kept, proof_url=f"{kept.database_url}_proof")
    proved = []
    try:
        assert (
            nights.keep_due(settings, at(NIGHT), lambda url: proved.append(url) or differences(url)) is True
        )
        assert proved == [settings.proof_url]
        assert seen(folder) == ["duebook-2026-03-02.tar.gz"]
        with transaction() as session:
            session.execute(sa.update(Balance).values(amount_minor=Balance.amount_minor + 1))
        with pytest.raises(CannotKeep, match="could not be proved"):
            nights.keep_due(settings, at(NIGHT + 24 * HOUR), differences)
    finally:
        with psycopg.connect(ours, autocommit=True) as door:
            door.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_the_database_of_the_proof_must_say_so_in_its_name(kept) -> None:
    wrong = dangers.of_settings(replace(kept, proof_url="postgresql+psycopg://me@here/duebook"))
    assert [line for line in wrong if "DUEBOOK_PROOF_DATABASE_URL must end in _proof" in line]
    right = dangers.of_settings(replace(kept, proof_url="postgresql+psycopg://me@here/duebook_proof"))
    assert not [line for line in right if "PROOF" in line]


def test_a_proof_by_hand_is_left_alone_by_the_night(kept, folder) -> None:
    nights.keep_due(kept, at(NIGHT), differences)

    def look(_url: str) -> list[str]:
        before = seen(folder)
        nights.keep_due(kept, at(NIGHT + HOUR), differences)
        assert seen(folder) == before
        return ["looked"]

    found = nights.prove(kept, folder / "duebook-2026-03-02.tar.gz", look)
    assert found == (["looked"] if is_sqlite(kept.database_url) else [])


@pytest.mark.database("sqlite")
def test_with_a_key_a_copy_that_does_not_count_is_encrypted_too_and_a_wrong_key_stops_it(
    kept, folder, tmp_path
) -> None:
    with pytest.raises(CannotKeep, match="no public key of age"):
        nights.keep_due(replace(kept, backup_to="age1nothing"), at(NIGHT), differences)
    assert seen(folder) == []
    settings = replace(kept, backup_to=archive.make_identity(tmp_path / "backup.key"))
    for later in (0, 1):
        with pytest.raises(CannotKeep, match="could not be proved"):
            nights.keep_due(settings, at(NIGHT + later * HOUR), lambda _url: ["entry 1: wrong"])
        assert seen(folder) == ["unproved-2026-03-02.tar.gz.age"]


def test_a_backup_of_another_version_is_proved_by_putting_it_back(
    kept, folder, tmp_path, monkeypatch
) -> None:
    nights.keep_due(kept, at(NIGHT), differences)
    monkeypatch.setattr(nights.instances, "schema", lambda _url: "0001_books")
    with pytest.raises(CannotKeep, match="flask restore proves it"):
        nights.prove(kept, folder / "duebook-2026-03-02.tar.gz", differences)


def test_the_doctor_names_a_key_that_is_none_and_a_folder_on_the_same_disk(kept, folder) -> None:
    real = replace(kept, base_url="https://pay.example", backup_to="age1nothing")
    lines = list(worries.of_backups(real))
    assert (
        "DUEBOOK_BACKUP_TO is no public key of age: no backup can be made. flask backup-key makes one."
        in lines
    )
    assert [line for line in lines if line.startswith(f"The backups in {folder} are on the same disk")]
    assert list(worries.of_backups(replace(kept, backups=None))) == []


def test_the_last_nights_stay_and_the_first_of_each_month() -> None:
    first = date(2025, 1, 15)
    names = {f"duebook-{first + timedelta(days=n)}.tar.gz" for n in range(450)}
    left = sorted(names | {"notes.txt"})
    stay = sorted(set(left) - nights.too_old(left, 14))
    months = [name for name in stay if name != "notes.txt"][:-14]
    assert stay[-1] == "notes.txt"
    assert len(months) == 11  # the first of the last twelve months; that of April is among the last nights
    assert {name[-9:-7] for name in months} == {"01"}
    assert stay[-2] == "duebook-2026-04-09.tar.gz"
    assert nights.too_old(stay, 14) == set()
