"""Against localstripe, a fake of Stripe's API that others wrote: what it knows is what is shown here.

It knows no Checkout, ignores idempotency keys and refuses parameters it does not know; that is shown against our own
double (test_contract.py, test_double.py).
"""

from __future__ import annotations

import http.server
import threading
import time
from datetime import UTC, datetime

import pytest
import requests

from gateways.base import GatewayEvent, GatewayRefused, GatewaySilent
from gateways.stripe.client import StripeGateway
from tests.fixtures.stripe_peer import KEY, ZONE
from tests.gateways.conftest import HOME, NOW, TODAY
from tests.gateways.stripe.conftest import Peer


def test_a_saved_card_is_charged_off_session_and_settles_at_once(peer: Peer) -> None:
    outcome = peer.charge("plain")
    assert (outcome.state, outcome.gateway_ref[:3]) == ("settled", "pi_")
    assert peer.gateway.look_up("plain", "ref-plain").state == "settled"
    # It has no pages of Checkout to look through, so what is not there is not said to be nowhere.
    with pytest.raises(GatewaySilent):
        peer.gateway.look_up("plain", "another")


def test_a_card_that_is_declined_says_so_and_is_found_declined(peer: Peer) -> None:
    outcome = peer.charge("declined", "4000000000000341")
    assert (outcome.state, outcome.code) == ("declined", "generic_decline")
    assert peer.gateway.look_up("declined", "").state == "declined"


def test_a_card_whose_bank_asks_where_nobody_can_answer_is_declined_and_not_left_open(peer: Peer) -> None:
    outcome = peer.charge("asks", "4000002760003184")
    assert (outcome.state, outcome.code) == ("declined", "authentication_required")
    assert peer.gateway.look_up("asks", "").code == "authentication_required"


def test_refunds_give_back_parts_of_a_charge(peer: Peer) -> None:
    peer.charge("refunds")
    back = {"charge_key": "refunds", "on": TODAY, "now": NOW}
    first = peer.gateway.refund(key="back-1", amount_minor=6_000, **back)
    assert first.state == "settled"
    assert peer.gateway.refund(key="back-4", amount_minor=4_000, **back).state == "settled"
    with pytest.raises(GatewayRefused) as refusal:
        peer.gateway.refund(key="back-3", amount_minor=100, **(back | {"charge_key": "never-made"}))
    assert refusal.value.code == "unknown_charge"


def test_a_method_nobody_knows_is_refused(peer: Peer) -> None:
    with pytest.raises(GatewayRefused) as refusal:
        peer.charge("nobody", token="cus_nobody/pm_nobody/card")
    assert refusal.value.code == "unknown_method"


def test_a_wrong_key_of_ours_is_refused_and_a_closed_port_is_silence(peer: Peer) -> None:
    stranger = StripeGateway("nonsense", zone=ZONE, home_urls=[HOME], api=peer.url)
    with pytest.raises(GatewayRefused) as refusal:
        stranger.look_up("plain", "")
    assert refusal.value.code == "not_allowed"
    nobody = StripeGateway(KEY, zone=ZONE, home_urls=[HOME], api="http://127.0.0.1:1")
    with pytest.raises(GatewaySilent):
        nobody.look_up("plain", "")


def test_its_record_holds_every_charge_of_ours(peer: Peer) -> None:
    peer.charge("recorded")
    found = [charge for charge in peer.gateway.charges() if charge.key == "recorded"]
    assert [(one.ref, one.amount_minor, one.currency, one.state) for one in found] == [
        ("ref-recorded", 10_000, "USD", "settled")
    ]


def test_its_signed_webhooks_are_read(peer: Peer) -> None:
    heard: list[tuple[bytes, dict[str, str]]] = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_given: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Ear) as ear:
        threading.Thread(target=ear.serve_forever, daemon=True).start()
        hook = {"url": f"http://127.0.0.1:{ear.server_port}/", "secret": "whsec_test"}
        requests.post(f"{peer.url}/_config/webhooks/ear", json=hook, timeout=10).raise_for_status()
        peer.charge("told")
        events: list[GatewayEvent] = []
        deadline = time.monotonic() + 10
        while not events and time.monotonic() < deadline:
            time.sleep(0.1)
            told = [peer.gateway.read_event(body, headers, datetime.now(UTC)) for body, headers in heard]
            events = [event for found in told for event in found if event.key == "told"]
        ear.shutdown()
    assert [(event.kind, event.ref, event.amount_minor) for event in events] == [
        ("settled", "ref-told", 10_000)
    ]
