"""Whoever got in leaves nothing behind that opens the account once its owner has locked it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from domain.actions import alarms, people, second_factors, sign_ins
from domain.records import devices
from domain.records.factors import Factors, factors_of
from domain.transaction import transaction
from models import Passkey, Person, RecoveryCode, User, db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
LONG_AGO = NOW - alarms.DOUBTED - timedelta(days=1)
PLACE = second_factors.Place("192.0.2.7", "Firefox · Linux", "https://pay.example")
KEY = b"a key of thirty-two bytes or more"

pytestmark = pytest.mark.database("sqlite")


def row(app, house, name: str = "bo") -> User:
    with app.app_context():
        return db.session.scalars(select(User).where(User.ref == house.user(name))).one()


def add_passkey(user_id: int, credential_id: str, at: datetime) -> None:
    with transaction() as session:
        session.add(
            Passkey(
                ref=credential_id, user_id=user_id, credential_id=credential_id, public_key="", name="A phone",
                created_at=at,
            )
        )  # fmt: skip


def add_app(app, house, at: datetime, name: str = "bo") -> None:
    user = row(app, house, name)
    sign_ins.begin(user.id, stage="full", address="", device="", now=at)
    sign_in_id = max(one.id for one in full_sign_ins(app, user.id))
    seed = second_factors.pending_seed(KEY, sign_in_id, user.ref, user.totp_sealed or "")
    second_factors.set_app(
        user.id, sign_in_id, pyotp.TOTP(seed).at(at), key=KEY, place=PLACE, now=at
    )  # fmt: skip


def full_sign_ins(app, user_id: int):
    from models import SignIn

    with app.app_context():
        return db.session.scalars(select(SignIn).where(SignIn.user_id == user_id)).all()


def left(app, house, name: str = "bo") -> tuple[Factors, str]:
    """The second factors and the mail address that stand now."""
    user = row(app, house, name)
    with transaction() as session:
        return factors_of(session, user.id), session.get_one(Person, user.person_id).email


def freeze(app, house, name: str = "bo") -> None:
    user = row(app, house, name)
    alarms.raise_alarm(user.id, by=f"user:{user.id}", place=PLACE, now=NOW)


@pytest.mark.safety("A24", "A28")
def test_a_passkey_added_lately_opens_nothing_after_the_alarm_and_one_from_before_stays(app, house):
    user = row(app, house)
    add_passkey(user.id, "of-the-owner", LONG_AGO)
    add_passkey(user.id, "of-a-thief", NOW - timedelta(hours=1))
    freeze(app, house)
    with app.app_context():
        kept = db.session.scalars(select(Passkey.ref).where(Passkey.removed_at.is_(None))).all()
    assert kept == ["of-the-owner"]
    assert (
        left(app, house)[1] == "bo@example.org"
    )  # their own passkey is asked for: the mailed link may open it


def test_where_every_second_factor_is_new_nobody_gets_back_in_by_mail_alone(app, house, mails):
    """Else whoever reads the mailbox would take the factors off by an alarm, and the password by a link."""
    add_passkey(row(app, house).id, "new", NOW - timedelta(hours=1))
    freeze(app, house)
    assert left(app, house) == (Factors(), "")
    [told] = mails("alarm_raised")
    assert told.data["by_mail"] is False


@pytest.mark.parametrize("before", [None, LONG_AGO])
def test_an_app_added_or_replaced_lately_is_taken_off(app, house, before):
    if before:
        add_app(app, house, before)
    add_app(app, house, NOW - timedelta(hours=1))
    freeze(app, house)
    assert left(app, house) == (Factors(), "")


def test_an_app_from_before_stays_and_so_does_the_address(app, house):
    add_app(app, house, LONG_AGO)
    freeze(app, house)
    assert left(app, house) == (Factors(app=True), "bo@example.org")


def test_a_number_and_recovery_codes_of_these_days_are_taken_off(app, house):
    user = row(app, house)
    add_app(app, house, LONG_AGO)
    with transaction() as session:
        session.execute(
            update(User)
            .where(User.id == user.id)
            .values(sms_number="+12075550142", sms_verified_at=NOW - timedelta(days=1))
        )
        session.add(RecoveryCode(user_id=user.id, code_hash="new", made_at=NOW - timedelta(days=1)))
        session.add(RecoveryCode(user_id=user.id, code_hash="old", made_at=LONG_AGO))
    freeze(app, house)
    assert left(app, house)[0] == Factors(app=True, recovery_codes=1)


def test_without_any_second_factor_the_mailed_link_opens_the_account_again(app, house):
    freeze(app, house)
    assert left(app, house) == (Factors(), "bo@example.org")


@pytest.mark.safety("A24")
def test_an_address_that_the_office_put_on_file_lately_is_in_doubt_too(app, house, mails):
    """Somebody called the office in the owner's name: the link to a new password must not go to them."""
    with transaction() as session:
        session.execute(update(User).values(created_at=LONG_AGO))
    people.set_email(house.person("bo"), "thief@evil.example", by="user:4", now=NOW - timedelta(hours=1))
    freeze(app, house)
    assert left(app, house)[1] == ""


def test_no_network_is_familiar_any_more_also_of_a_sign_in_that_had_ended(app, house):
    user = row(app, house)
    sign_ins.begin(user.id, stage="full", address="198.51.100.9", device="", now=NOW - timedelta(hours=1))
    for one in full_sign_ins(app, user.id):
        sign_ins.end(one.id, why="signed out", by="user:1", now=NOW - timedelta(minutes=50))
    freeze(app, house)
    with transaction() as session:
        assert not devices.is_familiar(session, user.id, "198.51.100.9", NOW)
