"""What Stripe's events say to us, also in the bodies that others published, and what says nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateways.base import GatewayEvent
from gateways.stripe import events
from tests.fixtures.stripe_peer import ZONE

KEPT = {"key": "agreement:payment:1", "ref": "payment"}
CREATED = 1_790_000_000


class Known:
    """What the events' objects belong to: a card payment of ours is "pi_card", a bank debit "pi_bank"."""

    def charged(self, intent_id: str, fresh: bool = False) -> events.Charged | None:
        kind = {"pi_card": "card", "pi_bank": "bank"}.get(intent_id)
        error = {"code": "account_closed"}
        return events.Charged(KEPT["key"], KEPT["ref"], kind, error) if kind else None  # type: ignore[arg-type]

    def token(self, method_id: str) -> str:
        return f"cus_1/{method_id}/us_bank_account"


def read(kind: str, thing: dict[str, Any], before: dict[str, Any] | None = None) -> list[GatewayEvent]:
    data = {"object": thing} | ({"previous_attributes": before} if before else {})
    event = {"id": "evt_1", "created": CREATED, "type": kind, "data": data}
    return events.read(event, ZONE, Known())


def told(found: list[GatewayEvent]) -> list[tuple[str, str, int, str]]:
    return [(event.kind, event.key, event.amount_minor, event.code) for event in found]


INTENT = {"id": "pi_card", "amount": 1_500, "amount_received": 1_500, "currency": "usd", "metadata": KEPT}
DISPUTE = {"id": "dp_1", "amount": 1_500, "currency": "usd", "payment_intent": "pi_card", "reason": "general",
           "status": "needs_response", "evidence_details": {"due_by": CREATED + 864_000}}  # fmt: skip
REFUND = {"id": "re_1", "amount": 400, "currency": "usd", "payment_intent": "pi_card", "status": "succeeded"}
SESSION = {"id": "cs_1", "mode": "payment", "metadata": KEPT, "amount_total": 1_500, "currency": "usd",
           "payment_intent": "pi_bank"}  # fmt: skip
PAGE = {"metadata": KEPT | {"page": "checkout"}}
KEY = KEPT["key"]


@pytest.mark.parametrize(
    ("kind", "thing", "before", "expected"),
    [
        ("payment_intent.processing", INTENT, None, ("accepted", KEY, 1_500, "")),
        ("payment_intent.succeeded", INTENT, None, ("settled", KEY, 1_500, "")),
        ("payment_intent.succeeded", INTENT | {"amount_received": 900}, None, ("settled", KEY, 900, "")),
        (
            "payment_intent.payment_failed",
            INTENT | {"last_payment_error": {"code": "card_declined", "decline_code": "lost_card"}},
            None,
            ("declined", KEY, 1_500, "lost_card"),
        ),
        (
            "payment_intent.canceled",
            INTENT | {"cancellation_reason": "abandoned"},
            None,
            ("declined", KEY, 1_500, "confirmation_lapsed"),
        ),
        ("checkout.session.expired", SESSION, None, ("expired", KEY, 1_500, "confirmation_lapsed")),
        (
            "checkout.session.async_payment_failed",
            SESSION,
            None,
            ("declined", KEY, 1_500, "account_closed"),
        ),
        ("refund.created", REFUND, None, ("refunded", KEY, 400, "")),
        ("refund.updated", REFUND, {"status": "pending"}, ("refunded", KEY, 400, "")),
        (
            "refund.failed",
            REFUND | {"status": "failed", "failure_reason": "lost_or_stolen_card"},
            None,
            ("refund_failed", KEY, 400, "lost_or_stolen_card"),
        ),
        ("charge.dispute.created", DISPUTE, None, ("disputed", KEY, 1_500, "general")),
        (
            "charge.dispute.updated",
            DISPUTE,
            {"status": "warning_needs_response"},
            ("disputed", KEY, 1_500, "general"),
        ),
        ("charge.dispute.closed", DISPUTE | {"status": "won"}, None, ("dispute_won", KEY, 1_500, "general")),
        (
            "charge.dispute.closed",
            DISPUTE | {"status": "lost"},
            None,
            ("dispute_lost", KEY, 1_500, "general"),
        ),
        (
            "charge.dispute.created",
            DISPUTE | {"payment_intent": "pi_bank", "reason": "debit_not_authorized", "status": "lost"},
            None,
            ("returned", KEY, 1_500, "R10"),
        ),
        (
            "mandate.updated",
            {"status": "inactive", "payment_method": "pm_1"},
            None,
            ("method_ended", "", 0, ""),
        ),
    ],
)
def test_an_event_says_what_it_means_to_us(kind, thing, before, expected) -> None:
    assert told(read(kind, thing, before)) == [expected]


@pytest.mark.parametrize(
    ("kind", "thing", "before"),
    [
        ("payment_intent.succeeded", INTENT | {"metadata": {}}, None),
        ("payment_intent.created", INTENT, None),
        ("payment_intent.payment_failed", INTENT | PAGE, None),
        ("payment_intent.canceled", INTENT | PAGE, None),
        ("checkout.session.completed", SESSION, None),
        ("checkout.session.expired", SESSION | {"mode": "setup"}, None),
        ("refund.created", REFUND | {"status": "pending"}, None),
        ("refund.updated", REFUND, {"metadata": {}}),
        ("refund.created", REFUND | {"payment_intent": "pi_somebody"}, None),
        ("refund.created", REFUND | {"payment_intent": None}, None),
        ("charge.dispute.created", DISPUTE | {"status": "warning_needs_response"}, None),
        ("charge.dispute.closed", DISPUTE | {"status": "warning_closed"}, None),
        ("charge.dispute.closed", DISPUTE | {"payment_intent": "pi_bank", "status": "lost"}, None),
        ("charge.dispute.updated", DISPUTE, {"evidence": {}}),
        ("mandate.updated", {"status": "active", "payment_method": "pm_1"}, None),
        ("payment_method.detached", {"id": "pm_1", "type": "card"}, None),
        ("customer.created", {"id": "cus_1"}, None),
    ],
)
def test_news_that_changes_nothing_for_us_says_nothing(kind, thing, before) -> None:
    assert read(kind, thing, before) == []


def test_an_event_counts_on_the_business_day_of_its_moment() -> None:
    (late,) = events.read(
        {"id": "e", "created": 1_767_240_000, "type": "payment_intent.succeeded", "data": {"object": INTENT}},
        ZONE,
        Known(),
    )
    # 2026-01-01 04:00 UTC is still the last evening of the year in New York.
    assert (late.on, late.at.isoformat()) == (date(2025, 12, 31), "2026-01-01T04:00:00+00:00")
    (dispute,) = read("charge.dispute.created", DISPUTE)
    assert dispute.due_on == date(2026, 10, 1)
    assert (dispute.case_ref, dispute.gateway_ref) == ("dp_1", "pi_card")


def test_the_published_bodies_are_read_as_what_they_are(peer_data: Callable[[str], Path]) -> None:
    found = {}
    for path in sorted(peer_data("stripe_events").glob("*.json")):
        event = json.loads(path.read_text())
        assert events.read(event, ZONE, Known()) == [], f"{path.name} is of nobody's payment of ours"
        thing = event["data"]["object"]
        thing["metadata"] = KEPT
        thing["payment_intent"] = "pi_card"
        if thing["object"] == "dispute":
            thing["status"] = "needs_response"
        found[event["type"]] = [one.kind for one in events.read(event, ZONE, Known())]
    assert found == {
        "payment_intent.succeeded": ["settled"],
        "payment_intent.processing": ["accepted"],
        "payment_intent.payment_failed": ["declined"],
        "charge.dispute.created": ["disputed"],
        "refund.created": ["refunded"],
        "refund.failed": ["refund_failed"],
        "charge.refunded": [],
        "checkout.session.completed": [],
        "mandate.updated": [],
        "setup_intent.succeeded": [],
    }
