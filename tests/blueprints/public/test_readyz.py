"""Who may ask whether this process can serve, and what makes it say no: each cause by its name and nothing more."""

from __future__ import annotations

import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from domain.actions import duty_marks
from domain.transaction import transaction
from models import Outbox, Payment, db
from tests.fixtures.books import fill_books

TOKEN = "a-token-of-twenty-four-letters"
AWAY = {"REMOTE_ADDR": "203.0.113.9"}


def told(client, **how) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz", **how)
    return answer.status_code, dict(line.split(": ") for line in answer.text.splitlines())


@pytest.mark.safety("O7")
def test_an_installation_that_is_well_says_so_check_by_check(client, house) -> None:
    assert told(client) == (
        200,
        {"database": "ok", "schema": "ok", "disk": "ok", "outbox": "ok", "unknown": "ok", "backup": "ok"},
    )


@pytest.mark.safety("O7")
@pytest.mark.settings(DUEBOOK_METRICS_TOKEN=TOKEN)
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_strangers_are_told_that_there_is_nothing_here(app, house, path) -> None:
    client = app.test_client()

    def status(visitor=client, **how) -> int:
        return visitor.get(path, **how).status_code

    assert status() == 200
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Proto"):
        assert status(headers={header: "127.0.0.1"}) == 404
    assert status(environ_base=AWAY) == 404
    assert status(environ_base=AWAY, headers={"Authorization": f"Bearer {TOKEN}"}) == 200
    for wrong in (f"Bearer {TOKEN}x", "Bearer ", "Bearer é", TOKEN):
        assert status(environ_base=AWAY, headers={"Authorization": wrong}) == 404
    for name, answer in (("bo", 404), ("lena", 404), ("dana", 200), ("adam", 200)):
        assert status(house.client(name), environ_base=AWAY) == answer
    assert status(house.client("adam", stage="password"), environ_base=AWAY) == 404


@pytest.mark.database("sqlite")
def test_without_a_token_none_is_taken(client) -> None:
    assert client.get("/readyz", environ_base=AWAY, headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("proxies", "answer"), [("0", 404), ("1", 200)])
def test_in_production_this_machine_is_believed_only_behind_a_proxy_that_the_settings_know(
    settings, proxies, answer
) -> None:
    from app import create_app
    from tests.fixtures.databases import close

    live = {
        "DUEBOOK_BASE_URL": "https://pay.example",
        "DUEBOOK_TEST_CHEAP_HASH": "0",
        "DUEBOOK_PROXIES": proxies,
    }
    application = create_app(settings | live)
    client = application.test_client()
    assert client.get("/readyz", base_url="https://pay.example").status_code == answer
    visitor = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"}
    assert client.get("/readyz", base_url="https://pay.example", headers=visitor).status_code == 404
    close(application)


@pytest.mark.safety("O7")
@pytest.mark.database("sqlite")
def test_a_database_of_another_version_is_named(app, client) -> None:
    with app.app_context(), transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    assert told(client) == (503, {"database": "ok", "schema": "failed", "disk": "ok"})


@pytest.mark.safety("O7")
@pytest.mark.database("sqlite")
def test_a_database_that_does_not_answer_is_named(app, client, monkeypatch) -> None:
    def broken(*_args, **_more):
        raise sa.exc.OperationalError("SELECT secret", {}, Exception("disk"))

    with app.app_context():
        monkeypatch.setattr(type(db.session()), "execute", broken)
        monkeypatch.setattr(type(db.session()), "scalar", broken)
    assert told(client) == (503, {"database": "failed", "disk": "ok"})


@pytest.mark.safety("O7")
@pytest.mark.database("sqlite")
def test_a_full_disk_is_named(client, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=50 * 1024 * 1024))
    status, lines = told(client)
    assert (status, lines["disk"]) == (503, "failed")


@pytest.mark.safety("O7")
@pytest.mark.database("sqlite")
def test_where_the_duties_run_the_last_tick_must_be_recent(settings, monkeypatch) -> None:
    import jobs
    from app import create_app
    from tests.fixtures.databases import close

    monkeypatch.setattr(jobs, "start", lambda _app: None)
    application = create_app(settings | {"DUEBOOK_SCHEDULER": "1"})
    client, marks = application.test_client(), application.extensions["marks"]
    assert told(client)[1]["scheduler"] == "failed"
    jobs._tick(application, jobs.Duty("a_duty", 1, lambda _app: 0))
    assert (told(client)[0], told(client)[1]["scheduler"]) == (200, "ok")
    marks.ran_at -= timedelta(minutes=4)
    assert (told(client)[0], told(client)[1]["scheduler"]) == (503, "failed")
    close(application)


@pytest.mark.safety("O7", "O9")
def test_what_needs_a_look_is_named_while_pages_go_on(client, house, open_agreement, pay) -> None:
    fill_books(house)
    ref = pay("bo", open_agreement("bo"), 1_000, method="card_silent")
    with transaction() as session:
        session.execute(sa.update(Outbox).values(state="dead"))
        long_ago = house.now - timedelta(hours=13)
        session.execute(sa.update(Payment).where(Payment.ref == ref).values(begun_at=long_ago))
    status, lines = told(client)
    assert (status, lines["outbox"], lines["unknown"]) == (200, "look", "look")


@pytest.mark.safety("O7")
@pytest.mark.database("sqlite")
def test_in_production_an_old_backup_needs_a_look(settings) -> None:
    from app import create_app
    from tests.fixtures.databases import close

    live = {"DUEBOOK_BASE_URL": "https://pay.example", "DUEBOOK_TEST_CHEAP_HASH": "0", "DUEBOOK_PROXIES": "1"}
    application = create_app(settings | live)
    client, here = application.test_client(), {"base_url": "https://pay.example"}
    now = application.extensions["clock"].now()
    assert told(client, **here)[1]["backup"] == "look"
    with application.app_context():
        duty_marks.keep("backup", began=now, now=now - timedelta(hours=47))
    assert told(client, **here)[1]["backup"] == "ok"
    with application.app_context():
        duty_marks.keep("backup", began=now, now=now - timedelta(hours=49))
    assert told(client, **here) == (200, told(client, **here)[1] | {"backup": "look"})
    close(application)
