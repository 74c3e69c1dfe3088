"""`flask keys`: list them, change them, and forget only what opens nothing any more."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from domain import sealing
from keeping import dangers
from tests.domain.actions.test_keys import open_all, sealed  # noqa: F401 - a fixture


def said(runner, *words: str) -> str:
    done = runner.invoke(args=["keys", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_change_says_how_many_rows_are_sealed_anew_and_the_list_shows_it(runner, house, sealed) -> None:  # noqa: F811
    old, rows = sealing.current_key(), sum(open_all(house.app).values())
    assert f"{rows} rows are sealed" in said(runner, "rotate")
    new = sealing.current_key()
    assert said(runner, "list").splitlines() == [f"{new}  {rows} rows  current", f"{old}  0 rows"]


def test_an_old_key_stays_for_a_day_and_as_long_as_something_needs_it(runner, house, sealed) -> None:  # noqa: F811
    files = house.app.config["SETTINGS"].sealing_keys
    files.renew()
    [old] = files.retired()
    age(old, hours=30)
    assert said(runner, "forget").startswith("0 old keys")  # rows are still sealed with it
    said(runner, "rotate", "--finish")
    age(old, hours=23)
    assert said(runner, "forget").startswith("0 old keys")
    age(old, hours=25)
    assert said(runner, "forget").startswith("1 old keys")
    assert open_all(house.app)


def age(path, *, hours: int) -> None:
    moment = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))


@pytest.mark.safety("D2")
def test_nobody_else_can_read_a_key_and_start_refuses_one_they_could(runner, house) -> None:
    settings = house.app.config["SETTINGS"]
    settings.sealing_keys.renew()
    settings.signing_keys.renew()
    files = sorted((settings.instance / "keys").iterdir())
    assert len([path for path in files if path.name != "push.key"]) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert dangers.of_settings(settings) == []
    files[1].chmod(0o640)
    assert [str(files[1]) in problem for problem in dangers.of_settings(settings)] == [True]


@pytest.mark.safety("D3")
def test_what_the_signing_key_before_signed_still_holds_after_a_restart(runner, house) -> None:
    from app import create_app

    client = house.client("bo")
    assert client.get("/profile").status_code == 200
    client.get("/language/es")
    said(runner, "rotate", "--signing")
    settings = house.app.config["SETTINGS"]
    again = create_app({"DUEBOOK_INSTANCE": str(settings.instance), "DUEBOOK_DATABASE_URL": settings.database_url,
                        "TESTING": "1"})  # fmt: skip
    assert again.secret_key != house.app.secret_key
    assert house.app.secret_key in again.config["SECRET_KEY_FALLBACKS"]
    later = again.test_client()
    later.set_cookie("duebook_page", client.get_cookie("duebook_page").value)
    assert 'lang="es"' in later.get("/").text
