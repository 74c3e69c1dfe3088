"""How to pay, terms."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/pay", "How to pay"),
        ("/legal/terms", "When you confirm, you allow Harbor Motors"),
    ],
)
def test_the_page_says_what_people_come_for(client, house, path, words):
    page = client.get(path)
    assert page.status_code == 200
    assert words in page.text


def test_pages_stand_before_the_business_is_set_up(client):
    for path in ("/pay", "/help", "/contact", "/legal/terms"):
        assert client.get(path).status_code == 200


def test_to_pay_one_signs_in_and_a_customer_goes_straight_on(client, house):
    assert "/sign-in?next=/pay" in client.get("/pay").text
    answer = house.client("bo").get("/pay")
    assert answer.status_code == 303
    assert answer.location != "/sign-in"
    assert house.client("dana").get("/pay").status_code == 200
