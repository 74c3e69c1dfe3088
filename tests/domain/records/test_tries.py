"""Locks: they grow, hold for every name alike, and tell nobody who has an account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.actions import credentials, recovery
from domain.records import tries
from domain.reports.locks import closed_until
from domain.transaction import transaction
from models import Throttle, User, db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
WHERE = {"address": "192.0.2.7", "device": "Firefox · Linux", "base_url": "https://pay.example"}
DAY = timedelta(days=1)


def sign_in(name: str, password: str = "wrong", now: datetime = NOW):
    return credentials.sign_in(name, password, now=now, **WHERE)


def wait_after(app, name: str, tried: int) -> list[float]:
    """The seconds to wait after each of so many tries, each made when the wait before it is over."""
    waits, moment = [], NOW
    for _try in range(tried):
        assert sign_in(name, now=moment) is None
        with app.app_context():
            until = closed_until(name, moment) or moment
        waits.append((until - moment).total_seconds())
        moment = until + timedelta(seconds=1)
    return waits


@pytest.mark.safety("A6", "A7")
@pytest.mark.parametrize("name", ["bo", "nobody", "nobody@example.org", "C-99999"])
def test_the_wait_grows_for_a_name_that_nobody_has_as_for_one_that_somebody_has(app, house, name):
    quarter, hour, day = 900, 3600, 86400
    wanted = [0] * 5 + [2, 4, 8, 16] + [quarter] * 10 + [hour] * 10 + [day] * 2
    assert wait_after(app, name, len(wanted)) == wanted


def test_two_names_of_one_person_are_not_told_to_be_one(app, house):
    """Else ten wrong tries at an address, then one at each customer number, would tell whose it is."""
    wait_after(app, "bo@example.org", 10)
    assert sign_in("bo", now=NOW + timedelta(minutes=2)) is None
    with app.app_context():
        assert closed_until("bo@example.org", NOW + timedelta(minutes=2)) is not None
        assert closed_until("bo", NOW + timedelta(minutes=2)) is None
    assert sign_in("bo", house.password("bo"), NOW + timedelta(minutes=3)) is None  # and yet it is closed


@pytest.mark.parametrize("typed", ["c-99999", " C 99999 ", "c99999", "Ｃ-99999"])
def test_a_name_typed_in_another_way_is_the_same_name(app, house, typed):
    wait_after(app, "C-99999", 10)
    with app.app_context():
        assert closed_until(typed, NOW + timedelta(minutes=1)) is not None


def test_the_right_password_opens_every_name_again(app, house):
    for name in ("bo", "bo@example.org"):
        for _wrong in range(2):
            sign_in(name)
    assert sign_in("bo", house.password("bo"))
    with app.app_context():
        assert db.session.scalars(select(Throttle)).all() == []


@pytest.mark.safety("A8")
def test_a_new_password_by_mail_opens_every_name_again_and_ends_a_freeze(app, house, mails):
    wait_after(app, "bo@example.org", 12)
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("bo")).values(frozen_at=NOW))
    moment = NOW + timedelta(minutes=1)
    recovery.ask("bo", base_url="https://pay.example", now=moment)
    secret = mails("recover_password")[-1].secret["link"].rpartition("/")[2]
    new = "moss lantern teacup drive"
    assert recovery.recover(secret, new, address="", device="", base_url="https://pay.example", now=moment)
    with app.app_context():
        assert closed_until("bo@example.org", moment) is None
    assert sign_in("bo@example.org", new, moment)


@pytest.mark.safety("A6")
def test_a_frozen_account_answers_its_right_password_like_a_wrong_one(app, house):
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("bo")).values(frozen_at=NOW))
    assert sign_in("bo", house.password("bo")) is None
    with app.app_context():
        assert db.session.scalar(select(User.failed_count).where(User.ref == house.user("bo"))) == 0


def test_tries_while_closed_do_not_prolong_the_wait(app, house):
    wait_after(app, "nobody", 9)
    moment = NOW + timedelta(minutes=5)
    sign_in("nobody", now=moment)
    for minute in range(1, 15):
        sign_in("nobody", now=moment + timedelta(minutes=minute))
    with app.app_context():
        assert closed_until("nobody", moment + timedelta(minutes=14)) == moment + tries.LOCK


def test_the_owner_is_told_of_the_tenth_wrong_password_once_and_nobody_else_is(app, house, mails):
    wait_after(app, "bo", 12)
    wait_after(app, "nobody@example.org", 12)
    assert [mail.to_address for mail in mails("security_alert")] == ["bo@example.org"]


def test_what_was_typed_as_a_name_is_not_kept_readable(app, house):
    sign_in("my secret password typed in the wrong box")
    with app.app_context():
        [row] = db.session.scalars(select(Throttle)).all()
        assert "secret" not in row.bucket
        assert len(row.bucket) == len("name:") + 64
