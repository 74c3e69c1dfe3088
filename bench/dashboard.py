"""The signed-in customer's first page against a bare Flask page, both served as `make run` serves.

    PYTHONPATH=. .venv/bin/python bench/dashboard.py

Both servers are gunicorn with one worker and eight threads on a copy each of one database; visitors on the loopback ask
them in turns. Told are requests a second with eight visitors at once, and the time of one visitor alone.
"""

from __future__ import annotations

import http.client
import shutil
import sqlite3
import statistics
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench.sides.installation import Installation, installed
from bench.sides.our_payment import paying
from bench.sides.visitors import Asked, Connection, visit
from tests.fixtures.postgres import free_port
from tests.fixtures.processes import PROJECT, Program, python

LOANS = 2
HISTORY = 40
AGE_DAYS = 300  # twenty payments of each loan and a day or two
OTHERS = 300
TURNS = 9
SECONDS = 2.0
RATE_AT_LEAST, TIME_AT_MOST = 0.70, 1.4


def serve(name: str, app: str, settings: dict[str, str], folder: Path, stack: ExitStack) -> int:
    """Start gunicorn with our own configuration and give its port."""
    port = free_port()
    settings = settings | {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DUEBOOK_BASE_URL": f"http://localhost:{port}",
    }
    command = python("-m", "gunicorn", "--config", str(PROJECT / "bin" / "gunicorn.conf.py"), app)
    program = Program(command, settings | {"PYTHONPATH": str(PROJECT)}, folder / f"{name}.log")
    stack.callback(program.stop)
    program.wait_for_page(f"http://127.0.0.1:{port}/healthz")
    return port


def own_cookie(ours: Installation) -> str:
    from domain.actions import sign_ins

    secret = sign_ins.begin(
        ours.who.user_id, stage="full", address="127.0.0.1", device="Bench", now=datetime.now(UTC)
    )
    return f"duebook={secret}"


def cookies_of(port: int, path: str, cookie: str = "") -> str:
    """The cookies a browser would send after one visit of `path`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    given = connection.getresponse().headers.get_all("Set-Cookie") or []
    connection.close()
    return "; ".join(filter(None, [cookie, *(one.split(";")[0] for one in given)]))


def turns(ours: list[Connection], bare: list[Connection]) -> list[tuple[Asked, Asked]]:
    for side in (ours, bare):
        visit(side, 1.0)
    return [(visit(ours, SECONDS), visit(bare, SECONDS)) for _ in range(TURNS)]


def median(found: list[tuple[Asked, Asked]], of: Callable[[Asked, Asked], float]) -> float:
    return statistics.median(of(us, them) for us, them in found)


def tell(crowd: list[tuple[Asked, Asked]], alone: list[tuple[Asked, Asked]]) -> bool:
    """Print both comparisons; whether both targets are reached."""
    rate = median(crowd, lambda us, them: us.rate / them.rate)
    time = median(alone, lambda us, them: us.median_ms / them.median_ms)
    print("\nThe signed-in customer's first page, eight visitors at once")
    print(f"  {'Duebook':<34}{median(crowd, lambda us, _: us.rate):>9.0f} pages/s")
    print(f"  {'bare page, four ORM queries':<34}{median(crowd, lambda _, them: them.rate):>9.0f} pages/s")
    print(
        f"  ratio {rate:.3f} (target at least {RATE_AT_LEAST:g}): {'reached' if rate >= RATE_AT_LEAST else 'MISSED'}"
    )
    print("One visitor alone, median time of a page")
    print(f"  {'Duebook':<34}{median(alone, lambda us, _: us.median_ms):>9.2f} ms")
    print(f"  {'bare page, four ORM queries':<34}{median(alone, lambda _, them: them.median_ms):>9.2f} ms")
    print(
        f"  ratio {time:.3f} (target at most {TIME_AT_MOST:g}): {'reached' if time <= TIME_AT_MOST else 'MISSED'}"
    )
    return rate >= RATE_AT_LEAST and time <= TIME_AT_MOST


def main() -> int:
    with installed(LOANS, others=OTHERS, age_days=AGE_DAYS) as ours, ExitStack() as stack:
        pay = paying(ours)
        for _ in range(HISTORY):
            pay()
        cookie = own_cookie(ours)
        with sqlite3.connect(ours.database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copyfile(ours.database, ours.folder / "bare.db")
        own_port = serve("ours", "app:create_app()", ours.settings, ours.folder, stack)
        url = f"sqlite:///{ours.folder / 'bare.db'}"
        bare_app = "bench.sides.bare_page:create_app()"
        bare_port = serve("bare", bare_app, {"DUEBOOK_DATABASE_URL": url}, ours.folder, stack)
        cookie = cookies_of(own_port, "/dashboard", cookie)
        us = [Connection(own_port, "/dashboard", cookie) for _ in range(8)]
        bare = cookies_of(bare_port, f"/sign-in/{ours.house.user('bo')}")
        them = [Connection(bare_port, "/dashboard", bare) for _ in range(8)]
        print(f"Duebook's page has {us[0].ask():,} bytes, the bare one {them[0].ask():,}")
        crowd = turns(us, them)
        for connection in us[1:] + them[1:]:
            connection.close()
        return 0 if tell(crowd, turns(us[:1], them[:1])) else 1


if __name__ == "__main__":
    sys.exit(main())
