"""The browsers that know me, and forgetting them; a trusted one stands for the second step (safety A28)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

FAR = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def sign_in(app, house):
    def give_password(client, name: str = "bo"):
        data = {"name": name, "password": house.password(name)}
        return client.post("/sign-in", data=data, environ_base=FAR)

    return give_password


@pytest.fixture
def trusted(app, house, with_app, app_code, sign_in):
    """Bo's browser: signed in with the app, and trusted for 30 days."""
    client, seed = app.test_client(), with_app("bo")
    assert sign_in(client).location == "/second-factor"
    assert client.post("/second-factor", data={"code": app_code(seed), "trust": "y"}).status_code == 303
    return client


def refs(page: str) -> list[str]:
    return re.findall(r'name="which" value="([^"]+)"', page)


@pytest.mark.safety("S6")
def test_the_cookie_is_closed_to_scripts_and_lasts_for_a_year(app, house, sign_in):
    answer = sign_in(app.test_client())
    [cookie] = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("duebook-device=")]
    for said in ("HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={365 * 24 * 3600}"):
        assert said in cookie


def test_i_see_my_browsers_and_forget_one(app, house, sign_in):
    client = app.test_client()
    sign_in(client)
    page = client.get("/account/devices").text
    assert page.count("This browser") == 1
    assert "203.0.113.0/24" in page
    [ref] = refs(page)
    assert house.client("stan").post("/account/devices/forgotten", data={"which": ref}).status_code == 404
    assert client.post("/account/devices/forgotten", data={"which": ref}).status_code == 303
    assert refs(client.get("/account/devices").text) == []
    assert client.post("/account/devices/forgotten", data={"which": ref}).status_code == 404


def test_forgetting_all_of_them(app, house, sign_in):
    client = app.test_client()
    sign_in(client)
    assert client.post("/account/devices/all/forgotten").status_code == 303
    assert refs(client.get("/account/devices").text) == []
    assert client.get("/dashboard").status_code == 200


@pytest.mark.safety("A28")
def test_a_trusted_browser_skips_the_second_step_for_thirty_days(trusted, sign_in):
    trusted.post("/sign-out")
    assert sign_in(trusted).location == "/dashboard"
    trusted.post("/sign-out")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=30, minutes=1)):
        assert sign_in(trusted).location == "/second-factor"


@pytest.mark.safety("A28", "A22")
def test_trust_is_never_proof_of_a_step_up(trusted, sign_in):
    trusted.post("/sign-out")
    sign_in(trusted)
    assert trusted.get("/account/authenticator/new").location.startswith("/account/step-up")


@pytest.mark.safety("A28")
def test_a_forgotten_browser_is_asked_again(trusted, sign_in):
    [ref] = refs(trusted.get("/account/devices").text)
    trusted.post("/account/devices/forgotten", data={"which": ref})
    trusted.post("/sign-out")
    assert sign_in(trusted).location == "/second-factor"


@pytest.mark.safety("A28")
def test_trust_belongs_to_one_person(trusted, with_app, sign_in):
    with_app("tess")
    trusted.post("/sign-out")
    assert sign_in(trusted, "tess").location == "/second-factor"


@pytest.mark.safety("A28", "A21")
def test_staff_cannot_have_their_browser_trusted(app, house, app_code, sign_in):
    client = app.test_client()
    sign_in(client, "dana")
    assert "Trust this browser" not in client.get("/second-factor").text
    client.post("/second-factor", data={"code": app_code(house.seed("dana")), "trust": "y"})
    assert "Trusted" not in client.get("/account/devices").text
    client.post("/sign-out")
    assert sign_in(client, "dana").location == "/second-factor"
