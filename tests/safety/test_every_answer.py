"""What every answer carries: the right charset, the way out, nothing to keep, nothing of the server."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest

from tests.access.world import READING, World, rules

pytestmark = pytest.mark.database("sqlite")
HIDDEN = [
    "/static/", "/static/vendor/", "/static/../config.py", "/static/%2e%2e/config.py", "/.git/config", "/.env",
    "/instance/", "/instance/duebook.env", "/config.py", "/static/vendor/../../config.py", "/uploads/", "/mailbox/",
    "/server-status", "/metrics", "/console", "/debug",
]  # fmt: skip
FROM_ELSEWHERE = {"Via": "1.1 proxy"}  # this machine itself may read the figures


@pytest.fixture
def world(house, open_agreement, save_method, pay) -> World:
    agreement = open_agreement("bo")
    return World(house, agreement, pay("bo", agreement, 1_000), save_method("bo"))


@pytest.mark.safety("S10", "W7")
@pytest.mark.parametrize("visitor", ["anonymous", "customer", "landlord", "admin"])
def test_every_page_has_its_charset_and_for_somebody_signed_in_the_way_out(app, world, visitor) -> None:
    client, wrong, pages = world.visitor(visitor), [], 0
    for rule, _method in rules(app, READING):
        answer = client.get(world.address(rule))
        said = answer.headers["Content-Type"].lower()
        if said.startswith("text/") and "charset=utf-8" not in said:
            wrong.append(f"{rule.endpoint}: {said}")
        if (
            said.startswith("text/html")
            and "<html" in answer.text[:200]
            and answer.status_code not in (301, 302, 303, 308)
        ):
            pages += 1
            if visitor != "anonymous" and not re.search(r'<form[^>]+action="/sign-out"', answer.text):
                wrong.append(f"{rule.endpoint}: no way out ({answer.status_code})")
    assert pages > 10
    assert wrong == []


@pytest.mark.safety("S10")
@pytest.mark.parametrize("name", ["bo", "dana"])
def test_signing_out_tells_the_browser_to_forget_and_leaves_it_no_cookie_of_the_sign_in(house, name) -> None:
    client = house.client(name)
    page = client.get("/account")
    assert page.headers["Cache-Control"] == "no-store"
    answer = client.post("/sign-out")
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert client.get_cookie("duebook") is None
    assert client.get("/account").status_code == 303


@pytest.mark.safety("W25")
def test_the_server_lists_no_folder_and_says_neither_its_version_nor_ours(live_server) -> None:
    for path in ["/", *HIDDEN]:
        try:
            asked = urllib.request.Request(live_server.page(path), headers=FROM_ELSEWHERE)
            with urllib.request.urlopen(asked) as answer:
                code, headers = answer.status, answer.headers
        except urllib.error.HTTPError as error:
            code, headers = error.code, error.headers
        assert code == (200 if path == "/" else 404), path
        assert not re.search(r"\d", headers.get("Server", "")), headers["Server"]
        assert "X-Powered-By" not in headers
