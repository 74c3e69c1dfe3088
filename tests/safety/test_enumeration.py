"""Nobody learns from an answer who has an account: the same bytes, status, headers and time for every kind of name."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from blueprints.public import throttle
from domain.actions import claims, credentials, people, throttling
from domain.records.tries import HARD_STOP
from domain.transaction import transaction
from models import Agreement, User, db
from tests.fixtures.forms import without_own

FLOWS = {
    "/sign-in": "name",
    "/recover": "name",
    "/recover/username": "email",
    "/claim": "name",
    "/register": "number",
}
OWN_HEADERS = ("Content-Length", "Set-Cookie", "X-Request-Id")
KINDS = ("known", "staff", "unknown", "unclaimed", "frozen", "disabled")


@dataclass
class Doors:
    """A business with an account of every kind; `names(kind, flow)` is what somebody types who asks about one."""

    app: Flask
    numbers: dict[str, str] = field(default_factory=dict)

    def typed(self, kind: str, flow: str) -> str:
        if flow == "/register":
            return self.numbers.get(kind, "L-99999")
        local = {"known": "bo", "staff": "dana", "frozen": "stan", "disabled": "tess"}.get(kind, kind)
        return f"{local}@example.org"

    def ask(self, flow: str, kind: str):
        """The answer to the flow's form, from a browser and an address that nobody used before."""
        data = {FLOWS[flow]: self.typed(kind, flow), "password": "a wrong password"}
        return self.app.test_client().post(flow, data=data)


def set_up_doors(house, open_agreement) -> Doors:
    doors = Doors(house.app)
    nora = people.create_person("Nora", "unclaimed@example.org", by="t", now=house.now)
    # An hour ago: a link of the last two minutes would keep another one back.
    claims.invite(nora, None, by="t", now=house.now - timedelta(hours=1), base_url="http://localhost")
    with transaction() as session:
        session.execute(update(User).where(User.username == "stan").values(frozen_at=house.now))
        session.execute(update(User).where(User.username == "tess").values(disabled_at=house.now))
    for kind, name in (("known", "bo"), ("frozen", "stan"), ("disabled", "tess")):
        ref = open_agreement(name)
        with house.app.app_context():
            doors.numbers[kind] = db.session.scalar(select(Agreement.number).where(Agreement.ref == ref))
    return doors


@pytest.fixture
def doors(house, open_agreement) -> Doors:
    doors = set_up_doors(house, open_agreement)
    moment = house.app.extensions["clock"].now()  # stands still: pages say from when a mail can be sent again
    house.app.extensions["clock"] = SimpleNamespace(
        now=lambda: moment, today=moment.date, zone=ZoneInfo("UTC")
    )
    return doors


def shown(answer, typed: str) -> tuple[int, list[str], str]:
    """Status, headers and page, without what the visitor typed, and the form's token and the request's name, made anew
    for everybody."""
    headers = [f"{k}: {v}" for k, v in answer.headers if k not in OWN_HEADERS]
    return answer.status_code, headers, without_own(answer.text, typed)


@pytest.mark.safety("A6")
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("flow", FLOWS)
def test_the_answer_is_the_same_byte_for_byte_for_every_kind_of_name(doors, flow):
    answers = {kind: shown(doors.ask(flow, kind), doors.typed(kind, flow)) for kind in KINDS}
    assert [kind for kind in KINDS if answers[kind] != answers["unknown"]] == []


@pytest.mark.safety("A6", "A7")
@pytest.mark.database("sqlite")
def test_a_locked_name_reads_the_same_whether_or_not_anybody_has_it(doors, house):
    for kind in KINDS:
        for number in range(HARD_STOP):
            at = doors.app.extensions["clock"].now() - timedelta(minutes=14 - number)
            credentials.sign_in(
                doors.typed(kind, "/sign-in"), "wrong", address="", device="", base_url="", now=at
            )
    answers = {kind: shown(doors.ask("/sign-in", kind), doors.typed(kind, "/sign-in")) for kind in KINDS}
    assert "closed until" in answers["unknown"][2]
    assert [kind for kind in KINDS if answers[kind] != answers["unknown"]] == []


@pytest.mark.safety("A6")
@pytest.mark.database("sqlite")
def test_the_answer_takes_the_same_time_for_every_kind_of_name(doors, monkeypatch):
    """A quick look at every build; the one over a thousand answers each stands in tests/torture."""
    monkeypatch.setattr(throttling, "allow", lambda *_counted, **_now: True)
    monkeypatch.setattr(throttle, "SECONDS_TO_ANSWER", 0.1)
    doors.app.config["THROTTLE"] = True
    for flow in FLOWS:
        doors.ask(flow, "unknown")  # templates and statements are made once
        middle = {kind: statistics.median(taken(doors, flow, kind) for _ in range(3)) for kind in KINDS}
        assert max(middle.values()) - min(middle.values()) < 0.02, (flow, middle)


def taken(doors: Doors, flow: str, kind: str) -> float:
    began = time.perf_counter()
    doors.ask(flow, kind)
    return time.perf_counter() - began
