"""Ways back in by mail: for a forgotten password and a forgotten username."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from domain.actions import credentials, people, recovery, sign_ins
from domain.records.tries import HARD_STOP
from domain.transaction import transaction
from domain.words import Refused
from models import Outbox, SignIn, User, db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
WHERE = {"address": "192.0.2.7", "device": "Firefox · Linux", "base_url": "https://pay.example"}
GOOD = "moss lantern teacup drive"


def sign_in(name: str, password: str, now: datetime = NOW, **other: str):
    return credentials.sign_in(name, password, now=now, **{**WHERE, **other})


def row(app, ref: str) -> User:
    with app.app_context():
        return db.session.scalars(select(User).where(User.ref == ref)).one()


def recover_link(mails) -> str:
    return mails("recover_password")[-1].secret["link"].rpartition("/")[2]


def recover(secret: str, password: str = GOOD, now: datetime = NOW) -> bool:
    return recovery.recover(secret, password, now=now, **WHERE)


@pytest.mark.safety("A10", "A12")
def test_a_forgotten_password_is_replaced_by_a_mailed_link_once(app, house, mails):
    sign_ins.begin(row(app, house.user("bo")).id, stage="full", address="", device="", now=NOW)
    recovery.ask("bo", base_url="https://pay.example", now=NOW)
    [mail] = mails("recover_password")
    assert mail.to_address == "bo@example.org"
    assert mail.secret["link"].startswith("https://pay.example/recover/")
    assert "link" not in mail.data
    secret = recover_link(mails)
    assert recover(secret)
    assert sign_in("bo", house.password("bo")) is None
    assert sign_in("bo", GOOD)
    assert not recover(secret, "another long enough phrase")
    [notice] = mails("security_alert")
    assert "A new password was set" in str(notice.data["what"])
    assert "/alarm/" in notice.secret["link"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(SignIn.ended_why == "password changed")) == 1


def test_a_link_for_a_password_ends_after_thirty_minutes(house, mails):
    recovery.ask("bo", base_url="https://pay.example", now=NOW)
    assert not recover(recover_link(mails), now=NOW + timedelta(minutes=30))
    assert recover(recover_link(mails), now=NOW + timedelta(minutes=29))


def test_a_refused_password_leaves_the_link_unused(house, mails):
    recovery.ask("bo", base_url="https://pay.example", now=NOW)
    with pytest.raises(Refused):
        recover(recover_link(mails), "short")
    assert recover(recover_link(mails))


@pytest.mark.safety("A10")
def test_a_newer_link_and_a_new_mail_address_void_the_old_link(house, mails):
    recovery.ask("bo", base_url="https://pay.example", now=NOW)
    first = recover_link(mails)
    recovery.ask("bo", base_url="https://pay.example", now=NOW + timedelta(minutes=3))
    second = recover_link(mails)
    assert first != second
    assert not recover(first)
    people.set_email(house.person("bo"), "bo@elsewhere.example", by="staff", now=NOW)
    assert not recover(second)


def test_asking_over_and_over_fills_nobodys_mailbox(house, mails):
    for second in range(10):
        recovery.ask("bo", base_url="https://pay.example", now=NOW + timedelta(seconds=second))
    assert len(mails("recover_password")) == 1


@pytest.mark.safety("A8", "A12")
def test_a_locked_customer_gets_back_in_by_mail_and_a_new_password_skips_no_second_factor(app, house, mails):
    for number in range(HARD_STOP):
        sign_in("bo", "wrong", NOW + timedelta(seconds=20 * number))
    recovery.ask("bo", base_url="https://pay.example", now=NOW)
    assert recover(recover_link(mails))
    assert sign_in("bo", GOOD).stage == "full"
    recovery.ask("dana", base_url="https://pay.example", now=NOW)
    assert recover(recover_link(mails))
    assert sign_in("dana", GOOD).stage == "password"


@pytest.mark.parametrize("name", ["nobody", "", "x@example.org", "C-4711"])
def test_names_we_do_not_know_send_nothing(app, house, name):
    recovery.ask(name, base_url="https://pay.example", now=NOW)
    recovery.ask_username(name, base_url="https://pay.example", now=NOW)
    with app.app_context():
        assert db.session.scalar(select(func.count(Outbox.id))) == 0


def test_a_forgotten_username_goes_to_the_address_it_belongs_to(house, mails):
    for _time in range(3):
        recovery.ask_username("BO@example.org", base_url="https://pay.example", now=NOW)
    [mail] = mails("username_reminder")
    assert (mail.to_address, mail.data["username"]) == ("bo@example.org", "bo")


@pytest.mark.safety("A1")
def test_with_a_second_factor_a_shorter_password_may_be_chosen_and_without_one_not(house, mails):
    recovery.ask("bo", base_url="https://pay.example", now=NOW)
    with pytest.raises(Refused, match="at least 15"):
        recover(recover_link(mails), "k7Vq!x2z")
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("bo")).values(totp_sealed="sealed"))
    assert recover(recover_link(mails), "k7Vq!x2z")


@pytest.mark.safety("A8")
def test_whoever_asks_in_anothers_name_neither_fills_their_mailbox_nor_takes_every_link_from_them(
    house, mails
):
    """A new link voids the one before: asked for every two minutes, none would live long enough to be used."""
    sent = []
    for number in range(45):
        moment = NOW + timedelta(minutes=2 * number, seconds=number)
        recovery.ask("bo", base_url="https://pay.example", now=moment)
        if len(mails("recover_password")) > len(sent):
            sent.append(moment)
    assert len(sent) <= 3 * 4
    assert max(later - earlier for earlier, later in zip(sent, sent[1:], strict=False)) >= timedelta(
        minutes=20
    )
    assert recover(recover_link(mails), now=moment)
