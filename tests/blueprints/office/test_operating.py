"""How an installation runs, for its administrator. Who may open it stands in tests/access."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

import jobs
from domain.actions import duty_marks
from domain.reports import operator_page
from domain.transaction import transaction
from models import Business, Outbox
from tests.fixtures.forms import fields_of


def test_what_runs_and_what_stands_still_is_told_in_words(house) -> None:
    now = house.app.extensions["clock"].now()
    duty_marks.keep("bill_day", began=now, now=now, done=3)
    duty_marks.keep("remind", began=now, now=now, failed="OperationalError")
    duty_marks.keep("reconcile", began=now, now=now - timedelta(days=1))
    page = house.client("adam").get("/office/operating").text
    for words in (
        "Ran well",
        "OperationalError",
        "Has not run for too long",
        "Has not run yet",
        "none yet",
        "Missing",
    ):
        assert words in page
    # What failed comes first, what runs after it.
    assert page.index("Remind people of what falls due") < page.index(
        "Post what falls due, fees and statements"
    )
    duty_marks.keep("backup", began=now, now=now)
    assert "Missing" not in house.client("adam").get("/office/operating").text


def test_it_names_the_database_and_its_version(house, database_kind) -> None:
    page = house.client("adam").get("/office/operating").text
    assert {"sqlite": "SQLite 3.", "postgres": "PostgreSQL 1"}[database_kind] in page
    assert "The program wants" not in page
    with transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    assert "The program wants" in house.client("adam").get("/office/operating").text


@pytest.mark.database("sqlite")
def test_a_payment_without_an_answer_and_a_stop_of_all_payments_stand_there(
    house, open_agreement, pay
) -> None:
    assert "Every processor has answered." in house.client("adam").get("/office/operating").text
    ref = pay("bo", open_agreement("bo", number="L-77"), 1_000, method="card_silent")
    with transaction() as session:
        session.execute(sa.update(Business).values(payments_paused=True))
    page = house.client("adam").get("/office/operating").text
    assert f'/payments/{ref}">L-77</a>' in page
    assert "All payments are stopped" in page


@pytest.mark.database("sqlite")
def test_a_message_that_was_given_up_is_sent_again_from_there(house) -> None:
    from domain.records.dead_letters import note

    now = house.app.extensions["clock"].now()
    with transaction() as session:
        mail = Outbox(dedupe_key="k", to_address="bo@example.org", template="receipt", state="dead", not_before=now,
                      created_at=now)  # fmt: skip
        session.add(mail)
        session.flush()
        note(session, mail.id, "the server said no", now)
    adam = house.client("adam")
    page = adam.get("/office/operating").text
    assert "the server said no" in page
    address = page.partition('action="/office/tasks/')[2].partition('"')[0]
    assert (
        adam.post(f"/office/tasks/{address}", data=fields_of(page, f"/office/tasks/{address}")).status_code
        == 303
    )
    with transaction() as session:
        assert session.scalars(sa.select(Outbox.state).where(Outbox.dedupe_key == "k")).one() == "due"
    assert "the server said no" not in adam.get("/office/operating").text


def test_every_duty_of_the_timetable_has_words() -> None:
    assert set(operator_page.DUTY_WORDS) == {duty.name for duty in jobs.TIMETABLE}


@pytest.mark.database("sqlite")
def test_it_says_whether_a_backup_is_made_each_night(house, tmp_path) -> None:
    assert "not set up" in house.client("adam").get("/office/operating").text
    settings = house.app.config["SETTINGS"]
    house.app.config["SETTINGS"] = replace(settings, backups=tmp_path / "backups")
    page = house.client("adam").get("/office/operating").text
    assert "made and proved" in page
    assert "not set up" not in page
