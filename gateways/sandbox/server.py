"""The processor as a server of its own: its JSON interface and its hosted pages.

    python -m gateways.sandbox.server --db sandbox.sqlite --port 0 --return-to http://localhost:8000

prints `port=<number>` when it listens. It listens on loopback unless told otherwise; outside loopback it wants the
key in the environment variable SANDBOX_API_KEY on every request of the JSON interface.
"""

from __future__ import annotations

import argparse
import hmac
import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from gateways.base import GatewayRefused
from gateways.sandbox import wire
from gateways.sandbox.keys import Answer
from gateways.sandbox.pages import HostedPages
from gateways.sandbox.processor import Processor, utc

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ANY_LOCAL_PORT = ("http://localhost:*", "http://127.0.0.1:*")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MAX_REQUEST_BYTES = 64 * 1024


class ProcessorServer:
    """The WSGI application: `/api/...` for us, everything else the hosted pages.

    An answer that never comes holds the connection for `hold_seconds`; a slow one takes `slow_seconds`.
    """

    def __init__(
        self,
        processor: Processor,
        now: Callable[[], datetime],
        *,
        api_key: str = "",
        hold_seconds: int = 60,
        slow_seconds: int = 2,
    ):
        self._processor = processor
        self._pages = HostedPages(processor, now)
        self._api_key = api_key
        self._hold_seconds = hold_seconds
        self._slow_seconds = slow_seconds
        self._verbs: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("POST", "charges"): self._charge,
            ("GET", "charges"): self._charges,
            ("POST", "refunds"): self._refund,
            ("GET", "look-up"): self._look_up,
            ("POST", "expire"): self._expire,
            ("GET", "payouts"): self._payouts,
            ("POST", "methods"): self._begin_method,
            ("GET", "methods"): self._read_method,
            ("GET", "events"): self._events,
            ("POST", "advance"): self._advance,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = MAX_REQUEST_BYTES
        if not request.path.startswith("/api/"):
            return self._pages(environ, start_response)
        return self._api(request)(environ, start_response)

    def _api(self, request: Request) -> Response:
        verb = self._verbs.get((request.method, request.path.removeprefix("/api/")))
        if verb is None:
            return _json({"refused": "bad_request"}, 404)
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self._api_key and not hmac.compare_digest(given.encode(), self._api_key.encode()):
            return _json({"refused": "bad_request"}, 401)
        # A page of another site cannot send this type without being asked first, so it cannot charge here.
        if request.method == "POST" and request.mimetype != "application/json":
            return _json({"refused": "bad_request"}, 415)
        try:
            return verb(request)
        except GatewayRefused as refusal:
            return _json({"refused": refusal.code}, 422)
        except RequestEntityTooLarge:
            return _json({"refused": "bad_request"}, 413)
        except (wire.Unreadable, ValueError):
            return _json({"refused": "bad_request"}, 400)

    def _charge(self, request: Request) -> Response:
        body = _body(request)
        answer = self._processor.charge(
            key=wire.text_of(body, "key"),
            ref=wire.text_of(body, "ref"),
            amount_minor=wire.whole(body, "amount_minor"),
            currency=wire.text_of(body, "currency"),
            token=wire.text_of(body, "token"),
            on=wire.day(body, "on"),
            now=wire.moment(body, "now"),
            return_url=wire.text_of(body, "return_url", ""),
        )
        return self._delivered(answer)

    def _refund(self, request: Request) -> Response:
        body = _body(request)
        answer = self._processor.refund(
            key=wire.text_of(body, "key"),
            charge_key=wire.text_of(body, "charge_key"),
            charge_ref=wire.text_of(body, "charge_ref", ""),
            amount_minor=wire.whole(body, "amount_minor"),
            on=wire.day(body, "on"),
            now=wire.moment(body, "now"),
        )
        return self._delivered(answer)

    def _delivered(self, answer: Answer) -> Response:
        if answer.delivery in ("lost", "lost_for_good"):
            time.sleep(self._hold_seconds)
            return _json({}, 504)
        if answer.delivery == "error" or answer.outcome is None:
            return _json({}, 429 if answer.delivery == "busy" else 500)
        if answer.delivery == "slow":
            time.sleep(self._slow_seconds)
        response = _json(wire.dumped(answer.outcome))
        if answer.delivery == "cut":
            whole_length = len(response.get_data())
            response.set_data(response.get_data()[: whole_length // 2])
            response.headers["Content-Length"] = str(whole_length)
        return response

    def _look_up(self, request: Request) -> Response:
        found = self._processor.look_up(request.args.get("key", ""), request.args.get("ref", ""))
        return _json(wire.dumped(found))

    def _expire(self, request: Request) -> Response:
        body = _body(request)
        key, ref = wire.text_of(body, "key"), wire.text_of(body, "ref")
        return _json(wire.dumped(self._processor.expire(key, ref, real_clock())))

    def _payouts(self, request: Request) -> Response:
        since = wire.day(dict(request.args), "since")
        return _json([wire.dumped(one) for one in self._processor.payouts(since)])

    def _begin_method(self, request: Request) -> Response:
        body = _body(request)
        setup_ref = wire.text_of(body, "setup_ref")
        self._processor.visits.begin_setup(
            setup_ref,
            wire.text_of(body, "return_url"),
            wire.text_of(body, "name"),
            utc(wire.moment(body, "now")),
        )
        return _json({"address": f"{self._processor.public_url}/setup/{setup_ref}"})

    def _read_method(self, request: Request) -> Response:
        found = self._processor.visits.chosen(request.args.get("setup_ref", ""))
        return _json(wire.dumped(found) if found else None)

    def _events(self, request: Request) -> Response:
        limit = request.args.get("limit", 100, type=int)
        return _json(
            [wire.dumped(item) for item in self._processor.events(request.args.get("after", ""), limit)]
        )

    def _charges(self, request: Request) -> Response:
        return _json([wire.dumped(record) for record in self._processor.charges()])

    def _advance(self, request: Request) -> Response:
        body = _body(request)
        return _json({"events": self._processor.advance(wire.day(body, "on"), wire.moment(body, "now"))})


def real_clock() -> datetime:
    """The moment, for pages: a processor has a clock of its own."""
    return datetime.now(UTC)


class _Quiet(WSGIRequestHandler):
    """Writes no line per request: the addresses carry references that open pages."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _body(request: Request) -> dict[str, Any]:
    fields = wire.parsed(request.get_data())
    if not isinstance(fields, dict):
        raise wire.Unreadable("a JSON object was expected")
    return fields


def _json(value: Any, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(wire.written(value), status=status, mimetype="application/json", headers=headers)


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gateways.sandbox.server", description=__doc__)
    parser.add_argument("--db", required=True, help="the processor's own database file")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--public-url", default="", help="where browsers reach it; default: host and port")
    parser.add_argument(
        "--return-to",
        action="append",
        default=[],
        help="an address people may be sent back to, repeatable (default: any port of this machine)",
    )
    parser.add_argument("--settle-days", type=int, default=2, help="business days until a bank debit settles")
    parser.add_argument(
        "--hold-seconds", type=int, default=60, help="how long an answer that never comes takes"
    )
    parser.add_argument("--slow-seconds", type=int, default=2, help="how long a slow answer takes")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Serve until stopped."""
    chosen = _arguments(given)
    api_key = os.environ.get("SANDBOX_API_KEY", "")
    if chosen.host not in LOOPBACK and not api_key:
        print("Set SANDBOX_API_KEY to listen outside this machine.", file=sys.stderr)
        return 1
    return_to = chosen.return_to or ANY_LOCAL_PORT
    processor = Processor(chosen.db, return_origins=return_to, settle_days=chosen.settle_days)
    application = ProcessorServer(
        processor,
        real_clock,
        api_key=api_key,
        hold_seconds=chosen.hold_seconds,
        slow_seconds=chosen.slow_seconds,
    )
    server = make_server(chosen.host, chosen.port, application, threaded=True, request_handler=_Quiet)
    processor.public_url = (chosen.public_url or f"http://{chosen.host}:{server.port}").rstrip("/")
    print(f"port={server.port}", flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
