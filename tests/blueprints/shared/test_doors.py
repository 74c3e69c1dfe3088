"""The way to the sign-in page and back, for requests that HTMX makes."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.database("sqlite")


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("http://localhost/payments?page=2", "/sign-in?next=/payments?page%3D2"),
        ("http://[", "/sign-in"),
        ("//evil.example//x", "/sign-in"),
        ("http://localhost/%", "/sign-in"),
        ("", "/sign-in"),
    ],
)
def test_a_stranger_is_led_to_the_sign_in_whatever_page_the_browser_says_it_is_on(
    client, house, address, leads
):
    answer = client.get("/dashboard", headers={"HX-Request": "true", "HX-Current-URL": address})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, leads)
