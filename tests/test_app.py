"""How an installation comes to life, what it refuses to start with, and what every answer carries."""

from __future__ import annotations

import os
import stat

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import TooManyRequests

from blueprints.shared.headers import policy
from config import Unsafe, read_settings
from domain.words import Conflict, Gone, NotAllowed, Refused, Sentence
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


# --- start-up ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (LIVE | {"DUEBOOK_BASE_URL": "http://pay.example"}, "must begin with https://"),
        (LIVE | {"DUEBOOK_SMS_URL": "http://sms.example/x"}, "DUEBOOK_SMS_URL must begin with https://"),
        (LIVE | {"DUEBOOK_TODAY": "2026-03-01"}, "DUEBOOK_TODAY may not be set in production"),
        (LIVE | {"DUEBOOK_TEST_CHEAP_HASH": "1"}, "DUEBOOK_TEST_CHEAP_HASH is for tests only"),
        ({"DUEBOOK_TODAY": "tomorrow"}, "must be a day like 2026-12-04, not 'tomorrow'"),
        ({"DUEBOOK_SMTP_PORT": "smtp"}, "DUEBOOK_SMTP_PORT must be a whole number, not 'smtp'"),
    ],
)
def test_what_makes_an_installation_unsafe_is_refused_with_what_to_change(start, values, said) -> None:
    with pytest.raises(Unsafe, match=said):
        start(**values)


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


# --- every answer --------------------------------------------------------------------------------------------------


def answers(app):
    """One answer of each sort: a page, a form, a file, no such page, a wrong method, a refusal, a fault."""
    client = app.test_client()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield 200, client.get("/healthz")
    yield 200, client.get("/")
    yield 200, client.get("/static/app.css")
    yield 404, client.get("/no/such/page")
    yield 405, client.post("/healthz")
    for code in RAISED:
        yield code, client.get(f"/raise/{code}")


RAISED = {
    403: NotAllowed(Sentence("You may not do this.")),
    404: Gone(Sentence("There is no such thing.")),
    409: Conflict(Sentence("Somebody was first.")),
    422: Refused(Sentence("That is too much.")),
    429: TooManyRequests(),
    500: ZeroDivisionError("secret detail of ours"),
}


@pytest.fixture
def raising(app):
    def give(code: int):
        raise RAISED[code]

    app.add_url_rule("/raise/<int:code>", "raise_it", give)
    return app


@pytest.mark.safety("W3", "W7")
@HERE
def test_every_answer_carries_the_strict_headers_also_errors(raising) -> None:
    for code, answer in answers(raising):
        assert answer.status_code == code, answer.request.path
        assert answer.headers["Content-Security-Policy"] == policy()
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Cache-Control" in answer.headers
        assert "Server" not in answer.headers or "Python" not in answer.headers["Server"]


@pytest.mark.safety("W3")
def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    text = policy("https://pages.processor.example")
    assert "unsafe" not in text
    assert text.startswith("default-src 'none'")
    assert "form-action 'self' https://pages.processor.example" in text
    assert text.count("https://") == 1


@pytest.mark.safety("A13")
@HERE
def test_a_link_with_a_secret_tells_no_other_page_where_it_came_from(client) -> None:
    for path in ("/claim/abc", "/recover/abc"):
        assert client.get(path).headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.safety("W20")
@HERE
def test_a_refusal_is_a_page_with_its_sentence_and_a_fault_shows_nothing_of_itself(raising) -> None:
    client = raising.test_client()
    raising.config["PROPAGATE_EXCEPTIONS"] = False
    for code, error in RAISED.items():
        text = client.get(f"/raise/{code}").get_data(as_text=True)
        if hasattr(error, "sentence"):
            assert str(error.sentence) in text
        assert "Traceback" not in text
        assert "secret detail" not in text
        assert "ZeroDivision" not in text


@HERE
def test_htmx_gets_the_error_as_a_fragment_and_everybody_else_a_page(raising) -> None:
    client = raising.test_client()
    page, fragment = client.get("/raise/422"), client.get("/raise/422", headers={"HX-Request": "true"})
    assert "<html" in page.get_data(as_text=True)
    assert "<html" not in fragment.get_data(as_text=True)
    assert "That is too much." in fragment.get_data(as_text=True)
    assert {page.status_code, fragment.status_code} == {422}


@pytest.mark.safety("W20")
@HERE
def test_a_fault_of_the_database_is_a_page_too(raising, monkeypatch) -> None:
    def broken(*_args, **_more):
        raise sa.exc.OperationalError("SELECT secret", {}, Exception("disk"))

    raising.config["PROPAGATE_EXCEPTIONS"] = False
    with raising.app_context():
        monkeypatch.setattr(type(db.session()), "execute", broken)
        monkeypatch.setattr(type(db.session()), "scalars", broken)
        answer = raising.test_client().get("/raise/500")
    assert answer.status_code == 500
    assert "SELECT" not in answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"] == policy()


@pytest.mark.safety("W13")
@HERE
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "pay.example:80"])
def test_another_host_name_is_refused(client, host) -> None:
    answer = client.get("/healthz", headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.get_data(as_text=True)


@pytest.mark.safety("W1")
@HERE
def test_a_form_without_its_token_changes_nothing(settings) -> None:
    from app import create_app

    application = create_app(settings)
    answer = application.test_client().post("/sign-in", data={"name": "bo", "password": "x"})
    assert answer.status_code == 400
    assert "This form is out of date. Nothing was sent." in answer.get_data(as_text=True)
    close(application)


@HERE
def test_a_body_that_is_too_large_is_refused(client) -> None:
    answer = client.post("/sign-in", data={"name": "x" * 3 * 1024 * 1024})
    assert answer.status_code == 413


@pytest.mark.safety("W20")
@HERE
def test_each_fault_has_a_name_that_stands_in_the_log(raising) -> None:
    from structlog.testing import capture_logs

    raising.config["PROPAGATE_EXCEPTIONS"] = False
    with capture_logs() as logs:
        text = raising.test_client().get("/raise/500").get_data(as_text=True)
    (line,) = [line for line in logs if line["event"] == "fault"]
    assert line["request_id"] in text


@HERE
def test_every_error_page_names_its_request_says_what_to_try_and_leads_to_a_report(raising) -> None:
    from structlog.testing import capture_logs

    raising.config["PROPAGATE_EXCEPTIONS"] = False
    for code in (403, 404, 409, 422, 429, 500):
        with capture_logs() as logs:
            answer = raising.test_client().get(f"/raise/{code}")
        (line,) = [line for line in logs if line["event"] in ("refused", "fault")]
        name = answer.headers["X-Request-Id"]
        assert line["request_id"] == name
        assert f'href="/contact?reference={name}"' in answer.text
        assert f"mention {name}" in answer.text
    spanish = raising.test_client().get("/raise/404", headers={"Accept-Language": "es"})
    assert f"mencione {spanish.headers['X-Request-Id']}" in spanish.text


@HERE
def test_each_request_has_a_name_of_its_own(client) -> None:
    names = {client.get(path).headers["X-Request-Id"] for path in ("/", "/healthz", "/", "/no/such/page")}
    assert len(names) == 4


@HERE
def test_a_database_that_is_gone_is_told_to_somebody_signed_in_too(raising, house, monkeypatch) -> None:
    client = house.client("bo")
    raising.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(*_args, **_more):
        raise sa.exc.OperationalError("SELECT secret", {}, Exception("disk"))

    with raising.app_context():
        monkeypatch.setattr(type(db.session()), "execute", broken)
        monkeypatch.setattr(type(db.session()), "scalars", broken)
    answer = client.get("/dashboard")
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"] == policy()
    assert "SELECT" not in answer.text


@pytest.mark.safety("D7")
@HERE
def test_the_log_of_a_fault_holds_neither_a_mailed_secret_nor_what_a_statement_was_run_with(
    app, house
) -> None:
    from structlog.testing import capture_logs

    app.view_functions["public.claim_link"] = lambda secret: 1 / 0
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with capture_logs() as logs:
        app.test_client().get("/claim/never-to-be-logged")
    assert [line["path"] for line in logs] == ["/claim/..."]
    with app.app_context(), pytest.raises(sa.exc.DBAPIError) as fault:
        db.session.execute(sa.text("SELECT * FROM nowhere WHERE x = :x"), {"x": "a private matter"})
    assert "private" not in str(fault.value)
    with app.extensions["write_engine"].connect() as door, pytest.raises(sa.exc.DBAPIError) as fault:
        door.execute(sa.text("SELECT * FROM nowhere WHERE x = :x"), {"x": "a private matter"})
    assert "private" not in str(fault.value)


@pytest.mark.safety("W8")
@HERE
def test_pages_that_show_a_secret_are_kept_by_no_browser(client) -> None:
    for path in ("/claim/abc", "/recover/abc", "/mailbox"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


@HERE
def test_a_wrong_method_is_told_the_right_ones(client) -> None:
    assert "GET" in client.post("/healthz").headers["Allow"]
