"""What every answer carries, errors too."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import TooManyRequests

from blueprints.shared.headers import policy
from domain.words import Conflict, Gone, NotAllowed, Refused, Sentence
from models import db
from tests.fixtures.databases import close

HERE = pytest.mark.database("sqlite")


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


def test_no_name_has_a_nul_in_it_on_either_database(house):
    dana = house.client("dana")
    for answer in (dana.post("/office/pay-links/%00/revoke"), dana.get("/office/pay-links/%00")):
        assert answer.status_code == 404
