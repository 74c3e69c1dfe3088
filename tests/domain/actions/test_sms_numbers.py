"""A code by text message from the outbox to the phone, and what of it counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from channels.sms.http import HttpTexts, SmsSettings
from domain.actions import credentials, second_factors, sms_numbers
from domain.actions.outbox import deliver
from domain.words import Refused
from models import AuditEvent, Outbox, SignIn, db

NOW = datetime.now(UTC).replace(microsecond=0)
PLACE = second_factors.Place("192.0.2.7", "Firefox · Linux", "https://pay.example")


@pytest.fixture
def waiting(app, house, with_number):
    """(id of) a sign-in of Bo that waits for a code by text message."""
    with_number("bo")

    def begin() -> int:
        begun = credentials.sign_in(
            "bo",
            house.password("bo"),
            address="192.0.2.7",
            device="d",
            base_url="https://pay.example",
            now=NOW,
        )
        assert begun.stage == "password"
        with app.app_context():
            return db.session.scalar(select(func.max(SignIn.id)))

    return begin


def confirm(sign_in_id: int, code: str, now: datetime = NOW) -> str | None:
    return second_factors.confirm_text(sign_in_id, code, place=PLACE, now=now)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.safety("D7")
def test_the_text_reaches_the_phone_and_its_code_opens(app, waiting, texted, sms_gateway):
    post = app.extensions["post"]
    channel = HttpTexts(SmsSettings(sms_gateway.url, sms_gateway.token, "Harbor"))
    sign_in_id = waiting()
    sms_numbers.send_code(sign_in_id, place=PLACE, now=NOW)
    [code] = texted()
    with_gateway = type(post)(post.channel, post.formats, post.base_url, post.test_mode, channel)
    assert deliver(with_gateway, now=NOW) >= 1
    [message] = sms_gateway.messages()
    assert message["to"] == "+12025550143"
    assert message["text"].startswith(f"{code} is your sign-in code for Harbor Motors.")
    assert message["text"].endswith(f"\n\n@pay.example #{code}")
    with app.app_context():
        row = db.session.scalars(select(Outbox).where(Outbox.channel == "sms")).one()
        assert (row.state, row.sealed) == ("sent", None)
        assert code not in str(row.data)
    assert confirm(sign_in_id, wrong(code)) is None
    assert confirm(sign_in_id, code)
    assert confirm(sign_in_id, code) is None


def test_a_code_that_counts_no_more_is_not_sent(app, waiting, sms_gateway):
    sms_numbers.send_code(waiting(), place=PLACE, now=NOW)
    post = app.extensions["post"]
    deliver(post, now=NOW + timedelta(minutes=10))
    with app.app_context():
        row = db.session.scalars(select(Outbox).where(Outbox.channel == "sms")).one()
        assert (row.state, row.last_error, row.sealed) == ("dead", "too late", None)


@pytest.mark.safety("A17")
def test_fifty_at_once_open_one_sign_in(waiting, texted):
    sign_in_id = waiting()
    sms_numbers.send_code(sign_in_id, place=PLACE, now=NOW)
    [code] = texted()
    with ThreadPoolExecutor(16) as pool:
        opened = [secret for secret in pool.map(lambda _n: confirm(sign_in_id, code), range(50)) if secret]
    assert len(opened) == 1


@pytest.mark.safety("A17")
def test_a_code_is_for_its_own_sign_in(waiting, texted):
    one, other = waiting(), waiting()
    sms_numbers.send_code(one, place=PLACE, now=NOW)
    assert confirm(other, texted()[0]) is None
    assert confirm(one, texted()[0])


@pytest.mark.safety("A16")
def test_a_number_that_was_changed_meanwhile_proves_nothing(app, house, waiting, texted):
    from sqlalchemy import update

    from domain.transaction import transaction
    from models import User

    sign_in_id = waiting()
    sms_numbers.send_code(sign_in_id, place=PLACE, now=NOW)
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("bo")).values(sms_number="+12025550199"))
    assert confirm(sign_in_id, texted()[0]) is None


def test_where_there_is_no_number_nothing_is_sent(app, house, texted):
    from domain.actions import sign_ins
    from models import User

    with app.app_context():
        user_id = db.session.scalar(select(User.id).where(User.ref == house.user("tess")))
    sign_ins.begin(user_id, stage="password", address="a", device="d", now=NOW)
    with app.app_context():
        sign_in_id = db.session.scalar(select(func.max(SignIn.id)))
    with pytest.raises(Refused):
        sms_numbers.send_code(sign_in_id, place=PLACE, now=NOW)
    assert texted() == []


@pytest.mark.safety("A17", "D7")
def test_no_code_stands_in_the_audit_trail(app, waiting, texted):
    sign_in_id = waiting()
    sms_numbers.send_code(sign_in_id, place=PLACE, now=NOW)
    confirm(sign_in_id, texted()[0])
    with app.app_context():
        assert not any(texted()[0] in str(row.detail) for row in db.session.scalars(select(AuditEvent)))


def test_a_code_used_while_another_is_asked_for_stops_nobody(waiting, texted):
    sign_ins = [waiting() for _browser in range(4)]
    for sign_in_id in sign_ins:
        sms_numbers.send_code(sign_in_id, place=PLACE, now=NOW - timedelta(minutes=2))
    codes = texted()

    def ask_or_use(turn: int) -> str:
        which, asking = divmod(turn, 2)
        if not asking:
            return "in" if confirm(sign_ins[which], codes[which]) else "out"
        try:
            sms_numbers.send_code(sign_ins[which], place=PLACE, now=NOW)
        except Refused:
            return "refused"
        return "sent"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(ask_or_use, range(8)))
    assert set(said[0::2]) <= {"in", "out"}
    assert set(said[1::2]) <= {"sent", "refused"}
