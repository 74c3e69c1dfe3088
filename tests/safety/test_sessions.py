"""What was ended stays ended, and what somebody may no longer do they cannot do with their next request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from domain.actions import sign_ins
from domain.transaction import transaction
from models import SignIn, User, db

RACES = 40


def user_id(house, name: str) -> int:
    with house.app.app_context():
        return db.session.scalar(sa.select(User.id).where(User.ref == house.user(name)))


def standing(house, name: str) -> list[SignIn]:
    with house.app.app_context():
        open_ = SignIn.ended_at.is_(None), SignIn.user_id == user_id(house, name)
        return list(db.session.scalars(sa.select(SignIn).where(*open_)))


def change(house, name: str, **values: object) -> None:
    with transaction() as session:
        session.execute(sa.update(User).where(User.id == user_id(house, name)).values(**values))


@pytest.mark.safety("S9")
def test_a_slow_request_does_not_revive_a_sign_in_that_was_ended_meanwhile(app, house) -> None:
    """The page is asked for, the sign-in is ended, and only then the answer notes that it was used."""
    here, slow = house.client("bo"), house.client("bo")

    @app.get("/slow")
    def slowly() -> str:
        assert here.post("/account/sign-ins/others/ended").status_code == 303
        return "done"

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        slow.get("/slow")
        assert slow.get("/profile").status_code == 303
        assert here.get("/profile").status_code == 200
    assert len(standing(house, "bo")) == 1


@pytest.mark.safety("S9", "S5")
@pytest.mark.parametrize("work", ["touch", "renew"])
def test_ending_all_beside_any_other_work_leaves_none(house, work) -> None:
    """A note of use or a step-up at the same moment: whoever comes first, nobody is left signed in."""
    bo, now = user_id(house, "bo"), datetime.now(UTC)

    def use(one: int) -> None:
        if work == "touch":
            return sign_ins.touch(one, now)
        with transaction() as session:
            sign_ins.renew(session, one, why="stepped up", now=now)
        return None

    def end(_one: int) -> None:
        sign_ins.end_all(bo, why="password changed", by="test", now=now)

    with ThreadPoolExecutor(2) as pool:
        for _race in range(RACES):
            sign_ins.begin(bo, stage="full", address="", device="", now=now)
            [begun] = standing(house, "bo")
            list(pool.map(lambda do, one=begun.id: do(one), (use, end)))
            assert standing(house, "bo") == []


@pytest.mark.safety("S7", "S5")
def test_a_role_that_was_taken_away_is_gone_with_the_next_request(app, house) -> None:
    dana = house.client("dana")
    assert dana.get("/office/people").status_code == 200
    change(house, "dana", role="landlord")
    assert dana.get("/office/people").status_code == 403
    change(house, "dana", role="customer")
    assert dana.get("/office/people").status_code == 404


@pytest.mark.safety("S5")
@pytest.mark.parametrize("column", ["disabled_at", "frozen_at"])
def test_somebody_who_was_shut_out_is_out_with_the_next_request(app, house, column) -> None:
    for name in ("dana", "bo"):
        client = house.client(name)
        assert client.get("/account").status_code == 200
        change(house, name, **{column: house.now})
        assert client.get("/account").location == "/sign-in?next=/account"


@pytest.mark.safety("S4")
@pytest.mark.parametrize(("name", "idle", "hours"), [("bo", 30, 24), ("dana", 15, 12), ("adam", 15, 12)])
def test_a_sign_in_ends_by_its_role(app, house, name, idle, hours) -> None:
    began, used, forgotten = datetime.now(UTC), house.client(name), house.client(name)
    for minutes in range(0, 60 * hours, idle - 1):
        with time_machine.travel(began + timedelta(minutes=minutes)):
            assert used.get("/account").status_code == 200
            if minutes > idle:
                assert forgotten.get("/account").status_code == 303
    with time_machine.travel(began + timedelta(hours=hours, minutes=1)):
        assert used.get("/account").status_code == 303
