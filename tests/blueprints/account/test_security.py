"""One page leads to everything about one's own way in, for customers and for staff."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("who", ["bo", "dana", "lena", "adam"])
def test_everybody_finds_their_sign_ins_from_their_own_pages(house, who):
    client = house.client(who)
    page = client.get("/account")
    assert page.status_code == 200
    assert 'href="/account/sign-ins"' in page.text
    assert 'href="/account"' in client.get("/dashboard" if who == "bo" else "/office").text
