"""The page after every form that mails something."""

from __future__ import annotations

import re

import pytest

FORMS = [
    ("/recover", {"name": "bo"}, "30 minutes"),
    ("/recover/username", {"email": "bo@example.org"}, "your username"),
    ("/claim", {"name": "bo@example.org"}, "72 hours"),
    ("/register", {"number": "L-1"}, "72 hours"),
]


@pytest.mark.parametrize(("path", "typed", "how_long"), FORMS)
def test_it_names_the_sender_the_spam_folder_a_time_and_another_way(client, house, path, typed, how_long):
    page = client.post(path, data=typed)
    assert page.status_code == 200
    for said in ("Harbor Motors, portal@", "spam folder", how_long, "+1 555 0100", "counter"):
        assert said in page.text
    assert re.search(r"sent again from \d+ \w+ \d{4}, \d\d:\d\d", page.text)


@pytest.mark.parametrize(("path", "typed", "_how_long"), FORMS)
def test_its_button_sends_the_same_form_again(client, house, path, typed, _how_long):
    page = client.post(path, data=typed).text
    [(name, value)] = typed.items()
    assert f'<form method="post" action="{path}">' in page
    assert f'<input type="hidden" name="{name}" value="{value}">' in page
    assert client.post(path, data=typed).status_code == 200


def test_what_was_typed_is_shown_as_text(client, house):
    page = client.post("/recover", data={"name": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page
