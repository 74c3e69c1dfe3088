"""Six digits: for one purpose of one sign-in, once, for ten minutes and five tries (safety A17)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain import sealing
from domain.actions import sign_ins
from domain.records import codes
from domain.transaction import transaction
from models import Code, SignIn, User, db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def user_id(app, house) -> int:
    with app.app_context():
        return db.session.scalar(select(User.id).where(User.ref == house.user("bo")))


@pytest.fixture
def new_sign_in(app, user_id):
    def begin() -> int:
        secret = sign_ins.begin(user_id, stage="device", address="a", device="d", now=NOW)
        with app.app_context():
            return db.session.scalar(select(SignIn.id).where(SignIn.id_hash == sealing.fingerprint(secret)))

    return begin


@pytest.fixture
def sign_in(new_sign_in) -> int:
    return new_sign_in()


def make(user_id: int, sign_in: int, purpose: str = "device", now: datetime = NOW) -> str:
    with transaction() as session:
        return codes.make(session, user_id, sign_in, purpose, "bo@example.org", now)


def use(sign_in: int, typed: str, purpose: str = "device", now: datetime = NOW) -> bool:
    with transaction() as session:
        return codes.use(session, sign_in, purpose, typed, now) is not None


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.safety("A17")
def test_a_code_is_six_digits_and_works_once(user_id, sign_in):
    code = make(user_id, sign_in)
    assert len(code) == 6
    assert code.isdigit()
    assert use(sign_in, f" {code[:3]} {code[3:]} ")
    assert not use(sign_in, code)


@pytest.mark.safety("A17", "D6")
def test_only_a_keyed_hash_is_kept(app, user_id, sign_in):
    code = make(user_id, sign_in)
    with app.app_context():
        row = db.session.scalars(select(Code)).one()
    assert len(row.code_hash) == 64
    assert row.code_hash != sealing.fingerprint(code)
    assert code not in row.code_hash


@pytest.mark.safety("A17")
def test_fifty_at_once_are_one_success(user_id, sign_in):
    code = make(user_id, sign_in)
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _n: use(sign_in, code), range(50))) == 1


@pytest.mark.safety("A17")
def test_fifty_wrong_ones_at_once_are_five_tries(app, user_id, sign_in):
    code = make(user_id, sign_in)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _n: use(sign_in, wrong(code)), range(50)))
    with app.app_context():
        assert db.session.scalar(select(Code.tries)) == codes.MOST_TRIES
    assert not use(sign_in, code)


@pytest.mark.safety("A17")
def test_it_is_for_its_own_sign_in_and_its_own_purpose_only(user_id, sign_in, new_sign_in):
    code, other = make(user_id, sign_in), new_sign_in()
    make(user_id, other)
    assert not use(other, code)
    assert not use(sign_in, code, "sms")
    make(user_id, sign_in, "sms")
    assert not use(sign_in, code, "sms")
    assert use(sign_in, code)


@pytest.mark.safety("A17")
def test_it_lives_for_ten_minutes(user_id, sign_in):
    code = make(user_id, sign_in)
    assert not use(sign_in, code, now=NOW + codes.LIFE)
    assert use(sign_in, code, now=NOW + codes.LIFE - timedelta(seconds=1))


@pytest.mark.safety("A17")
def test_a_new_code_replaces_the_one_before(user_id, sign_in):
    first, second = make(user_id, sign_in), make(user_id, sign_in)
    assert first == second or not use(sign_in, first)
    assert use(sign_in, second)


def test_many_asked_for_at_once_leave_one_that_works(user_id, sign_in):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _n: make(user_id, sign_in), range(8)))
    with transaction() as session:
        standing = session.scalars(select(Code).where(Code.voided_at.is_(None))).all()
        assert len(standing) == 1
    assert sum(use(sign_in, code) for code in dict.fromkeys(reversed(made)) if code) <= 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "\x00" * 6])
def test_what_is_no_code_is_refused(user_id, sign_in, typed):
    make(user_id, sign_in)
    assert not use(sign_in, typed)


def test_the_next_one_waits_a_minute(user_id, sign_in):
    make(user_id, sign_in)
    with transaction() as session:
        again = codes.may_send_again(session, sign_in, "device", NOW + timedelta(seconds=59))
        assert again == NOW + codes.PAUSE
        assert codes.may_send_again(session, sign_in, "device", NOW + codes.PAUSE) is None
        assert codes.may_send_again(session, sign_in, "sms", NOW) is None


def test_a_code_made_before_the_key_was_changed_still_works(user_id, sign_in, monkeypatch):
    code = make(user_id, sign_in)
    monkeypatch.setattr(sealing, "_source", None)
    monkeypatch.setattr(sealing, "_keys", dict(sealing._keys))
    monkeypatch.setattr(sealing, "_current", sealing._current)
    sealing.configure(b"another master key of 32 bytes..")
    assert use(sign_in, code)
