"""A permission is kept as it was given; its hash shows any edit, and only its end is written later."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain.records.mandates import HASHED, Accepted, content_hash, end_mandate, keep_mandate
from domain.reports.mandate_check import mandate_differences
from domain.transaction import transaction
from models import Mandate, Person, db

TODAY = date(2026, 12, 1)
GIVEN = Accepted(
    scheme="ach", text="I allow Harbor Motors to take 123.45 USD.", version="2026-11", class_code="WEB",
    strength="password", address="203.0.113.9", device="Firefox · Android",
)  # fmt: skip


def keep(house, given=GIVEN) -> int:
    with transaction() as session:
        bo = session.scalar(sa.select(Person.id).where(Person.ref == house.person("bo")))
        return keep_mandate(
            session.connection(), given, method_id=None, person_id=bo, agreement_id=None, by="user:1", today=TODAY,
            now=house.now,
        )  # fmt: skip


def test_a_permission_is_kept_with_its_text_its_hash_and_how_it_was_given(app, house):
    row_id = keep(house)
    with app.app_context():
        row = db.session.get(Mandate, row_id)
        assert (row.text, row.class_code, row.strength) == (GIVEN.text, "WEB", "password")
        assert (row.address, row.device, row.accepted_on) == ("203.0.113.9", "Firefox · Android", TODAY)
        assert row.content_hash == content_hash({name: getattr(row, name) for name in HASHED})
        assert list(mandate_differences(db.session)) == []


def test_the_hash_is_over_everything_but_the_end():
    kept_later = {"id", "content_hash", "ended_at", "ended_by"}
    assert set(HASHED) == {column.key for column in Mandate.__table__.c} - kept_later
    assert {field.name for field in fields(Accepted)} <= set(HASHED)


@pytest.mark.safety("M24")
@pytest.mark.parametrize("name", HASHED)
def test_an_edit_of_any_field_is_found(app, house, name):
    row_id = keep(house)
    with app.app_context():
        row = {key: getattr(db.session.get(Mandate, row_id), key) for key in HASHED}
    for other in ({True: False, False: True}.get(row[name]), "another", 77, None):
        assert other == row[name] or content_hash(row | {name: other}) != content_hash(row), name


@pytest.mark.safety("M24")
@pytest.mark.database("sqlite")
def test_the_books_check_names_a_permission_that_was_edited_behind_the_triggers(app, house):
    row_id = keep(house)
    with transaction() as session:
        session.execute(sa.text("DROP TRIGGER mandate_stands"))
        session.execute(sa.text("UPDATE mandate SET text = 'I allow everything.'"))
    with app.app_context():
        (said,) = mandate_differences(db.session)
        assert db.session.get(Mandate, row_id).ref in said


def test_a_permission_ends_once(app, house):
    row_id = keep(house)
    with transaction() as session:
        assert end_mandate(session, row_id, by="user:1", now=house.now)
    with transaction() as session:
        assert not end_mandate(session, row_id, by="user:2", now=house.now + timedelta(days=1))
    with app.app_context():
        row = db.session.get(Mandate, row_id)
        assert (row.ended_at, row.ended_by) == (house.now, "user:1")
        assert list(mandate_differences(db.session)) == []


def test_a_reference_that_the_text_names_is_kept_as_its_name(app, house):
    row_id = keep(house, replace(GIVEN, ref="HARBOR-L-10001-1"))
    with app.app_context():
        assert db.session.get(Mandate, row_id).ref == "HARBOR-L-10001-1"
