"""A thousand answers of each kind of name at each door: no classifier of times tells them apart (safety A6, T17).

The measure is the area under the ROC curve of the best single threshold on the time: 0.5 is a coin, 1 is certainty.
"""

from __future__ import annotations

import random
import secrets

import pytest
from sqlalchemy import delete, update

from blueprints.public import throttle
from domain.actions import hashing, throttling
from domain.transaction import transaction
from models import Throttle, User
from tests.safety.test_enumeration import FLOWS, set_up_doors, taken

pytestmark = [pytest.mark.torture, pytest.mark.database("sqlite")]
SAMPLES = 1000
OTHERS = ("known", "unclaimed", "frozen")
AT_MOST = 0.55


def area(these: list[float], others: list[float]) -> float:
    """How often a time of `these` is longer than one of `others` (ties count half), whichever way tells more."""
    ranked = sorted([(time, 0) for time in these] + [(time, 1) for time in others])
    below = wins = 0
    for _time, other in ranked:
        if other:
            below += 1
        else:
            wins += below
    share = wins / (len(these) * len(others))
    return max(share, 1 - share)


def test_the_measure_sees_a_difference_of_a_fifth_of_a_millisecond():
    """Else a pass would mean nothing."""
    noise = random.Random(1)
    these = [noise.gauss(0.1, 0.0003) for _ in range(1000)]
    others = [noise.gauss(0.1002, 0.0003) for _ in range(1000)]
    assert area(these, others) > 0.6
    assert area(these, [noise.gauss(0.1, 0.0003) for _ in range(1000)]) < AT_MOST


@pytest.mark.safety("A6")
@pytest.mark.parametrize("flow", FLOWS)
def test_a_thousand_answers_of_each_kind_take_times_that_nothing_tells_apart(
    house, open_agreement, monkeypatch, flow
):
    monkeypatch.setattr(throttling, "allow", lambda *_counted, **_now: True)
    monkeypatch.setattr(throttle, "SECONDS_TO_ANSWER", 0.05)
    doors = set_up_doors(house, open_agreement)
    doors.app.config["THROTTLE"] = True
    hashing.configure(cheap=False)
    with transaction() as session:  # the house was built with cheap hashes, which are checked in no time
        session.execute(update(User).values(password_hash=hashing.make(secrets.token_hex(16))))
    try:
        times: dict[str, list[float]] = {kind: [] for kind in ("unknown", *OTHERS)}
        order = random.Random(7)
        doors.ask(flow, "unknown")
        for _sample in range(SAMPLES):
            for kind in order.sample(list(times), len(times)):
                open_all_doors()
                times[kind].append(taken(doors, flow, kind))
    finally:
        hashing.configure(cheap=True)
    areas = {kind: area(times[kind], times["unknown"]) for kind in OTHERS}
    assert max(areas.values()) <= AT_MOST, areas


def open_all_doors() -> None:
    """No name is locked when it is tried: what is compared is the name, not how often it was tried."""
    with transaction() as session:
        session.execute(delete(Throttle))
        session.execute(update(User).values(failed_count=0, locked_until=None))
