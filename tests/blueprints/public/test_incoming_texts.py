"""The page where the gateway for text messages tells its news: who may, how they show it, and what is taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from sqlalchemy import select

from models import ContactConsent, db

NUMBER, SECRET = "+12025550143", "a secret of twenty characters or more"
KNOWN = pytest.mark.settings(DUEBOOK_SMS_HOOK_SECRET=SECRET)
STOP = {"from": NUMBER, "text": "STOP", "id": "in-1"}


def kept(house) -> list[tuple[str, bool]]:
    with house.app.app_context():
        return [(row.address, row.agreed) for row in db.session.scalars(select(ContactConsent))]


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"gateway:{password}".encode()).decode()}


BODY = json.dumps(STOP).encode()
SHOWN = {
    "bearer": ("/webhooks/texts", {"Authorization": f"Bearer {SECRET}"}),
    "basic": ("/webhooks/texts", basic(SECRET)),
    "path": (f"/webhooks/texts/{SECRET.replace(' ', '%20')}", {}),
    "signature": ("/webhooks/texts", signed(BODY)),
}


@KNOWN
@pytest.mark.csrf
@pytest.mark.parametrize("way", SHOWN)
def test_a_stop_is_taken_however_the_gateway_shows_the_secret(house, client, way):
    path, headers = SHOWN[way]
    answer = client.post(path, data=BODY, headers=headers, content_type="application/json")
    assert (answer.status_code, answer.data) == (200, b"ok\n")
    assert kept(house) == [(NUMBER, False)]


@KNOWN
def test_a_form_with_the_same_names_is_read_as_well(house, client):
    assert client.post("/webhooks/texts", data=STOP, headers=SHOWN["bearer"][1]).status_code == 200
    assert kept(house) == [(NUMBER, False)]


@KNOWN
@pytest.mark.safety("W26")
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/webhooks/texts", {}),
        ("/webhooks/texts/", {}),
        ("/webhooks/texts/wrong", {}),
        ("/webhooks/texts", {"Authorization": "Bearer "}),
        ("/webhooks/texts", {"Authorization": "Bearer wrong"}),
        ("/webhooks/texts", {"Authorization": f"Bearer {SECRET}x"}),
        ("/webhooks/texts", basic("wrong")),
        ("/webhooks/texts", {"Authorization": "Basic !!!"}),
        ("/webhooks/texts", signed(BODY, "wrong")),
        ("/webhooks/texts", signed(BODY + b" ")),
        ("/webhooks/texts", {"X-Signature-256": "sha256="}),
    ],
)
def test_whoever_does_not_know_the_secret_changes_nothing(house, client, path, headers):
    answer = client.post(path, data=BODY, headers=headers, content_type="application/json")
    assert answer.status_code in (400, 404, 308)
    assert kept(house) == []


def test_without_a_secret_there_is_no_such_page(house, client):
    for path in ("/webhooks/texts", "/webhooks/texts/", "/webhooks/texts/x"):
        assert client.post(path, data=STOP).status_code in (404, 308)
    assert kept(house) == []


@KNOWN
@pytest.mark.safety("W15")
@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "3", "{", "[" * 9_000, '{"from": 3, "text": {}}', '{"from": ["+12025550143"], "text": "STOP"}',
     '{"status": {}, "id": []}', '{"status": "rejected", "id": "duebook-1-20260101000000"}', '{"other": 1}'],
)  # fmt: skip
def test_strange_news_is_answered_and_changes_nothing(house, client, body):
    answer = client.post(
        "/webhooks/texts", data=body, headers=SHOWN["bearer"][1], content_type="application/json"
    )
    assert answer.status_code in (200, 400)
    assert kept(house) == []


@KNOWN
def test_what_is_too_long_is_refused(house, client):
    body = json.dumps(STOP | {"text": "x" * 70_000})
    answer = client.post(
        "/webhooks/texts", data=body, headers=SHOWN["bearer"][1], content_type="application/json"
    )
    assert answer.status_code == 413


@KNOWN
def test_the_secret_of_the_address_stands_in_no_log():
    from blueprints.shared.headers import shown_path

    assert SECRET not in shown_path(f"/webhooks/texts/{SECRET}")


@pytest.mark.settings(DUEBOOK_SMS_HOOK_SECRET="short")
def test_a_short_secret_is_no_secret(settings):
    from app import create_app
    from config import Unsafe

    with pytest.raises(Unsafe, match="DUEBOOK_SMS_HOOK_SECRET"):
        create_app(settings)
