"""Articles and messages are found by parts of words and in spite of slips, alike on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from domain.reports.text_search import hits
from domain.rules.search_texts import searched
from domain.transaction import transaction
from models import SearchText

TEXTS = {
    "password": ("Forgotten password", "We mail a link. Open it and choose another password."),
    "fee": ("Late fees", "A late fee is asked for once, after the days of grace. How to receive a waiver."),
    "card": ("Ways to pay", "A card takes moments, a bank account takes days. No password is sent."),
    "codes": ("The code does not arrive", "Look into the folder for unwanted e-mail. Código."),
}


@pytest.fixture
def texts(app):
    with app.app_context():
        _keep()
        yield


def _keep():
    with transaction() as session:
        session.execute(delete(SearchText))
        for key, (title, body) in TEXTS.items():
            session.add(
                SearchText(
                    subject="article",
                    subject_key=key,
                    language="en",
                    title=searched(title),
                    body=searched(body),
                )
            )
        session.add(
            SearchText(subject="message", subject_key="m1", title="", body=searched("my password is gone"))
        )
        session.add(
            SearchText(subject="article", subject_key="es", language="es", title="pagos", body="password")
        )


def found(q: str, **more) -> list[str]:
    return [hit.key for hit in hits("article", q, language="en", **more)]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("password", "password"),
        ("I forgot my pasword!", "password"),
        ("passwrod", "password"),
        ("LATE FEES", "fee"),
        ("recieve", "fee"),
        ("codigo", "codes"),
        ("email", "codes"),
        ("ord pass", "password"),
        ("no", "card"),
    ],
)
def test_the_text_that_was_meant_comes_first(texts, q, first):
    assert found(q)[:1] == [first]


def test_the_title_counts_more_and_nothing_of_another_subject_or_language_is_found(texts):
    assert found("password") == ["password", "card"]
    assert [hit.key for hit in hits("article", "password", language="es")] == ["es"]
    assert [hit.key for hit in hits("message", "password")] == ["m1"]


@pytest.mark.parametrize("q", ["", "   ", "%", "_", '"', "'; --", "***", "xylophone", "NEAR(", "zz", "\x00"])
def test_what_finds_nothing_finds_nothing(texts, q):
    assert found(q) == []


def test_what_one_may_not_see_is_not_found(texts):
    assert found("password", only=SearchText.subject_key != "password") == ["card"]


def test_a_text_that_was_changed_or_removed_is_found_as_it_is_now(texts):
    with transaction() as session:
        session.query(SearchText).filter_by(subject_key="fee").one().body = "zebra"
        session.query(SearchText).filter_by(subject_key="card").delete()
    assert found("zebra") == ["fee"]
    assert found("grace") == []
    assert found("moments") == []
