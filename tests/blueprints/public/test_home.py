"""The front door: whose it is, the form in the middle, the language."""

from __future__ import annotations

import pytest


def test_the_front_door_names_the_business_and_has_the_form_and_the_ways_to_it(client, house):
    page = client.get("/").text
    for words in ("Harbor Motors", "Cars you can pay off", "Monday to Friday 9 to 17", "+1 555 0100"):
        assert words in page
    assert '<form method="post" action="/sign-in">' in page
    for address in ("/pay", "/help", "/contact", "/register", "/recover"):
        assert page.count(f'href="{address}"') >= 1
    assert page.count('href="/help"') >= 3  # header, middle, footer


def test_the_front_door_opens_before_the_business_is_set_up(client):
    assert client.get("/").status_code == 200


def test_who_is_signed_in_finds_the_way_on_instead_of_the_form(house):
    page = house.client("bo").get("/").text
    assert 'action="/sign-in"' not in page
    assert "Go to my account" in page
    assert 'action="/sign-out"' in page


def test_a_language_that_was_chosen_stays_through_sign_in_and_leads_back(client, house):
    answer = client.get("/language/es?next=/help")
    assert (answer.status_code, answer.location) == (303, "/help")
    assert '<html lang="es">' in client.get("/").text
    client.post("/sign-in", data={"name": "bo", "password": house.password("bo")})
    assert '<html lang="es">' in client.get("/profile").text


@pytest.mark.parametrize("path", ["/language/xx", "/language/%00", "/language/en%0d%0a"])
def test_there_is_no_other_language(client, house, path):
    assert client.get(path).status_code == 404


def test_choosing_a_language_leads_to_no_other_site(client, house):
    assert client.get("/language/es?next=//evil.example").location == "/"
