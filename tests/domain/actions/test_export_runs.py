"""An archive of everything is written once, whole or not at all, begun again after a kill, and removed after a week."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.actions import everything, export_runs
from domain.words import Gone, NotAllowed
from models import AuditEvent, ExportRun, Person, User, db
from tests.fixtures.agreements import scope_of

HERE = {"address": "192.0.2.1", "device": "a browser"}


@pytest.fixture
def folders(house):
    settings = house.app.config["SETTINGS"]
    return settings.instance / "exports", settings.uploads


@pytest.fixture
def adam(house):
    return scope_of(house, "adam")


def only() -> ExportRun:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(ExportRun)).one()


def write(house, folders, later=timedelta()):
    return export_runs.write_next(*folders, lambda: house.now + later)


def test_it_holds_every_row_twice_and_no_secret(app, house, adam, folders, open_agreement):
    open_agreement("bo", number="L-7")
    with app.app_context():
        ref = export_runs.ask(who=adam, now=house.now, **HERE)
        assert export_runs.ask(who=adam, now=house.now) == ref  # a second click means the first archive
        assert write(house, folders)
        assert not write(house, folders)
        run = only()
        assert (run.state, run.done) == ("done", run.total)
        secrets = [user.password_hash for user in db.session.scalars(sa.select(User)) if user.password_hash]
        people = db.session.scalar(sa.select(sa.func.count()).select_from(Person))
        name = export_runs.note_taken(ref, who=adam, now=house.now, **HERE)
        db.session.rollback()
        taken = sa.select(AuditEvent.address).where(AuditEvent.action == "export.taken")
        assert db.session.scalars(taken).all() == ["192.0.2.1"]
    place = folders[0] / name
    assert place.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
        held = {name: archive.read(name) for name in archive.namelist()}
    assert secrets
    assert not any(secret.encode() in content for secret in secrets for content in held.values())
    rows = list(csv.DictReader(io.StringIO(held["csv/person.csv"].decode("utf-8-sig"))))
    objects = [json.loads(line) for line in held["jsonl/person.jsonl"].splitlines()]
    assert len(rows) == len(objects) == people
    assert [row["name"] for row in rows] == [one["name"] for one in objects]
    assert json.loads(held["jsonl/agreement.jsonl"])["number"] == "L-7"
    assert f"person: {people}".encode() in held["README.txt"]


def test_only_administrators_may(house, folders):
    with pytest.raises(NotAllowed):
        export_runs.ask(who=scope_of(house, "dana"), now=house.now)


def test_a_writer_that_was_ended_leaves_nothing_and_the_run_begins_again(
    app, house, adam, folders, monkeypatch
):
    class Killed(BaseException):
        pass

    def die(*_args, **_named):
        raise Killed

    with app.app_context():
        export_runs.ask(who=adam, now=house.now)
        with monkeypatch.context() as patch:
            patch.setattr(everything, "_json", die)
            with pytest.raises(Killed):
                write(house, folders)
        assert only().state == "running"
        assert not list(folders[0].glob("*.zip"))
        assert not write(house, folders, timedelta(seconds=30))  # it may still be at work
        assert write(house, folders, timedelta(minutes=3))
        assert only().state == "done"
    assert [place.suffix for place in folders[0].iterdir()] == [".zip"]


def test_a_slow_writer_that_was_overtaken_stops_and_the_other_archive_stands(
    app, house, adam, folders, monkeypatch
):
    true = everything.write_archive
    inner: list[bool] = []
    begun = []

    def slow(path, uploads, *, now, tell):
        if not begun:
            begun.append(path)
            inner.append(export_runs.write_next(*folders, lambda: house.now + timedelta(minutes=5)))
        true(path, uploads, now=now, tell=tell)

    monkeypatch.setattr(everything, "write_archive", slow)
    with app.app_context():
        export_runs.ask(who=adam, now=house.now)
        assert write(house, folders)
        assert inner == [True]
        assert only().state == "done"
    [place] = folders[0].iterdir()
    assert zipfile.ZipFile(place).testzip() is None


def test_it_is_removed_after_a_day(app, house, adam, folders):
    with app.app_context():
        ref = export_runs.ask(who=adam, now=house.now)
        write(house, folders)
        assert export_runs.remove_old(folders[0], now=house.now + timedelta(hours=23)) == 0
        assert export_runs.remove_old(folders[0], now=house.now + timedelta(hours=24)) == 1
        assert not list(folders[0].iterdir())
        with pytest.raises(Gone):
            export_runs.note_taken(ref, who=adam, now=house.now, **HERE)
        assert export_runs.remove_old(folders[0], now=house.now + timedelta(days=8)) == 0
