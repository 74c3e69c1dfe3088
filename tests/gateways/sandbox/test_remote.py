"""The client in front of a bad line, and what the server lets in."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
from werkzeug.test import Client

from gateways.base import GatewayRefused, GatewaySilent
from gateways.sandbox import server
from gateways.sandbox.client import EmbeddedSandbox, RemoteSandbox
from gateways.sandbox.server import ProcessorServer
from tests.gateways.conftest import NOW, TODAY, StartRemote

CHARGE = {
    "key": "k", "ref": "r", "amount_minor": 10_000, "currency": "USD", "token": "sbx_bank",
    "on": TODAY.isoformat(), "now": NOW.isoformat(),
}  # fmt: skip


def charge(remote: RemoteSandbox, amount_minor: int = 10_000):
    return remote.charge(
        key="k", ref="r", amount_minor=amount_minor, currency="USD", token="sbx_bank", on=TODAY, now=NOW
    )


@contextmanager
def line_that(answers: Callable[[socket.socket], None]) -> Iterator[RemoteSandbox]:
    """A server that reads one request and then does what `answers` does with the connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            try:
                answers(connection)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield RemoteSandbox(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=1)
    listener.close()
    thread.join(5)


def whole(status: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(40):
        connection.sendall(b" ")
        time.sleep(0.1)


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


BAD_LINES: dict[str, Callable[[socket.socket], None]] = {
    "closes": lambda connection: None,
    "resets": reset,
    "says nothing": lambda connection: time.sleep(2),
    "drips": drip,
    "half a body": lambda connection: connection.sendall(whole("200 OK", b'{"state": "settled"}')[:-5]),
    "half a header": lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nConte"),
    "not HTTP": lambda connection: connection.sendall(b"hello\r\n\r\n"),
    "not JSON": lambda connection: connection.sendall(whole("200 OK", b"<h1>settled</h1>")),
    "another shape": lambda connection: connection.sendall(whole("200 OK", b'["settled"]')),
    "null": lambda connection: connection.sendall(whole("200 OK", b"null")),
    "no state": lambda connection: connection.sendall(whole("200 OK", b"{}")),
    "a new state": lambda connection: connection.sendall(whole("200 OK", b'{"state": "maybe"}')),
    "a bad day": lambda connection: connection.sendall(
        whole("200 OK", b'{"state": "settled", "on": "soon"}')
    ),
    "not text": lambda connection: connection.sendall(whole("200 OK", b'{"state": "settled", "code": 7}')),
    "bad bytes": lambda connection: connection.sendall(whole("200 OK", b"\xff\xfe\x00")),
    "nested": lambda connection: connection.sendall(whole("200 OK", b"[" * 100_000)),
    "500": lambda connection: connection.sendall(whole("500 Oh", b"{}")),
    "502": lambda connection: connection.sendall(whole("502 Oh", b"<html>")),
    "429": lambda connection: connection.sendall(whole("429 Slow", b"{}")),
    "302": lambda connection: connection.sendall(
        b"HTTP/1.1 302 F\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"
    ),
    "a refusal nobody can read": lambda connection: connection.sendall(whole("422 No", b"{")),
}


@pytest.mark.safety("M9", "J9")
@pytest.mark.parametrize("answers", BAD_LINES.values(), ids=BAD_LINES.keys())
def test_whatever_is_not_a_complete_answer_in_time_is_silence(
    answers: Callable[[socket.socket], None],
) -> None:
    with line_that(answers) as remote:
        began = time.monotonic()
        with pytest.raises(GatewaySilent):
            charge(remote)
        assert time.monotonic() - began < 2


def test_a_server_that_is_not_there_is_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(GatewaySilent):
        charge(RemoteSandbox(f"http://127.0.0.1:{port}", timeout=1))


def test_events_with_an_amount_that_is_not_whole_are_silence() -> None:
    event = (
        b'[{"id": "evt_1", "key": "k", "kind": "settled", "amount_minor": 1.5, "currency": "USD", "code": "",'
        b' "on": "2026-07-02", "at": "2026-07-02T14:30:00+00:00"}]'
    )
    with (
        line_that(lambda connection: connection.sendall(whole("200 OK", event))) as remote,
        pytest.raises(GatewaySilent),
    ):
        remote.events("", 10)


def test_a_refusal_keeps_its_sentence_on_the_way() -> None:
    body = b'{"refused": "key_reused"}'
    answers = whole("422 No", body)
    with line_that(lambda line: line.sendall(answers)) as remote, pytest.raises(GatewayRefused) as refusal:
        charge(remote)
    assert str(refusal.value) == "This payment was already sent with other details, so it was not sent again."


@pytest.mark.safety("J9")
def test_an_answer_that_never_comes_ends_with_the_clients_patience(start_remote: StartRemote) -> None:
    remote, _ = start_remote(hold_seconds=60, timeout=1)
    began = time.monotonic()
    with pytest.raises(GatewaySilent):
        charge(remote, 402)
    assert time.monotonic() - began < 3
    assert remote.look_up("k", "r").state == "accepted"


@pytest.fixture
def visitor(embedded: EmbeddedSandbox) -> Client:
    return Client(ProcessorServer(embedded.processor, lambda: NOW, api_key="a-long-secret", hold_seconds=0))


KEY = {"Authorization": "Bearer a-long-secret"}


def test_the_interface_wants_its_key_and_the_pages_do_not(visitor: Client) -> None:
    assert visitor.post("/api/charges", json=CHARGE).status_code == 401
    assert visitor.get("/api/charges", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert visitor.post("/api/charges", json=CHARGE, headers=KEY).json["state"] == "accepted"
    assert visitor.get("/style.css").status_code == 200


def test_a_page_of_another_site_cannot_send_a_charge(visitor: Client) -> None:
    """Without asking first, a browser lets another site send only these types."""
    import json

    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = visitor.post("/api/charges", data=json.dumps(CHARGE), content_type=kind, headers=KEY)
        assert answer.status_code == 415
    assert visitor.get("/api/charges", headers=KEY).json == []


@pytest.mark.parametrize(
    "changed",
    [
        {"amount_minor": 1.5}, {"amount_minor": "100"}, {"amount_minor": True}, {"amount_minor": None}, {"key": 7},
        {"on": "tomorrow"}, {"now": "2026-07-02T14:30:00"}, {"now": "now"}, {"token": ["sbx_bank"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_request_of_the_wrong_shape_is_refused(visitor: Client, changed: dict[str, object]) -> None:
    assert visitor.post("/api/charges", json=CHARGE | changed, headers=KEY).status_code == 400
    assert visitor.get("/api/charges", headers=KEY).json == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'"x"', b"NaN", b"\xff", b"[" * 50_000])
def test_a_body_that_is_no_object_is_refused(visitor: Client, body: bytes) -> None:
    for verb in ("charges", "refunds", "methods", "advance"):
        answer = visitor.post(f"/api/{verb}", data=body, content_type="application/json", headers=KEY)
        assert answer.status_code == 400


def test_a_giant_body_and_an_unknown_verb_are_refused(visitor: Client) -> None:
    giant = visitor.post("/api/charges", data=b" " * 70_000, content_type="application/json", headers=KEY)
    assert giant.status_code == 413
    assert visitor.get("/api/secrets", headers=KEY).status_code == 404
    assert visitor.delete("/api/charges", headers=KEY).status_code == 404


def test_the_pages_that_are_mounted_in_the_application_cannot_charge(embedded: EmbeddedSandbox) -> None:
    visitor = Client(embedded.wsgi_app(now=lambda: NOW))
    assert visitor.post("/api/charges", json=CHARGE).status_code == 404
    assert visitor.get("/api/charges").status_code == 404
    assert embedded.processor.charges() == []


def test_the_server_does_not_leave_this_machine_without_a_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path
) -> None:
    monkeypatch.delenv("SANDBOX_API_KEY", raising=False)
    assert server.main(["--db", str(tmp_path / "p.db"), "--host", "0.0.0.0"]) == 1
    assert "SANDBOX_API_KEY" in capsys.readouterr().err


def test_the_servers_output_names_no_reference_that_opens_a_page(start_remote: StartRemote) -> None:
    remote, program = start_remote()
    address = remote.begin_method(
        setup_ref="an-unguessable-reference", return_url="http://localhost:8000/", name="Bo", now=NOW
    )
    requests.get(address, timeout=5)
    assert "an-unguessable-reference" not in program.log
