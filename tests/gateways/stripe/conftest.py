"""`peer` localstripe, somebody else's fake of Stripe's API, in a process of its own (`Peer`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from gateways.base import Outcome
from gateways.stripe.client import StripeGateway
from tests.fixtures.postgres import free_port
from tests.fixtures.processes import Program, python
from tests.fixtures.stripe_peer import KEY, ZONE
from tests.gateways.conftest import HOME, NOW, TODAY


@dataclass
class Peer:
    """The fake, a gateway that speaks to it, and what only a browser or Stripe's own page could do."""

    url: str
    gateway: StripeGateway

    def post(self, path: str, **form: str) -> dict:
        answer = requests.post(f"{self.url}{path}", data=form, auth=(KEY, ""), timeout=10)
        answer.raise_for_status()
        return answer.json()

    def save_card(self, number: str) -> str:
        """The token of a saved card with this number."""
        customer = self.post("/v1/customers", name="Bo")["id"]
        card = {"card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2032", "card[cvc]": "123"}
        method = self.post("/v1/payment_methods", type="card", **card)["id"]
        self.post(f"/v1/payment_methods/{method}/attach", customer=customer)
        return f"{customer}/{method}/card"

    def charge(self, key: str, number: str = "4242424242424242", **changed: object) -> Outcome:
        wanted = {"key": key, "ref": f"ref-{key}", "amount_minor": 10_000, "currency": "USD", "on": TODAY}
        token = changed.pop("token", None) or self.save_card(number)
        return self.gateway.charge(**(wanted | {"now": NOW, "token": token} | changed))


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    folder = tmp_path_factory.mktemp("localstripe")
    port = free_port()
    environment = {"TMPDIR": str(folder)}
    program = Program(
        python("-m", "localstripe", "--from-scratch", "--port", str(port)), environment, folder / "log"
    )
    url = f"http://127.0.0.1:{port}"
    program.wait_for_page(url)
    yield Peer(url, StripeGateway(KEY, zone=ZONE, home_urls=[HOME], webhook_secret="whsec_test", api=url))
    program.kill()
