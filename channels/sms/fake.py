"""A gateway for text messages that sends nothing: a server of its own, for tests and for trying things out.

    python -m channels.sms.fake --port 0 --token secret

prints `port=<number>` when it listens, on this machine only. `POST /messages` takes what `channels.sms.http` sends, one
message for each id however often it comes; `GET /messages` gives all of them, oldest first. A number that ends in 0001
is refused (422), in 0002 met with "later" (503), in 0003 never answered.

`POST /phones` {"hook", "secret", "from", "text"} lets somebody text us, `POST /reports` {"hook", "secret", "id",
"status"} tells what became of a message of ours: both are passed on to `hook` as our own gateway would, with "way" one
of bearer, basic, path, signature or none, and answered with the status we gave.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LARGEST_BYTES = 16 * 1024


class Gateway(ThreadingHTTPServer):
    """The server and what it was sent."""

    daemon_threads = True

    def __init__(self, port: int, token: str):
        super().__init__(("127.0.0.1", port), Handler)
        self.token = token
        self.taken: dict[str, dict[str, Any]] = {}
        self.stopping = threading.Event()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Gateway

    def do_POST(self) -> None:
        if self.path in ("/phones", "/reports"):
            size = int(self.headers.get("Content-Length") or 0)
            return self._answer(
                200, {"status": pass_on(json.loads(self.rfile.read(min(size, LARGEST_BYTES))))}
            )
        given = self.headers.get("Authorization", "")
        if self.server.token and not hmac.compare_digest(given, f"Bearer {self.server.token}"):
            return self._answer(401, {"error": "token"})
        size = int(self.headers.get("Content-Length") or 0)
        try:
            message = json.loads(self.rfile.read(min(size, LARGEST_BYTES)))
            number, key = str(message["to"]), str(message["id"])
        except (ValueError, KeyError, TypeError):
            return self._answer(400, {"error": "message"})
        if number.endswith("0001"):
            return self._answer(422, {"error": "number"})
        if number.endswith("0002"):
            return self._answer(503, {"error": "later"})
        if number.endswith("0003"):
            self.server.stopping.wait(60)
        self.server.taken.setdefault(key, message)
        return self._answer(202, {"id": key})

    def do_GET(self) -> None:
        self._answer(200, list(self.server.taken.values()))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is sent holds codes."""

    def _answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def pass_on(told: dict[str, Any]) -> int:
    """Tell the portal at `hook` of a text or of what became of one; returns its answer's status."""
    hook, secret, way = told.pop("hook"), told.pop("secret", ""), told.pop("way", "bearer")
    body = json.dumps(told).encode()
    headers = {"Content-Type": "application/json"}
    if way == "bearer":
        headers["Authorization"] = f"Bearer {secret}"
    elif way == "basic":
        headers["Authorization"] = f"Basic {base64.b64encode(f'duebook:{secret}'.encode()).decode()}"
    elif way == "signature":
        headers["X-Signature-256"] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    address = f"{hook}/{secret}" if way == "path" else hook
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        answer.close()
        return answer.code


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--token", default="")
    chosen = options.parse_args()
    gateway = Gateway(chosen.port, chosen.token)
    sys.stdout.write(f"port={gateway.server_address[1]}\n")
    sys.stdout.flush()
    gateway.serve_forever()


if __name__ == "__main__":
    main()
