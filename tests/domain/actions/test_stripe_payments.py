"""Payments through Stripe (our double of it) that do not go straight: lost answers, a page nobody comes back from."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import requests

from domain import sealing
from domain.actions import payment_watch, payments
from domain.actions.payment_limits import Wanted
from domain.transaction import transaction
from gateways import registry
from gateways.base import GatewaySilent
from models import PaymentMethod
from tests.domain.actions.paying import Till
from tests.fixtures.stripe_peer import StripePeer

DID_NOTHING = (401, 405, 407)
"""Magic amounts with which nothing is charged, however often it is tried."""
pytestmark = pytest.mark.database("sqlite")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def stripe(till: Till, serve_stripe: Callable[..., StripePeer]) -> StripePeer:
    peer = serve_stripe("--hold-seconds", "6", "--slow-seconds", "0")
    registry.configure(peer.gateway(till.house.app.config["BASE_URL"], timeout=3))
    return peer


def save(till: Till, token: str) -> str:
    ref = secrets.token_urlsafe(12)
    sealed = sealing.seal(token, f"payment_method.token:{ref}")
    with transaction() as session:
        session.add(
            PaymentMethod(
                ref=ref, person_id=till.who("bo").person_id, gateway="stripe", setup_ref=ref, kind="card",
                label="Test Card ••4242", last4="4242", token_sealed=sealed, created_at=now(),
            )
        )  # fmt: skip
    return ref


def begin(till: Till, loan: str, amount: int, method: str = "", **more) -> str:
    ref, today = secrets.token_urlsafe(16), now().date()
    wanted = Wanted(hosted="" if method else "stripe")
    payments.start(
        loan,
        amount,
        method,
        ref,
        who=till.who("bo"),
        today=today,
        now=now(),
        again=True,
        wanted=wanted,
        **more,
    )
    return ref


def resolve(hours: int = 1) -> int:
    return payment_watch.resolve_unknown(today=now().date(), now=now() + timedelta(hours=hours))


@pytest.mark.safety("M9")
@pytest.mark.parametrize("amount", [401, 402, 404, 405, 406, 407, 408])
def test_whatever_becomes_of_the_answer_the_card_is_charged_once(till, loan, stripe, amount) -> None:
    ref = begin(till, loan, amount, save(till, stripe.save("card")))
    assert till.state(ref) == "unknown"
    for hours in (1, 2):
        resolve(hours)
    charged = [(one.ref, one.state) for one in registry.default().charges()]
    assert charged == ([] if amount in DID_NOTHING else [(ref, "settled")])
    resolve(30)
    assert till.state(ref) == ("settled" if charged else "failed")


def test_a_page_whose_address_was_lost_is_found_and_can_be_paid_on(till, loan, stripe) -> None:
    gateway = registry.default()
    charge = gateway.charge

    def answer_lost(**asked: object) -> None:
        charge(**asked)
        raise GatewaySilent("the answer did not reach us")

    with pytest.MonkeyPatch.context() as patch:
        # Stripe makes the page, and its answer does not reach us.
        patch.setattr(gateway, "charge", answer_lost)
        ref = begin(till, loan, 5_000)
    assert till.state(ref) == "unknown"
    resolve()
    row = till.row(ref)
    assert row.state == "awaiting"
    answer = requests.post(row.confirm_url, data={"method": "card"}, allow_redirects=False, timeout=10)
    assert answer.status_code == 303
    assert payment_watch.ask_again(ref, today=now().date(), now=now())
    assert till.state(ref) == "settled"
    assert [one.amount_minor for one in gateway.charges()] == [5_000]


def test_a_page_that_is_paid_on_at_the_last_moment_counts(till, loan, stripe, monkeypatch) -> None:
    ref = begin(till, loan, 5_000)
    address = till.row(ref).confirm_url
    gateway = registry.default()
    expire = gateway.expire

    def paid_meanwhile(key: str, of: str):
        requests.post(address, data={"method": "card"}, allow_redirects=False, timeout=10)
        return expire(key, of)

    monkeypatch.setattr(gateway, "expire", paid_meanwhile)
    later = now() + timedelta(hours=2)
    assert payment_watch.expire_confirmations(today=later.date(), now=later) == 1
    assert till.state(ref) == "settled"
    assert payment_watch.read_events(today=later.date(), now=later) == 0
    assert till.total("clearing_stripe") == 5_000


def test_a_page_that_nobody_paid_on_cancels_the_payment_when_stripe_closes_it(till, loan, stripe) -> None:
    ref = begin(till, loan, 5_000)
    assert till.state(ref) == "awaiting"
    later = now() + timedelta(hours=3)
    stripe.pull("clock", now=int(later.timestamp()))
    assert requests.get(till.row(ref).confirm_url, timeout=10).status_code == 410
    assert payment_watch.read_events(today=later.date(), now=later) == 1
    assert till.state(ref) == "cancelled"
    assert till.total("clearing_stripe") == 0
