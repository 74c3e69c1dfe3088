"""How an installation comes to life, and what it refuses to start with."""

from __future__ import annotations

import os
import stat

import pytest

from config import Unsafe, read_settings
from domain import transaction
from models import db
from tests.fixtures.databases import close
from tests.fixtures.databases import test_settings as settings_for

HERE = pytest.mark.database("sqlite")
LIVE = {"DUEBOOK_BASE_URL": "https://pay.example", "DUEBOOK_TEST_CHEAP_HASH": "0"}


@pytest.fixture
def start(tmp_path):
    """Call it with settings: the application they give."""
    from app import create_app

    instance, made = tmp_path / "instance", []

    def make(**values: str):
        made.append(create_app(settings_for(f"sqlite:///{tmp_path / 'none.db'}", instance) | values))
        return made[-1]

    yield make
    for application in made:
        close(application)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (LIVE | {"DUEBOOK_BASE_URL": "http://pay.example"}, "must begin with https://"),
        (LIVE | {"DUEBOOK_SMS_URL": "http://sms.example/x"}, "DUEBOOK_SMS_URL must begin with https://"),
        (LIVE | {"DUEBOOK_TODAY": "2026-03-01"}, "DUEBOOK_TODAY may not be set in production"),
        (LIVE | {"DUEBOOK_TEST_CHEAP_HASH": "1"}, "DUEBOOK_TEST_CHEAP_HASH is for tests only"),
        (LIVE | {"DUEBOOK_TRUSTED_HOSTS": "*"}, r"must be whole names with commas between, not '\*'"),
        (LIVE | {"DUEBOOK_TRUSTED_HOSTS": "pay.example,.example"}, "must be whole names with commas between"),
        (LIVE | {"DUEBOOK_TRUSTED_HOSTS": "www.example"}, "DUEBOOK_TRUSTED_HOSTS leaves out pay.example"),
        ({"DUEBOOK_PING_URL": "http://watch.example/x"}, "DUEBOOK_PING_URL must begin with https://"),
        ({"DUEBOOK_PING_URL": "watch.example"}, "DUEBOOK_PING_URL must begin with https://"),
        ({"DUEBOOK_METRICS_TOKEN": "short"}, "DUEBOOK_METRICS_TOKEN is shorter than 20 characters"),
        ({"DUEBOOK_TODAY": "tomorrow"}, "must be a day like 2026-12-04, not 'tomorrow'"),
        ({"DUEBOOK_SMTP_PORT": "smtp"}, "DUEBOOK_SMTP_PORT must be a whole number, not 'smtp'"),
    ],
)
@pytest.mark.safety("O10")
def test_what_makes_an_installation_unsafe_is_refused_with_what_to_change(start, values, said) -> None:
    with pytest.raises(Unsafe, match=said):
        start(**values)


@pytest.mark.safety("O10")
def test_production_does_not_start_where_faults_would_show_the_program(start, monkeypatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    start()
    with pytest.raises(Unsafe, match="FLASK_DEBUG"):
        start(**LIVE)


@pytest.mark.safety("O10")
def test_keys_that_are_easy_to_guess_or_the_same_are_refused(start, tmp_path) -> None:
    start()
    signing, sealing = (tmp_path / "instance" / "keys" / name for name in ("secret.key", "sealing.key"))
    signing.write_bytes(b"change-me" * 8)
    with pytest.raises(Unsafe, match="easy to guess"):
        start()
    signing.write_bytes(sealing.read_bytes())
    with pytest.raises(Unsafe, match="Both keys in the instance folder are the same"):
        start()


@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        ("synchronous=NORMAL", "without synchronous=FULL"),
        ("foreign_keys=OFF", "without foreign keys"),
        ("journal_mode=DELETE", "does not keep a write-ahead log"),
    ],
)
@pytest.mark.safety("O10")
def test_production_does_not_start_on_a_database_that_could_lose_a_payment(
    start, monkeypatch, pragma, said
) -> None:
    sound = transaction.sqlite_pragmas

    def broken(connection, record) -> None:
        sound(connection, record)
        connection.execute(f"PRAGMA {pragma}")

    app = start(**LIVE)
    with app.app_context():
        db.engine.connect().close()  # the file is there now
    monkeypatch.setattr(transaction, "sqlite_pragmas", broken)
    with pytest.raises(Unsafe, match=said):
        start(**LIVE)


@pytest.mark.safety("S6", "W7")
def test_a_sound_production_starts_with_strict_cookies(start) -> None:
    app = start(**LIVE)
    assert app.config["PRODUCTION"]
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert app.config["TRUSTED_HOSTS"] == ["pay.example"]
    answer = app.test_client().get("/healthz", base_url="https://pay.example")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


@pytest.mark.safety("D2")
def test_keys_and_folders_are_made_once_for_their_owner_alone(start, tmp_path) -> None:
    first = start().config["SETTINGS"]
    second = start().config["SETTINGS"]
    assert (first.secret_key, first.sealing_key) == (second.secret_key, second.sealing_key)
    assert first.secret_key != first.sealing_key
    for path in (tmp_path / "instance").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.safety("D2")
@pytest.mark.safety("O10")
def test_a_key_that_others_may_read_or_that_is_short_is_refused(start, tmp_path) -> None:
    start()
    key = tmp_path / "instance" / "keys" / "secret.key"
    os.chmod(key, 0o644)
    with pytest.raises(Unsafe, match="can be read by others"):
        start()
    os.chmod(key, 0o600)
    key.write_bytes(b"short")
    with pytest.raises(Unsafe, match="shorter than 32 bytes"):
        start()


def test_settings_given_win_over_the_environment_and_that_over_the_file(tmp_path, monkeypatch) -> None:
    (tmp_path / "duebook.env").write_text(
        '# ours\nDUEBOOK_TIMEZONE="Europe/Berlin"\nDUEBOOK_SMTP_HOST=file\n\n'
    )
    given = {"DUEBOOK_INSTANCE": str(tmp_path)}
    assert read_settings(given).timezone == "Europe/Berlin"
    monkeypatch.setenv("DUEBOOK_SMTP_HOST", "environment")
    assert read_settings(given).smtp_host == "environment"
    assert read_settings(given | {"DUEBOOK_SMTP_HOST": "given"}).smtp_host == "given"


@pytest.mark.settings(DUEBOOK_TODAY="2031-05-06")
@HERE
def test_a_pinned_day_moves_the_business_date_and_no_instant(app) -> None:
    clock = app.extensions["clock"]
    assert str(clock.today()) == "2031-05-06"
    assert clock.now().year < 2031 or clock.now().date() > clock.today()
