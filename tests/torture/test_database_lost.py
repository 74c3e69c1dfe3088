"""Postgres goes away in the middle of things, again and again, and takes every connection with it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from domain.actions import payment_watch, scheduled
from domain.actions.day import days, run_day
from domain.actions.payment_limits import PLAIN, Wanted
from models import db
from tests.domain.actions.paying import DAY, HOUR, NOW, TODAY, Till
from tests.torture import broken
from tests.torture.oracle import Verdict, judge

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("postgres")]


@contextmanager
def unreliable(server, url: str, seed: int) -> Iterator[list[int]]:
    """A database that is away for some 40 ms at random moments; yields the list of its outages so far."""
    name, dice, over, outages = sa.make_url(url).database, random.Random(seed), threading.Event(), []

    def fail() -> None:
        while not over.is_set():
            time.sleep(dice.randrange(20, 150) / 1000)
            server.admin(
                f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false',
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
            )
            time.sleep(0.04)
            server.admin(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            outages.append(1)

    thread = threading.Thread(target=fail, daemon=True)
    thread.start()
    try:
        yield outages
    finally:
        over.set()
        thread.join()


def tried(work) -> bool:
    try:
        work()
    except DBAPIError:
        return False
    return True


def pay_through_outages(
    till: Till, wishes: dict[str, tuple[str, int, str]], outages: list[int], wanted: int
) -> int:
    """Pay, plan and run the timetable until the database was away `wanted` times; how often somebody saw an error."""
    errors, number = 0, 0
    loan_methods = list(wishes.pop("ways"))
    while len(outages) < wanted:
        loan, method = loan_methods[number % len(loan_methods)]
        ref, plan = f"lost-{number}", PLAIN if number % 3 else Wanted(on=TODAY + DAY)
        wishes[ref] = (loan, 1_500 + number % 40, method)
        number += 1
        errors += not tried(lambda r=ref, p=plan: till.pay(*wishes[r], r, wanted=p))
        if number % 4 == 0:
            errors += not tried(lambda: scheduled.send_due(today=TODAY + DAY, now=NOW, limit=5))
            errors += not tried(lambda: payment_watch.resolve_unknown(today=TODAY, now=NOW + HOUR))
    return errors


def afterwards(till: Till, wishes: dict[str, tuple[str, int, str]]) -> Verdict:
    with till.house.app.app_context():
        db.session.remove()
        db.engine.dispose()
    for ref, wish in wishes.items():
        till.pay(*wish, ref)
    for number, on in enumerate(days(TODAY + DAY, TODAY + 8 * DAY)):
        run_day(on, now=NOW + (1 + number * 5) * HOUR)
        for _ in range(len(wishes) // payment_watch.PAGE):
            payment_watch.resolve_unknown(today=on, now=NOW + (1 + number * 5) * HOUR)
    return judge(till, wishes)


@pytest.fixture
def ways(open_agreement, bank, card) -> list[tuple[str, str]]:
    loans = [open_agreement("bo", principal_minor=90_000_000) for _ in range(3)]
    return [(loan, method) for loan in loans for method in (bank, card)]


@pytest.mark.safety("J15")
def test_a_database_that_goes_away_loses_and_doubles_nothing(
    till, ways, postgres_server, database_url, rounds
) -> None:
    wishes = {"ways": ways}
    seed = random.randrange(10**6)
    with unreliable(postgres_server, database_url, seed) as outages:
        errors = pay_through_outages(till, wishes, outages, rounds(8, 200))
    print(f"seed {seed}: {len(outages)} outages, {len(wishes)} payments, {errors} errors shown")  # noqa: T201
    assert errors > 0
    verdict = afterwards(till, wishes)
    assert verdict.innocent, verdict
    assert verdict.charges == len(wishes)


def test_canary_a_build_that_charges_before_it_writes_down_is_found_out(
    till, ways, postgres_server, database_url, monkeypatch
) -> None:
    broken.charge_first(monkeypatch)
    wishes = {"ways": ways}
    with unreliable(postgres_server, database_url, 7) as outages:
        pay_through_outages(till, wishes, outages, 40)
    assert not afterwards(till, wishes).innocent
