"""Days and patience: each local day comes once wherever the business is, and nobody waits for ever."""

from __future__ import annotations

import inspect
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from channels.email import SmtpSettings
from channels.sms.http import SmsSettings
from config import Clock
from gateways.sandbox.remote import RemoteSandbox
from gateways.stripe.client import StripeGateway

ZONES = (
    "America/New_York", "America/Los_Angeles", "America/Santiago", "Europe/London", "Europe/Berlin", "Asia/Kolkata",
    "Australia/Lord_Howe", "Pacific/Kiritimati",
)  # fmt: skip


@pytest.mark.safety("J6")
@pytest.mark.parametrize("zone", ZONES)
def test_each_local_day_comes_once_and_in_order(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, moment = Clock(ZoneInfo(zone)), datetime(2026, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(Clock, "now", lambda _self: moment)
    seen = [clock.today()]
    while moment < datetime(2032, 1, 1, tzinfo=UTC):
        moment += timedelta(minutes=30)
        if clock.today() != seen[-1]:
            seen.append(clock.today())
    assert {later - earlier for earlier, later in pairwise(seen)} == {timedelta(days=1)}
    assert seen[-1] >= date(2031, 12, 31)


@pytest.mark.safety("J9")
@pytest.mark.parametrize("outside", [RemoteSandbox, StripeGateway, SmtpSettings, SmsSettings])
def test_whoever_calls_the_outside_waits_thirty_seconds_at_most_unless_told_otherwise(outside: type) -> None:
    patience = inspect.signature(outside).parameters["timeout"].default
    assert 0 < patience <= 30
