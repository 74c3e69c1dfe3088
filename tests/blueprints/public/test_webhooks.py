"""Webhooks: only the gateway's own news is taken, at once and without a session; nothing else has any effect."""

from __future__ import annotations

import io
import json
import time

import pytest
from sqlalchemy.exc import OperationalError

from domain.actions import notices
from gateways.stripe.signature import signed
from models import GatewayNotice
from tests.fixtures.stripe_peer import KEY, SECRET

pytestmark = pytest.mark.settings(DUEBOOK_STRIPE_KEY=KEY, DUEBOOK_STRIPE_WEBHOOK_SECRET=SECRET)

INTENT = {
    "id": "pi_1", "object": "payment_intent", "amount": 900, "amount_received": 900, "currency": "usd",
    "metadata": {"key": "somebody:1", "ref": "somebody"}, "status": "succeeded",
}  # fmt: skip


def body(event_id: str = "evt_1", **changed) -> bytes:
    event = {"id": event_id, "object": "event", "livemode": False, "created": 1_790_000_000}
    kind = {"type": "payment_intent.succeeded", "data": {"object": INTENT}}
    return json.dumps(event | kind | changed).encode()


def send(client, sent: bytes, *, secret: str = SECRET, age: int = 0, header: str | None = None, to="stripe"):
    moment = str(int(time.time()) - age)
    signature = f"t={moment},v1={signed(sent, moment, secret)}" if header is None else header
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json; charset=utf-8"}
    return client.post(f"/webhooks/{to}", data=sent, headers=headers)


def heard(app) -> list[str]:
    with app.app_context():
        return [row.event_id for row in GatewayNotice.query.order_by(GatewayNotice.id)]


@pytest.fixture(autouse=True)
def ready(house):
    """Tables, and a business."""


@pytest.mark.safety("M15")
@pytest.mark.csrf
def test_a_signed_webhook_is_taken_without_a_session_or_a_form_token(app, client) -> None:
    answer = send(client, body())
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "Set-Cookie" not in answer.headers
    assert send(client, body()).status_code == 200
    assert heard(app) == ["evt_1"]


@pytest.mark.safety("M15")
@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "whsec_of_somebody_else"},
        {"age": 301},
        {"age": -301},
        {"header": ""},
        {"header": "t=1,v1="},
        {"header": "v1=00"},
        {"header": "t=now,v1=00,v0=00"},
        {"header": "t=1,t=2,v1=00"},
        {"header": "t=" + "9" * 400 + ",v1=é"},
    ],
)
def test_a_webhook_without_its_signature_is_refused_and_has_no_effect(app, client, wrong) -> None:
    wrong = {name: value.encode("latin-1") if name == "header" else value for name, value in wrong.items()}
    wrong = {name: value.decode("latin-1") if name == "header" else value for name, value in wrong.items()}
    assert send(client, body(), **wrong).status_code == 400
    assert heard(app) == []


@pytest.mark.safety("M15")
def test_one_flipped_bit_breaks_the_signature(app, client) -> None:
    right = body()
    moment = str(int(time.time()))
    header = f"t={moment},v1={signed(right, moment, SECRET)}"
    for place in range(0, len(right), 7):
        bent = bytearray(right)
        bent[place] ^= 1
        assert send(client, bytes(bent), header=header).status_code == 400
    assert heard(app) == []
    assert send(client, right, header=f"{header},v1=00").status_code == 200


@pytest.mark.safety("M25")
def test_a_webhook_of_the_other_mode_is_refused(app, client) -> None:
    assert send(client, body(livemode=True)).status_code == 400
    assert heard(app) == []


@pytest.mark.parametrize(
    "sent",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 50_000, b'{"object": "event"}',
        body(data=None), body(data={"object": []}), body(created="soon"), body(created=10**400), body(id=None, type=7),
        body(data={"object": INTENT | {"amount_received": "all"}}), body(data={"object": INTENT | {"currency": None}}),
    ],
)  # fmt: skip
def test_a_signed_body_that_cannot_be_read_is_refused_and_never_a_fault(app, client, sent) -> None:
    assert send(client, sent).status_code in (200, 400)
    assert [one for one in heard(app) if one != "None"] == []


def test_news_that_is_not_ours_is_taken_and_not_kept(app, client) -> None:
    assert send(client, body(type="invoice.paid")).status_code == 200
    foreign = INTENT | {"metadata": {}}
    assert send(client, body(data={"object": foreign})).status_code == 200
    assert heard(app) == []


def test_a_body_without_end_is_refused(client) -> None:
    assert send(client, b" " * (513 * 1024)).status_code == 413


def test_of_a_body_that_does_not_say_its_length_no_more_is_read_than_of_a_form(client) -> None:
    sent = io.BytesIO(b" " * (3 * 1024 * 1024))
    answer = client.post(
        "/webhooks/stripe", input_stream=sent, environ_overrides={"wsgi.input_terminated": True},
        headers={"Transfer-Encoding": "chunked", "Stripe-Signature": "t=1,v1=00"},
    )  # fmt: skip
    assert answer.status_code in (400, 413)
    assert sent.tell() <= 2 * 1024 * 1024


def test_a_gateway_that_sends_none_is_not_there(client) -> None:
    for name in ("sandbox", "nobody", "%00"):
        assert send(client, body(), to=name).status_code == 404
    assert client.get("/webhooks/stripe").status_code == 405


@pytest.mark.safety("M17")
def test_a_database_that_does_not_answer_asks_the_gateway_to_send_it_again(client, monkeypatch) -> None:
    def gone(*_given, **_named):
        raise OperationalError("BEGIN", {}, Exception("disk full"))

    monkeypatch.setattr(notices, "transaction", gone)
    answer = send(client, body())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
