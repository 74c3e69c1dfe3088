"""The code after the password: once, in its time, and by an app that was proven."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import func, select, update

from domain.actions import credentials, second_factors, sign_ins
from domain.records.tries import HARD_STOP
from domain.transaction import transaction
from domain.words import Refused
from models import SignIn, User, db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
WHERE = {"address": "192.0.2.7", "device": "Firefox · Linux", "base_url": "https://pay.example"}
PLACE = second_factors.Place("192.0.2.7", "Firefox · Linux", "https://pay.example")
KEY = b"a key of thirty-two bytes or more"


def sign_in(name: str, password: str, now: datetime = NOW, **other: str):
    return credentials.sign_in(name, password, now=now, **{**WHERE, **other})


def row(app, ref: str) -> User:
    with app.app_context():
        return db.session.scalars(select(User).where(User.ref == ref)).one()


def half_signed_in(app, house, name: str = "dana", now: datetime = NOW) -> int:
    begun = sign_in(name, house.password(name), now)
    assert begun.stage == "password"
    with app.app_context():
        return db.session.scalar(select(func.max(SignIn.id)))


def confirm(sign_in_id: int, code: str, now: datetime = NOW) -> str | None:
    return second_factors.confirm(sign_in_id, code, key=KEY, place=PLACE, now=now)


def code_of(house, now: datetime, name: str = "dana") -> str:
    return pyotp.TOTP(house.seed(name)).at(now)


def test_staff_are_let_in_after_the_code_with_a_new_sign_in(app, house):
    waiting = half_signed_in(app, house)
    assert confirm(waiting, "000000") is None
    assert confirm(waiting, code_of(house, NOW))
    with app.app_context():
        old, new = db.session.scalars(select(SignIn).order_by(SignIn.id)).all()[-2:]
        assert (old.stage, bool(old.ended_at), new.stage, new.ended_at) == ("password", True, "full", None)


@pytest.mark.safety("A18")
def test_a_code_works_once_and_an_older_one_never_after_a_newer(app, house):
    later = NOW + timedelta(seconds=30)
    first, second = code_of(house, NOW), code_of(house, later)
    assert confirm(half_signed_in(app, house), second, NOW)  # the next step is within the window
    assert confirm(half_signed_in(app, house), second, NOW) is None
    assert confirm(half_signed_in(app, house), first, NOW) is None
    assert confirm(half_signed_in(app, house, now=later), second, later) is None


@pytest.mark.parametrize(
    ("steps", "said"),
    [(-10, "5 min slow"), (-4, "2 min slow"), (-2, "1 min slow"), (2, "1 min fast"), (4, "2 min fast")],
)
def test_a_code_by_a_clock_that_is_wrong_is_refused_and_the_clock_is_named(app, house, steps, said):
    waiting, code = half_signed_in(app, house), code_of(house, NOW + timedelta(seconds=30 * steps))
    with pytest.raises(Refused, match=said):
        confirm(waiting, code)
    assert row(app, house.user("dana")).failed_count == 1  # the try was counted all the same
    assert confirm(waiting, code_of(house, NOW))


@pytest.mark.parametrize("steps", [-11, 11, 400])
def test_a_code_of_another_hour_is_refused_without_a_word_about_clocks(app, house, steps):
    waiting = half_signed_in(app, house)
    assert confirm(waiting, code_of(house, NOW + timedelta(seconds=30 * steps))) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345"])
def test_what_is_no_code_is_refused(app, house, code):
    assert confirm(half_signed_in(app, house), code) is None


def test_a_code_with_spaces_is_read(app, house):
    code = code_of(house, NOW)
    assert confirm(half_signed_in(app, house), f" {code[:3]} {code[3:]} ")


@pytest.mark.safety("A18")
def test_one_code_sent_many_times_at_once_opens_one_sign_in(app, house):
    from concurrent.futures import ThreadPoolExecutor

    waiting, code = half_signed_in(app, house), code_of(house, NOW)
    with ThreadPoolExecutor(16) as pool:
        opened = [secret for secret in pool.map(lambda _n: confirm(waiting, code), range(50)) if secret]
    assert len(opened) == 1


@pytest.mark.safety("A7")
def test_ten_wrong_codes_lock_and_knowing_the_password_frees_no_tries(app, house):
    moment = NOW
    for _wrong in range(HARD_STOP):
        assert confirm(half_signed_in(app, house, now=moment), "000000", moment) is None
        moment += timedelta(seconds=30)
    assert row(app, house.user("dana")).failed_count == HARD_STOP
    assert sign_in("dana", house.password("dana"), moment) is None


@pytest.mark.safety("A21", "D1")
def test_the_seed_is_sealed_and_staff_without_an_app_enrol_with_the_one_offered(app, house):
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("dana")).values(totp_sealed=None))
    waiting = half_signed_in(app, house)
    seed = second_factors.pending_seed(KEY, waiting, house.user("dana"))
    assert seed == second_factors.pending_seed(KEY, waiting, house.user("dana"))
    assert seed != second_factors.pending_seed(KEY, waiting + 1, house.user("dana"))
    assert confirm(waiting, "000000") is None
    assert row(app, house.user("dana")).totp_sealed is None
    assert confirm(waiting, pyotp.TOTP(seed).at(NOW))
    sealed = row(app, house.user("dana")).totp_sealed
    assert sealed
    assert seed not in sealed
    later = NOW + timedelta(seconds=60)
    assert confirm(half_signed_in(app, house, now=later), pyotp.TOTP(seed).at(later), later)


@pytest.mark.safety("S9")
def test_a_sign_in_that_ended_goes_no_further(app, house):
    waiting = half_signed_in(app, house)
    sign_ins.end_all(row(app, house.user("dana")).id, why="password changed", by="test", now=NOW)
    assert confirm(waiting, code_of(house, NOW)) is None
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(SignIn.ended_at.is_(None))) == 0
