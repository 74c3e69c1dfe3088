"""Forms that pages of other sites send."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.database("sqlite")
ENDS_OTHERS = "/account/sign-ins/others/ended"


@pytest.mark.safety("W1")
@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused_even_with_a_good_token(house, said):
    answer = house.client("bo").post(ENDS_OTHERS, headers=said)
    assert answer.status_code == 400
    assert "Nothing was sent" in answer.text


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Origin": "http://localhost"},
        {"Origin": "http://LOCALHOST", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},  # from a page that names itself to nobody
    ],
)
def test_a_form_of_ours_is_taken(house, said):
    assert house.client("bo").post(ENDS_OTHERS, headers=said).status_code == 303


@pytest.mark.settings(DUEBOOK_BASE_URL="http://localhost:9000")
def test_the_address_of_our_links_is_ours_when_a_proxy_asks_by_another_name(house):
    said = {"Origin": "http://localhost:9000"}
    assert house.client("bo").post(ENDS_OTHERS, headers=said).status_code == 303


def test_reading_is_free_from_anywhere(client, house):
    assert client.get("/help", headers={"Origin": "https://evil.example"}).status_code == 200
