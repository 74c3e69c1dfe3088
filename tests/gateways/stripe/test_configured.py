"""An installation has Stripe when its settings hold a key, and test and live are never mixed (safety M25)."""

from __future__ import annotations

import pytest

from config import Unsafe
from domain.actions import methods
from domain.words import Refused
from gateways import registry
from gateways.configured import card_processor
from tests.fixtures.ach import ACH
from tests.fixtures.databases import test_settings as settings_for
from tests.fixtures.stripe_peer import KEY, ZONE

HOMES = ["https://pay.example"]


def test_without_settings_there_is_no_such_gateway() -> None:
    assert card_processor({"DUEBOOK_STRIPE_KEY": "", "DUEBOOK_ACH_ODFI": "091000019"}, ZONE, HOMES) is None


def test_the_key_says_whether_real_money_moves() -> None:
    for key, live in ((KEY, False), ("rk_test_1", False), ("sk_live_1", True), ("rk_live_1", True)):
        found = card_processor({"DUEBOOK_STRIPE_KEY": key}, ZONE, HOMES)
        assert found is not None
        assert (found.live, found.page_origins[0]) == (live, "https://checkout.stripe.com")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"DUEBOOK_STRIPE_KEY": "pk_live_public"}, "must be a secret key"),
        ({"DUEBOOK_STRIPE_WEBHOOK_SECRET": "whsec_1"}, "is of no use without"),
        ({"DUEBOOK_STRIPE_KEY": KEY, "DUEBOOK_STRIPE_WEBHOOK_SECRET": KEY}, "must be a signing secret"),
        ({"DUEBOOK_STRIPE_KEY": "sk_live_1", "DUEBOOK_STRIPE_API": "http://localhost:1"}, "is for tests"),
    ],
)
def test_settings_that_cannot_be_used_are_said_by_name(values: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        card_processor(values, ZONE, HOMES)


@pytest.fixture
def start(tmp_path):
    from app import create_app

    return lambda **values: create_app(
        settings_for("sqlite://", tmp_path) | {"DUEBOOK_TEST_CHEAP_HASH": "0"} | values
    )


@pytest.mark.safety("M25")
def test_an_installation_that_mixes_test_and_live_does_not_start(start) -> None:
    bank = {
        "DUEBOOK_ACH_ODFI": "091000019", "DUEBOOK_ACH_ORIGIN": "1234567890",
        "DUEBOOK_ACH_COMPANY_ID": "1234567890", "DUEBOOK_ACH_COMPANY_NAME": "LENA LETS",
        "DUEBOOK_BASE_URL": "https://pay.example",
    }  # fmt: skip
    with pytest.raises(Unsafe, match="Test and live are never mixed: ach_file would move real money"):
        start(DUEBOOK_STRIPE_KEY=KEY, **bank)
    home = {"DUEBOOK_BASE_URL": "https://pay.example", "DUEBOOK_STRIPE_KEY": "sk_live_1"}
    with pytest.raises(Unsafe, match="DUEBOOK_SANDBOX_URL may not be set beside a live key"):
        start(DUEBOOK_SANDBOX_URL="http://localhost:9", **home)
    with pytest.raises(Unsafe, match="must begin with https"):
        start(**(home | {"DUEBOOK_BASE_URL": "http://localhost:8000"}))


@pytest.mark.safety("M25")
def test_a_live_key_takes_the_sandbox_away_and_a_test_key_stands_before_it(start) -> None:
    live = start(DUEBOOK_BASE_URL="https://pay.example", DUEBOOK_STRIPE_KEY="sk_live_1")
    assert [one.name for one in registry.all_gateways()] == ["stripe"]
    assert live.config["PRODUCTION"]
    assert not live.config["TEST_MODE"]
    tried = start(DUEBOOK_STRIPE_KEY=KEY)
    assert [one.name for one in registry.all_gateways()] == ["stripe", "sandbox"]
    assert registry.default().name == "stripe"
    assert "https://checkout.stripe.com" in tried.config["FORM_TARGETS"]


@pytest.mark.safety("M25")
def test_live_files_for_the_bank_take_the_sandbox_away_and_tried_ones_keep_it(start) -> None:
    live = start(DUEBOOK_BASE_URL="https://pay.example", **{**ACH, "DUEBOOK_ACH_TEST": ""})
    assert [one.name for one in registry.all_gateways()] == ["ach_file"]
    assert not live.config["TEST_MODE"]
    with pytest.raises(Refused, match="not offered here"):
        methods.processor()
    with pytest.raises(Refused, match="not offered here"):
        methods.processor("sandbox")
    start(**ACH)
    assert [one.name for one in registry.all_gateways()] == ["sandbox", "ach_file"]
