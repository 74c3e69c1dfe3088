"""The two ways to speak to the sandbox: in this process (the default without a live gateway) or over HTTP."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from gateways.base import (
    ChargeRecord,
    GatewayEvent,
    GatewaySilent,
    MethodDetails,
    MethodKind,
    NoticeRefused,
    Outcome,
    Payout,
)
from gateways.sandbox.days import ABILITIES, TAKES, expected_on, returnable_until
from gateways.sandbox.keys import Answer
from gateways.sandbox.pages import HostedPages
from gateways.sandbox.processor import Processor, utc
from gateways.sandbox.remote import RemoteSandbox
from gateways.sandbox.server import real_clock

__all__ = ["EmbeddedSandbox", "RemoteSandbox"]

Result = TypeVar("Result")


class EmbeddedSandbox:
    """A `SimulatedGateway` over the record at `path`.

    `public_url` is where the hosted pages are mounted, absolute ("http://localhost:8000/sandbox-processor");
    `return_origins` are the addresses they may send people back to. An answer that never comes raises GatewaySilent
    at once, so that no thread of the web server hangs; a slow one takes `slow_seconds`.
    """

    name = "sandbox"
    live = False
    takes = TAKES
    abilities = ABILITIES

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        public_url: str = "",
        return_origins: Iterable[str] = (),
        settle_days: int = 2,
        slow_seconds: int = 2,
    ):
        self.processor = Processor(
            path, public_url=public_url, return_origins=return_origins, settle_days=settle_days
        )
        self._slow_seconds = slow_seconds

    def wsgi_app(
        self, return_origins: Iterable[str] | None = None, now: Callable[[], datetime] = real_clock
    ) -> HostedPages:
        """The hosted pages, to be mounted at `public_url`; `return_origins` replaces those named at first.

        Only the pages: the JSON interface, which could charge, is served by gateways.sandbox.server alone.
        """
        if return_origins is not None:
            self.processor.send_back_to(return_origins)
        return HostedPages(self.processor, now)

    def charge(
        self,
        *,
        key: str,
        ref: str,
        amount_minor: int,
        currency: str,
        token: str,
        on: date,
        now: datetime,
        return_url: str = "",
    ) -> Outcome:
        return self._delivered(
            _answered(
                lambda: self.processor.charge(
                    key=key,
                    ref=ref,
                    amount_minor=amount_minor,
                    currency=currency,
                    token=token,
                    on=on,
                    now=now,
                    return_url=return_url,
                )
            )
        )

    def refund(
        self, *, key: str, charge_key: str, amount_minor: int, on: date, now: datetime, charge_ref: str = ""
    ) -> Outcome:
        return self._delivered(
            _answered(
                lambda: self.processor.refund(
                    key=key,
                    charge_key=charge_key,
                    charge_ref=charge_ref,
                    amount_minor=amount_minor,
                    on=on,
                    now=now,
                )
            )
        )

    def _delivered(self, answer: Answer) -> Outcome:
        if answer.outcome is None or answer.delivery not in ("answer", "slow"):
            raise GatewaySilent(f"the sandbox was told not to answer ({answer.delivery})")
        if answer.delivery == "slow":
            time.sleep(self._slow_seconds)
        return answer.outcome

    def look_up(self, key: str, ref: str) -> Outcome:
        return _answered(lambda: self.processor.look_up(key, ref))

    def expire(self, key: str, ref: str) -> Outcome:
        return _answered(lambda: self.processor.expire(key, ref, real_clock()))

    def read_event(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[GatewayEvent]:
        raise NoticeRefused("the sandbox sends no webhooks")

    def payouts(self, since: date) -> Sequence[Payout]:
        return _answered(lambda: self.processor.payouts(since))

    def begin_method(self, *, setup_ref: str, return_url: str, name: str, now: datetime) -> str:
        _answered(lambda: self.processor.visits.begin_setup(setup_ref, return_url, name, utc(now)))
        return f"{self.processor.public_url}/setup/{setup_ref}"

    def read_method(self, setup_ref: str) -> MethodDetails | None:
        return _answered(lambda: self.processor.visits.chosen(setup_ref))

    def events(self, after: str, limit: int) -> Sequence[GatewayEvent]:
        return _answered(lambda: self.processor.events(after, limit))

    def charges(self) -> Iterable[ChargeRecord]:
        return _answered(self.processor.charges)

    def advance(self, *, on: date, now: datetime) -> int:
        return _answered(lambda: self.processor.advance(on, now))

    def expected_on(self, kind: MethodKind, sent_on: date) -> date:
        return expected_on(kind, sent_on, self.processor.settle_days)

    def returnable_until(self, kind: MethodKind, settled_on: date) -> date | None:
        return returnable_until(kind, settled_on)


def _answered(ask: Callable[[], Result]) -> Result:
    """What the processor says; when its own record fails (a full disk, a lock), nobody knows what it did."""
    try:
        return ask()
    except sqlite3.Error as problem:
        raise GatewaySilent(f"the sandbox's record failed: {problem}") from problem
