"""The page for the time without a line: for everybody, in each language, with nothing of anybody on it."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("language", "words"), [("en", "We cannot be reached"), ("es", "Ahora mismo no se nos puede alcanzar")]
)
def test_it_is_open_and_speaks_the_language_of_its_address(client, house, language, words):
    other = {"en": "es", "es": "en"}[language]
    page = client.get(f"/offline/{language}", headers={"Accept-Language": other})
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text
    assert words in page.text
    assert "Harbor Motors" in page.text


def test_there_is_none_in_a_language_we_do_not_have(client):
    assert client.get("/offline/xx").status_code == 404


def test_without_cookies_nobody_is_on_it(client, house, open_agreement):
    open_agreement("bo")
    house.client("bo").get("/dashboard")
    page = client.get("/offline/en")
    assert page.headers["Duebook-Visitor"] == "none"
    for word in ("Bo Rivera", "Camry", "csrf_token", "data-whose"):
        assert word not in page.text
