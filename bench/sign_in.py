"""How near a sign-in comes to the password check alone, which is slow on purpose.

    PYTHONPATH=. .venv/bin/python bench/sign_in.py

A sign-in with the right password, from a browser that was here before: the counters of tries, the check, the sign-in
and its audit, the browser known again; three durable commits on SQLite. The other side is argon2id alone at the same
cost (19 MiB, two passes, one lane). Four at once on both sides, as the server works: while one sign-in waits for the
disk another one's password is checked. Told beside it, without a target: the same through the posted form, and both
in processor time, which a crowded machine disturbs less.
"""

from __future__ import annotations

import gc
import itertools
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

from bench.sides.alternation import Side, ratio, report, take_turns
from bench.sides.installation import Installation, installed

TURNS, UNITS, THREADS = 15, 24, 4
AT_LEAST = 0.80
NAMES = ("bo", "tess", "stan")
HERE = {"address": "127.0.0.1", "device": "Bench"}


def signing_in(ours: Installation) -> Callable[[], None]:
    """The actions of a sign-in, by three people in turn."""
    from domain.actions import credentials, known_devices, throttling

    wide = [("bench", throttling.Limit(10**9, timedelta(minutes=minutes))) for minutes in (1, 60)]
    cookies: dict[str, list[str]] = {name: [] for name in NAMES}
    turn = itertools.cycle(NAMES)

    def sign_in() -> None:
        name, now = next(turn), datetime.now(UTC)
        throttling.allow(wide, now=now)
        begun = credentials.sign_in(
            name, ours.house.password(name), **HERE, base_url="", now=now, known=cookies[name]
        )
        if begun is None or begun.stage != "full":
            raise RuntimeError(f"{name} did not get in")
        if fresh := known_devices.remember(begun.secret, cookies[name], now=now):
            cookies[name].append(fresh)

    for _name in NAMES:
        sign_in()  # the password is hashed anew at the full cost
    return sign_in


def posting(ours: Installation) -> Callable[[], None]:
    """The same through the form, as Flask's own test visitor sends it."""
    browsers = {name: ours.app.test_client() for name in NAMES}
    turn = itertools.cycle(NAMES)

    def post() -> None:
        name = next(turn)
        browsers[name].delete_cookie("duebook")
        answer = browsers[name].post("/sign-in", data={"name": name, "password": ours.house.password(name)})
        if answer.status_code != 303:
            raise RuntimeError(f"{name} did not get in: {answer.status_code}")

    return post


def checking() -> Callable[[], object]:
    hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
    stored = hasher.hash("moss lantern teacup drive")
    return lambda: hasher.verify(stored, "moss lantern teacup drive")


def at_once(name: str, work: Callable[[], object]) -> Side:
    """A side whose units of work are done by four threads."""

    def run(units: int) -> float:
        gc.collect()
        begun = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            for done in [pool.submit(work) for _unit in range(units)]:
                done.result()
        return time.perf_counter() - begun

    return Side(name, run)


def processor_time(side: Side) -> float:
    """Seconds of processor that one of its units takes, the median of some turns."""
    taken = []
    for _turn in range(7):
        begun = time.process_time()
        side.run(UNITS)
        taken.append(time.process_time() - begun)
    return statistics.median(taken) / UNITS


def main() -> bool:
    from domain.actions import hashing

    with installed(1) as ours:
        hashing.configure(cheap=False)
        ours.app.config["WTF_CSRF_ENABLED"] = False
        us = at_once("Duebook, a sign-in", signing_in(ours))
        form = at_once("the same through the form", posting(ours))
        them = at_once("argon2id alone", checking())
        take_turns([us, them, form], turns=TURNS, units=UNITS)
        reached = report(us, them, unit="sign-ins", at_least=AT_LEAST)
        print(f"  through the form {form.median:.0f} sign-ins/s, ratio {ratio(form, them):.3f}")
        used = {side.name: processor_time(side) for side in (us, form, them)}
        for side in (us, form):
            print(f"  {side.name}: ratio in processor time {used[them.name] / used[side.name]:.3f}")
        return reached


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
