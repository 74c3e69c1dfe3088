"""The gateways under test, and the small things their tests share.

`bench`         each gateway in turn, with the contract's `Bench` around it: the sandbox embedded and in a process
                of its own, Stripe before the double of it
`embedded`      an embedded sandbox with a record of its own
`start_remote`  starts a sandbox server; `start_remote(hold_seconds=1)` -> (client, program)
`NOW`, `TODAY`  a moment and a business date (a Thursday)
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import requests
from werkzeug.test import Client

from gateways.base import Outcome, SimulatedGateway
from gateways.sandbox.client import EmbeddedSandbox, RemoteSandbox
from tests.fixtures.processes import Program, python
from tests.fixtures.stripe_peer import StripePeer, WoundStripe, start_stripe

NOW = datetime(2026, 7, 2, 14, 30, tzinfo=UTC)
TODAY = date(2026, 7, 2)
HOME = "http://localhost:8000"
RETURN_URL = f"{HOME}/methods/new?from=portal"


@dataclass
class Bench:
    """One gateway, and the payer's browser in front of its pages. Keys carry `mark`, so tests may share a server."""

    gateway: SimulatedGateway
    post: Callable[[str, dict[str, str]], tuple[int, str]]
    mark: str

    def key(self, name: str = "1") -> str:
        return f"{self.mark}:{name}"

    def charge(self, name: str = "1", **changed: object) -> Outcome:
        """Charge Bo's bank account 100.00 today, with `changed` arguments."""
        wanted = {
            "key": self.key(name),
            "ref": f"ref-{self.key(name)}",
            "amount_minor": 10_000,
            "currency": "USD",
            "token": "sbx_bank",
            "on": TODAY,
            "now": NOW,
        }
        return self.gateway.charge(**(wanted | changed))

    def look_up(self, name: str = "1") -> Outcome:
        return self.gateway.look_up(self.key(name), f"ref-{self.key(name)}")

    def recorded(self) -> list[tuple[str, int, str]]:
        """(key, amount, state) of this test's charges in the gateway's own record."""
        return [
            (record.key, record.amount_minor, record.state)
            for record in self.gateway.charges()
            if record.key.startswith(self.mark)
        ]

    def happened(self) -> list[tuple[str, date, str]]:
        """(kind, business date, code) of this test's events, read page by page as a poller does."""
        found, after = [], ""
        while page := self.gateway.events(after, 7):
            found += [(event.kind, event.on, event.code) for event in page if event.key.startswith(self.mark)]
            after = page[-1].id
        return found

    def pick(self, slug: str) -> str:
        """Choose a method on the hosted page; its setup reference."""
        setup_ref = secrets.token_urlsafe(24)
        address = self.gateway.begin_method(
            setup_ref=setup_ref, return_url=RETURN_URL, name="Bo", now=NOW_REAL()
        )
        status, location = self.post(address, {"method": slug})
        assert (status, location) == (303, f"{RETURN_URL}&setup={setup_ref}")
        return setup_ref


def NOW_REAL() -> datetime:  # noqa: N802 - reads as the constant it stands beside
    """The real moment: hosted pages in another process know no other."""
    return datetime.now(UTC)


def post_embedded(sandbox: EmbeddedSandbox) -> Callable[[str, dict[str, str]], tuple[int, str]]:
    browser = Client(sandbox.wsgi_app(now=NOW_REAL))

    def post(address: str, form: dict[str, str]) -> tuple[int, str]:
        answer = browser.post(address.removeprefix(sandbox.processor.public_url), data=form)
        return answer.status_code, answer.headers.get("Location", "")

    return post


def post_remote(address: str, form: dict[str, str]) -> tuple[int, str]:
    answer = requests.post(address, data=form, allow_redirects=False, timeout=10)
    return answer.status_code, answer.headers.get("Location", "")


@pytest.fixture
def embedded(tmp_path: Path) -> EmbeddedSandbox:
    return EmbeddedSandbox(
        tmp_path / "processor.db",
        public_url=f"{HOME}/sandbox-processor",
        return_origins=[HOME],
        slow_seconds=0,
    )


StartRemote = Callable[..., tuple[RemoteSandbox, Program]]


def start_server(folder: Path, database: Path, **options: object) -> tuple[RemoteSandbox, Program]:
    timeout = int(str(options.pop("timeout", 5)))
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    command = python("-m", "gateways.sandbox.server", "--db", str(database), *arguments)
    program = Program(command, {}, folder / f"server-{secrets.token_hex(4)}.log")
    port = program.wait_for_text(r"port=(\d+)").group(1)
    return RemoteSandbox(f"http://127.0.0.1:{port}", timeout=timeout), program


@pytest.fixture
def start_remote(tmp_path: Path) -> Iterator[StartRemote]:
    programs: list[Program] = []

    def start(**options: object) -> tuple[RemoteSandbox, Program]:
        database = Path(str(options.pop("database", tmp_path / "processor.db")))
        remote, program = start_server(tmp_path, database, **options)
        programs.append(program)
        return remote, program

    yield start
    for program in programs:
        program.kill()


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteSandbox]:
    folder = tmp_path_factory.mktemp("sandbox-server")
    remote, program = start_server(folder, folder / "processor.db", timeout=2, hold_seconds=4, slow_seconds=1)
    yield remote
    program.kill()


@pytest.fixture(scope="session")
def shared_stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StripePeer]:
    faults = ("--hold-seconds", "4", "--slow-seconds", "1", "--settle-days", "2")
    peer = start_stripe(tmp_path_factory.mktemp("stripe"), *faults)
    yield peer
    peer.program.kill()


def post_to_stripe(address: str, form: dict[str, str]) -> tuple[int, str]:
    """As `post_remote`, without what Stripe adds to the address it sends people back to."""
    status, where = post_remote(address, form)
    return status, re.sub(r"[?&]payment_intent=.*", "", where)


@pytest.fixture(params=["embedded", "own-process", "stripe-double"])
def bench(request: pytest.FixtureRequest) -> Bench:
    mark = re.sub(r"\W", "-", request.node.name)
    if request.param == "stripe-double":
        stripe = WoundStripe(
            request.getfixturevalue("shared_stripe"), home_urls=[HOME], settle_days=2, timeout=2
        )
        return Bench(stripe, post_to_stripe, mark)
    if request.param == "embedded":
        sandbox = request.getfixturevalue("embedded")
        return Bench(sandbox, post_embedded(sandbox), mark)
    return Bench(request.getfixturevalue("shared_server"), post_remote, mark)
