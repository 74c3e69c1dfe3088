"""What asks again who it is: the list, held against every address there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.access.world import READING, SENDING, World, rules

pytestmark = pytest.mark.database("sqlite")
RISKY = {
    # credentials and contact
    "account.password", "account.change_password", "account.username", "account.change_username", "account.email",
    "account.ask_email", "account.phone", "account.change_phone",
    # second factors
    "account.new_authenticator", "account.set_authenticator", "account.remove_authenticator", "account.new_phone_code",
    "account.ask_phone_code", "account.prove_number", "account.remove_number", "account.make_recovery_codes",
    "account.new_passkey", "account.ask_new_passkey", "account.create_passkey",
    # bank accounts and cards
    "portal.new_method", "portal.ask_remove_method", "portal.remove_method",
    # money that leaves
    "office.new_refund", "office.create_refund",
    # exports of the business, its users, and the second factors of others
    "office.journal_csv", "office.export_audit", "office.create_user", "office.reset_second_factors",
}  # fmt: skip
"""Addresses that lead to the step-up when the last proof is eleven minutes old (safety A22)."""


@pytest.fixture
def world(house, open_agreement, save_method, pay) -> World:
    agreement = open_agreement("bo")
    return World(house, agreement, pay("bo", agreement, 1_000), save_method("bo"))


@pytest.mark.safety("A22")
def test_every_risky_change_asks_again_after_ten_minutes(app, world) -> None:
    def asks() -> set[str]:
        return {
            rule.endpoint
            for client in visitors
            for rule, method in rules(app, READING | SENDING)
            if not rule.endpoint.startswith("public.") and "sign_in" not in rule.endpoint
            if (client.open(world.address(rule), method=method).location or "").startswith("/account/step-up")
        }

    visitors = [world.visitor("customer"), world.visitor("admin")]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        found = asks()
    assert RISKY - found == set()
