"""The ground the tests stand on holds: a page that breaks its rules fails its test, and a database is fresh."""

from __future__ import annotations

import smtplib
import urllib.request
from itertools import pairwise

import pytest
import sqlalchemy as sa

STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
HEAD = '<!doctype html><html lang="en"><head><title>A page</title></head><body><main><h1>Hello</h1>'


def show(page, body: str, status: int = 200) -> None:
    """Open a page of our own making under a strict policy; anything it asks for is not there."""

    def answer(route) -> None:
        if route.request.resource_type == "document":
            headers = {"Content-Type": "text/html", "Content-Security-Policy": STRICT}
            route.fulfill(status=status, headers=headers, body=HEAD + body)
        elif route.request.url.endswith("/title.js"):
            route.fulfill(content_type="text/javascript", body="document.title = 'Scripted'")
        else:
            route.fulfill(status=404, body="")

    page.route("**/*", answer)
    page.goto("http://page.example/")


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<script>document.title = 'x'</script>", "Content Security Policy"),
        ('<p style="color: red">x</p>', "Content Security Policy"),
        ('<button onclick="x()">x</button><p style="margin:0">y</p>', "Content Security Policy"),
        ('<img src="/gone.png" alt="">', "answer: 404"),
        ('<link rel="stylesheet" href="/gone.css">', "answer: 404"),
    ],
)
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_page_that_breaks_its_policy_is_noticed(new_page, watch, size, body, complaint) -> None:
    show(new_page(size), body)
    assert any(complaint in line for line in watch.problems), watch.seen
    watch.allow("")


def test_a_failing_answer_is_noticed_and_a_sound_page_is_not(phone, desktop, watch) -> None:
    show(phone, "<p>All is well.</p>")
    show(desktop, "<p>Please correct the amount.</p>", status=422)
    assert watch.problems == []
    show(phone, "<p>Sorry.</p>", status=500)
    assert [line for line in watch.problems if "500" in line]
    watch.allow("500")


def test_axe_names_what_it_found(phone, axe, watch) -> None:
    show(phone, "<p>A sound page.</p>")
    axe(phone)
    show(phone, '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">')
    with pytest.raises(AssertionError, match="image-alt"):
        axe(phone)


def test_scripts_run_for_everybody_but_the_visitor_without_javascript(phone, no_js) -> None:
    for page, title in ((phone, "Scripted"), (no_js, "A page")):
        show(page, '<script src="/title.js"></script>')
        assert page.title() == title


def test_the_mail_server_keeps_what_it_gets_and_refuses_when_told(smtp_server) -> None:
    with smtplib.SMTP(smtp_server.host, smtp_server.port, timeout=10) as client:
        client.sendmail("desk@dealer.example", ["bo@borrower.example"], "Subject: Receipt\r\n\r\nThank you.")
        (mail,) = smtp_server.wait_for(1)
        assert (mail.message["Subject"], mail.recipients) == ("Receipt", ["bo@borrower.example"])
        smtp_server.refuse = "550 no such person"
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("desk@dealer.example", ["bo@borrower.example"], "Subject: Again\r\n\r\n")
    assert len(smtp_server.messages) == 1


def test_an_empty_database_is_of_the_kind_asked_for(empty_database, database_kind) -> None:
    urls = [empty_database(database_kind), empty_database(database_kind)]
    assert all(left != right for left, right in pairwise(urls))
    for url in urls:
        engine = sa.create_engine(url)
        assert engine.dialect.name == {"sqlite": "sqlite", "postgres": "postgresql"}[database_kind]
        assert sa.inspect(engine).get_table_names() == []
        engine.dispose()


def test_each_test_has_a_migrated_database_of_its_own(new_database, database_kind) -> None:
    first, second = (sa.create_engine(new_database(database_kind)) for _ in range(2))
    with first.begin() as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
    with second.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM alembic_version")) == 1
    first.dispose()
    second.dispose()


@pytest.mark.settings(DUEBOOK_TODAY="2026-03-01")
def test_marked_settings_reach_the_installation(settings) -> None:
    assert settings["DUEBOOK_TODAY"] == "2026-03-01"


def test_statements_are_counted(app, count_statements) -> None:
    with (
        app.app_context(),
        count_statements() as sent,
        app.extensions["sqlalchemy"].engine.connect() as connection,
    ):
        connection.execute(sa.text("SELECT 41"))
        connection.execute(sa.text("SELECT 42"))
    assert [line for line in sent if line.startswith("SELECT 4")] == ["SELECT 41", "SELECT 42"]


def test_the_server_names_the_portal_and_not_the_program_that_serves_it(live_server) -> None:
    with urllib.request.urlopen(live_server.page("/healthz")) as answer:
        assert answer.headers["Server"] == "Duebook"


def test_a_client_reaches_the_app(client) -> None:
    assert client.get("/healthz").status_code == 200
