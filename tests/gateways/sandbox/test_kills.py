"""A processor that is killed while it charges: its record tells the truth afterwards, once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gateways.base import GatewaySilent, Outcome
from gateways.sandbox.client import RemoteSandbox
from tests.gateways.conftest import NOW, TODAY, StartRemote


def charge(remote: RemoteSandbox, key: str) -> Outcome:
    return remote.charge(
        key=key, ref=f"ref-{key}", amount_minor=10_000, currency="USD", token="sbx_bank", on=TODAY, now=NOW
    )


def charge_until_silent(
    remote: RemoteSandbox, name: str, asked: list[str], answered: dict[str, Outcome]
) -> None:
    for number in range(1000):
        key = f"{name}-{number}"
        asked.append(key)
        try:
            answered[key] = charge(remote, key)
        except GatewaySilent:
            return


def test_after_a_kill_in_the_middle_look_up_tells_the_truth_and_nothing_is_charged_twice(
    start_remote: StartRemote, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    dice = random.Random(seed)
    database = tmp_path / "killed.db"
    asked: list[str] = []
    answered: dict[str, Outcome] = {}
    silent_but_charged = 0
    for life in range(rounds(4, 200)):
        remote, program = start_remote(database=database, timeout=5)
        threads = [
            threading.Thread(target=charge_until_silent, args=(remote, f"{life}-{number}", asked, answered))
            for number in range(6)
        ]
        for thread in threads:
            thread.start()
        time.sleep(dice.uniform(0.02, 0.25))
        program.kill()
        for thread in threads:
            thread.join()

    remote, _ = start_remote(database=database)
    for key in asked:
        found = remote.look_up(key, f"ref-{key}")
        if key in answered:
            assert found == answered[key]
        elif found.state != "not_found":
            silent_but_charged += 1
        again = charge(remote, key)
        assert found.state == "not_found" or again == found
    recorded = [record.key for record in remote.charges()]
    assert sorted(recorded) == sorted(asked)
    assert len(answered) > 0
    assert len(answered) + silent_but_charged <= len(asked)
    accepted = [event.key for event in read_all(remote)]
    assert sorted(accepted) == sorted(asked)


def read_all(remote: RemoteSandbox) -> list:
    found, after = [], ""
    while page := remote.events(after, 1000):
        found += page
        after = page[-1].id
    return found


def test_a_kill_while_days_pass_lets_each_thing_happen_once(
    start_remote: StartRemote, tmp_path: Path
) -> None:
    database = tmp_path / "killed.db"
    remote, program = start_remote(database=database)
    keys = [str(number) for number in range(400)]
    for key in keys:
        remote.charge(
            key=key, ref=key, amount_minor=10_000, currency="USD", token="sbx_bank_r01", on=TODAY, now=NOW
        )
    later = TODAY.replace(day=20)

    def advance() -> None:
        try:
            remote.advance(on=later, now=NOW)
        except GatewaySilent:
            return

    thread = threading.Thread(target=advance)
    thread.start()
    time.sleep(0.03)
    program.kill()
    thread.join()
    remote, _ = start_remote(database=database)
    remote.advance(on=later, now=NOW)
    events = read_all(remote)
    for kind in ("accepted", "settled", "returned"):
        assert sorted(event.key for event in events if event.kind == kind) == sorted(keys)
    assert {record.state for record in remote.charges()} == {"returned"}
