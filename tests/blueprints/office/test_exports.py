"""An administrator asks for everything, sees how far it is and takes it away; nobody else finds the page."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

import jobs
from models import AuditEvent, ExportRun, db

pytestmark = pytest.mark.database("sqlite")


def test_it_is_asked_for_made_shown_and_taken(app, house):
    adam = house.client("adam")
    assert "No archive was made yet" in adam.get("/office/exports").text
    assert adam.post("/office/exports").status_code == 303
    waiting = adam.get("/office/exports/widgets/progress", headers={"HX-Request": "true"}).text
    assert 'hx-trigger="every 2s"' in waiting
    assert "<h1" not in waiting
    with app.app_context():
        assert jobs.write_exports(app) == 1
        ref = db.session.scalar(sa.select(ExportRun.ref))
    ready = adam.get("/office/exports").text
    assert "Ready" in ready
    assert "hx-trigger" not in ready.partition('id="runs"')[2]
    answer = adam.post(f"/office/exports/{ref}/archive")
    assert answer.mimetype == "application/zip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "README.txt" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    with app.app_context():
        asked = sa.select(AuditEvent.action).where(AuditEvent.subject == "export").order_by(AuditEvent.id)
        assert db.session.scalars(asked).all() == ["export.asked", "export.taken"]


def test_an_archive_that_nobody_writes_says_what_to_do(app, house):
    adam = house.client("adam")
    adam.post("/office/exports")
    assert "It begins within a few seconds" in adam.get("/office/exports").text
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=3)):
        stuck = adam.get("/office/exports").text
    assert "flask worker" in stuck
    assert "It begins within a few seconds" not in stuck


def test_an_old_proof_is_asked_for_again_before_anything_leaves(app, house):
    adam = house.client("adam")
    adam.post("/office/exports")
    with app.app_context():
        jobs.write_exports(app)
        ref = db.session.scalar(sa.select(ExportRun.ref))
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        for page in ("/office/exports", f"/office/exports/{ref}/archive"):
            assert adam.post(page).location == "/account/step-up?next=/office/exports"


def test_nobody_else_finds_it(house):
    for who in ("dana", "lena"):
        assert house.client(who).get("/office/exports").status_code == 403
