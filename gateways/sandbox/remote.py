"""The sandbox in a process of its own, over HTTP, with all that can go wrong on the way.

Whatever is not a complete, readable answer within the timeout raises GatewaySilent: a refused connection, a reset,
half a reply, a 5xx, a 429.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlencode, urlsplit

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
from gateways.sandbox import wire
from gateways.sandbox.days import ABILITIES, TAKES, expected_on, returnable_until
from gateways.sandbox.refusals import refused

MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
_CHUNK_BYTES: Final = 64 * 1024
_NANOSECONDS: Final = 1_000_000_000
Result = TypeVar("Result")


class RemoteSandbox:
    """A `SimulatedGateway` that speaks to `gateways.sandbox.server` at `base_url`.

    `timeout` is in whole seconds, for the whole answer. `api_key` is the one the server was started with;
    `settle_days` should be the server's own, and says only when a debit counts as late.
    """

    name = "sandbox"
    live = False
    takes = TAKES
    abilities = ABILITIES

    def __init__(self, base_url: str, timeout: int = 10, api_key: str = "", settle_days: int = 2):
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not an http or https address: {base_url!r}")
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port
        self._path = parts.path.rstrip("/")
        self._timeout = timeout
        self._api_key = api_key
        self._settle_days = settle_days

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
        body = {
            "key": key,
            "ref": ref,
            "amount_minor": amount_minor,
            "currency": currency,
            "token": token,
            "on": on.isoformat(),
            "now": now.isoformat(),
            "return_url": return_url,
        }
        return self._ask("POST", "charges", body, read=wire.outcome)

    def refund(
        self, *, key: str, charge_key: str, amount_minor: int, on: date, now: datetime, charge_ref: str = ""
    ) -> Outcome:
        body = {
            "key": key,
            "charge_key": charge_key,
            "charge_ref": charge_ref,
            "amount_minor": amount_minor,
            "on": on.isoformat(),
            "now": now.isoformat(),
        }
        return self._ask("POST", "refunds", body, read=wire.outcome)

    def look_up(self, key: str, ref: str) -> Outcome:
        return self._ask("GET", f"look-up?{urlencode({'key': key, 'ref': ref})}", read=wire.outcome)

    def expire(self, key: str, ref: str) -> Outcome:
        return self._ask("POST", "expire", {"key": key, "ref": ref}, read=wire.outcome)

    def read_event(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[GatewayEvent]:
        raise NoticeRefused("the sandbox sends no webhooks")

    def payouts(self, since: date) -> Sequence[Payout]:
        address = f"payouts?{urlencode({'since': since.isoformat()})}"
        return self._ask("GET", address, read=lambda answer: [wire.payout(item) for item in answer])

    def begin_method(self, *, setup_ref: str, return_url: str, name: str, now: datetime) -> str:
        body = {"setup_ref": setup_ref, "return_url": return_url, "name": name, "now": now.isoformat()}
        return self._ask("POST", "methods", body, read=lambda answer: wire.text_of(answer, "address"))

    def read_method(self, setup_ref: str) -> MethodDetails | None:
        address = f"methods?{urlencode({'setup_ref': setup_ref})}"
        return self._ask("GET", address, read=lambda answer: wire.method_details(answer) if answer else None)

    def events(self, after: str, limit: int) -> Sequence[GatewayEvent]:
        address = f"events?{urlencode({'after': after, 'limit': limit})}"
        return self._ask("GET", address, read=lambda answer: [wire.event(item) for item in answer])

    def charges(self) -> Iterable[ChargeRecord]:
        return self._ask("GET", "charges", read=lambda answer: [wire.charge_record(item) for item in answer])

    def advance(self, *, on: date, now: datetime) -> int:
        body = {"on": on.isoformat(), "now": now.isoformat()}
        return self._ask("POST", "advance", body, read=lambda answer: wire.whole(answer, "events"))

    def expected_on(self, kind: MethodKind, sent_on: date) -> date:
        return expected_on(kind, sent_on, self._settle_days)

    def returnable_until(self, kind: MethodKind, settled_on: date) -> date | None:
        return returnable_until(kind, settled_on)

    def _ask(
        self, method: str, address: str, body: dict[str, Any] | None = None, *, read: Callable[[Any], Result]
    ) -> Result:
        try:
            status, text = self._exchange(method, f"{self._path}/api/{address}", body)
            if status == 200:
                return read(wire.parsed(text))
            code = wire.text_of(wire.parsed(text), "refused") if status == 422 else "bad_request"
        except (OSError, http.client.HTTPException, wire.Unreadable, TypeError, AttributeError) as problem:
            raise GatewaySilent(f"no readable answer from the sandbox: {problem!r}") from problem
        if status in (400, 401, 404, 405, 413, 415, 422):
            raise refused(code)
        raise GatewaySilent(f"the sandbox answered {status}")

    def _exchange(self, method: str, address: str, body: dict[str, Any] | None) -> tuple[int, bytes]:
        ends = time.monotonic_ns() + self._timeout * _NANOSECONDS
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=self._timeout)
        headers = {"Accept": "application/json"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, address, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            parts: list[bytes] = []
            size = 0
            # Read in pieces against one deadline: the socket's own timeout starts again with every byte.
            while piece := response.read1(_CHUNK_BYTES):
                size += len(piece)
                if size > MAX_ANSWER_BYTES or time.monotonic_ns() > ends:
                    raise http.client.HTTPException("the answer is too long or too slow")
                parts.append(piece)
            if response.length:
                raise http.client.IncompleteRead(b"".join(parts), response.length)
            return response.status, b"".join(parts)
        finally:
            connection.close()
