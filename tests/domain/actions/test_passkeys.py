"""Proving by a passkey that it is you: by your own, to a question asked of you, once and in time (safety A20)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from domain.actions import credentials, own_passkeys, passkeys, sign_ins
from domain.actions.passkeys import Visit
from domain.transaction import transaction
from models import AuditEvent, Passkey, PasskeyChallenge, SignIn, User, db
from tests.fixtures.authenticator import Phone, give_passkey, visit

NOW = datetime.now(UTC)


@pytest.fixture
def here(app) -> Visit:
    return visit(app)


def user_id(house, who: str) -> int:
    with house.app.app_context():
        return db.session.scalar(select(User.id).where(User.ref == house.user(who)))


def waiting(app, house, who: str) -> int:
    """The id of a sign-in of theirs that has the password behind it."""
    sign_ins.begin(user_id(house, who), stage="password", address="a", device="d", now=NOW)
    with app.app_context():
        return db.session.scalar(select(func.max(SignIn.id)))


def change(house, who: str, **values) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user(who)).values(**values))


def enter(phone: Phone, here: Visit, now=NOW, **changed):
    asked = passkeys.ask("sign_in", None, here, now=now)
    return passkeys.sign_in(phone.answer(asked, **changed), here, now=now)


def newest(app) -> SignIn:
    with app.app_context():
        return db.session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()


@pytest.mark.parametrize("who", ["bo", "dana", "lena"])
def test_a_passkey_is_a_whole_sign_in_for_customers_and_for_staff(app, house, here, who):
    begun = enter(give_passkey(app, house, who), here)
    assert (begun.stage, begun.role) == ("full", house.role(who))
    row = newest(app)
    assert (row.user_id, row.stage, row.strength) == (user_id(house, who), "full", "passkey")
    assert row.address == here.place.address


def test_a_sign_in_from_a_browser_never_seen_is_told_by_mail(app, house, here, mails):
    phone = give_passkey(app, house, "bo")
    assert enter(phone, here)
    assert mails("new_sign_in") == []  # the first one ever
    assert enter(phone, replace(here, place=replace(here.place, device="Firefox · Windows")))
    [mail] = mails("new_sign_in")
    assert (mail.to_address, mail.data["device"]) == ("bo@example.org", "Firefox · Windows")


def test_nobody_is_named_before_so_no_passkey_is_told(app, house, here):
    give_passkey(app, house, "bo")
    assert passkeys.ask("sign_in", None, here, now=NOW)["allowCredentials"] == []


@pytest.mark.safety("A20")
def test_the_wrong_answers_of_an_attacker_open_nothing(app, house, here):
    phone = give_passkey(app, house, "bo")
    for changed in (
        {"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"verified": False}, {"present": False},
        {"framed": True}, {"challenge": "q" * 43}, {"handle": None}, {"handle": house.user("stan").encode()},
        {"name": b"never registered"},
    ):  # fmt: skip
        assert enter(phone, here, **changed) is None, changed
    assert enter(phone, here)


@pytest.mark.safety("A20")
def test_a_question_is_good_once_even_when_it_was_answered_wrongly(app, house, here):
    phone = give_passkey(app, house, "bo")
    asked = passkeys.ask("sign_in", None, here, now=NOW)
    answer = phone.answer(asked)
    assert passkeys.sign_in(answer, here, now=NOW)
    assert passkeys.sign_in(answer, here, now=NOW) is None
    asked = passkeys.ask("sign_in", None, here, now=NOW)
    assert passkeys.sign_in(phone.answer(asked, verified=False), here, now=NOW) is None
    assert passkeys.sign_in(phone.answer(asked), here, now=NOW) is None


@pytest.mark.safety("A20")
def test_one_answer_sent_many_times_at_once_opens_one_sign_in(app, house, here):
    phone = give_passkey(app, house, "bo")
    answer = phone.answer(passkeys.ask("sign_in", None, here, now=NOW))
    with ThreadPoolExecutor(10) as pool:
        opened = list(pool.map(lambda _n: passkeys.sign_in(answer, here, now=NOW), range(20)))
    assert len([begun for begun in opened if begun]) == 1


@pytest.mark.safety("A20")
def test_a_question_stands_for_five_minutes(app, house, here):
    phone = give_passkey(app, house, "bo")
    for late, opens in ((timedelta(minutes=4, seconds=59), True), (timedelta(minutes=5), False)):
        answer = phone.answer(passkeys.ask("sign_in", None, here, now=NOW))
        assert bool(passkeys.sign_in(answer, here, now=NOW + late)) is opens


@pytest.mark.safety("A20")
def test_a_question_is_for_its_own_page_session_and_purpose(app, house, here):
    phone, elsewhere = give_passkey(app, house, "bo"), visit(app, "another page session")
    asked = passkeys.ask("sign_in", None, here, now=NOW)
    assert passkeys.sign_in(phone.answer(asked), elsewhere, now=NOW) is None
    bo = user_id(house, "bo")
    asked = passkeys.ask("step_up", bo, here, now=NOW)
    assert not passkeys.verify(bo, phone.answer(asked), "second", here, now=NOW)
    assert not passkeys.verify(bo, phone.answer(asked), "step_up", elsewhere, now=NOW)
    assert passkeys.verify(bo, phone.answer(asked), "step_up", here, now=NOW)


@pytest.mark.safety("A20")
def test_somebody_elses_passkey_does_not_answer_for_me(app, house, here):
    give_passkey(app, house, "bo")
    stans = give_passkey(app, house, "stan")
    bo = user_id(house, "bo")
    asked = passkeys.ask("step_up", bo, here, now=NOW)
    assert not passkeys.verify(bo, stans.answer(asked | {"allowCredentials": []}), "step_up", here, now=NOW)
    # Nor does a question that was asked of Stan.
    asked = passkeys.ask("step_up", user_id(house, "stan"), here, now=NOW)
    assert not passkeys.verify(bo, stans.answer(asked), "step_up", here, now=NOW)


def test_who_has_no_passkey_is_not_asked_for_one(app, house, here):
    assert passkeys.ask("second", user_id(house, "bo"), here, now=NOW) is None


@pytest.mark.safety("S2")
def test_a_waiting_sign_in_is_finished_by_a_passkey_under_a_new_id(app, house, here):
    phone, waits = give_passkey(app, house, "dana"), waiting(app, house, "dana")
    asked = passkeys.ask("second", user_id(house, "dana"), here, now=NOW)
    assert passkeys.confirm(waits, phone.answer(asked), here, now=NOW)
    with app.app_context():
        old = db.session.get(SignIn, waits)
        assert (bool(old.ended_at), newest(app).stage, newest(app).strength) == (True, "full", "passkey")
    asked = passkeys.ask("second", user_id(house, "dana"), here, now=NOW)
    assert passkeys.confirm(waits, phone.answer(asked), here, now=NOW) is None  # it has ended


def test_somebody_elses_passkey_does_not_finish_my_sign_in(app, house, here):
    give_passkey(app, house, "dana")
    adams, waits = give_passkey(app, house, "adam"), waiting(app, house, "dana")
    for whose in ("dana", "adam"):
        asked = passkeys.ask("second", user_id(house, whose), here, now=NOW)
        answer = adams.answer(asked | {"allowCredentials": []})
        assert passkeys.confirm(waits, answer, here, now=NOW) is None


@pytest.mark.safety("A8")
def test_a_lockout_of_the_password_does_not_close_the_passkey(app, house, here):
    phone = give_passkey(app, house, "bo")
    for _try in range(12):
        credentials.sign_in(
            "bo", "wrong", address="a", device="d", base_url=here.place.base_url, now=datetime.now(UTC)
        )
    with app.app_context():
        assert db.session.scalar(select(User.locked_until).where(User.ref == house.user("bo")))
    assert enter(phone, here)
    with app.app_context():
        row = db.session.scalars(select(User).where(User.ref == house.user("bo"))).one()
        assert (row.failed_count, row.locked_until) == (0, None)


@pytest.mark.parametrize("closed", ["frozen_at", "disabled_at"])
def test_who_is_frozen_or_disabled_is_not_let_in(app, house, here, closed):
    phone, waits = give_passkey(app, house, "dana"), waiting(app, house, "dana")
    asked = passkeys.ask("second", user_id(house, "dana"), here, now=NOW)
    change(house, "dana", **{closed: NOW})
    assert enter(phone, here) is None
    assert passkeys.confirm(waits, phone.answer(asked), here, now=NOW) is None
    change(house, "dana", **{closed: None})
    assert enter(phone, here)


def test_a_removed_passkey_opens_nothing(app, house, here):
    phone = give_passkey(app, house, "bo")
    asked = passkeys.ask("sign_in", None, here, now=NOW)
    with app.app_context():
        ref = db.session.scalar(select(Passkey.ref))
    own_passkeys.remove(user_id(house, "bo"), ref, here, now=NOW)
    assert passkeys.sign_in(phone.answer(asked), here, now=NOW) is None


def test_a_count_that_goes_back_is_refused_and_its_owner_is_told(app, house, here, mails):
    phone = give_passkey(app, house, "bo", count=10)
    assert enter(phone, here)
    told = len(mails("security_alert"))
    forged = {"count": 5, "verified": False}
    assert enter(phone, here, **forged) is None  # what nobody signed for raises no alarm
    assert len(mails("security_alert")) == told
    assert enter(phone, here, count=11) is None  # the copy that stayed behind
    [mail] = mails("security_alert")[told:]
    assert mail.to_address == "bo@example.org"
    assert "My phone" in str(mail.data["what"])
    with app.app_context():
        assert (
            db.session.scalar(
                select(func.count())
                .select_from(AuditEvent)
                .where(AuditEvent.action == "passkey.copy_refused")
            )
            == 1
        )
    assert enter(phone, here)  # the phone itself has counted on


def test_use_is_noted_with_its_day_and_count(app, house, here):
    phone = give_passkey(app, house, "bo", count=7)
    assert enter(phone, here)
    with app.app_context():
        row = db.session.scalars(select(Passkey)).one()
        assert (row.sign_count, row.last_used_at) == (phone.count, NOW)


def test_what_comes_as_an_answer_may_be_anything(app, house, here):
    give_passkey(app, house, "bo")
    for text in (
        "",
        "{}",
        "null",
        "[]",
        '{"id": 1}',
        "x" * 100_000,
        '{"response": {"clientDataJSON": "e30"}}',
        "\x00",
    ):
        assert passkeys.sign_in(text, here, now=NOW) is None
        assert not passkeys.verify(user_id(house, "bo"), text, "step_up", here, now=NOW)


def test_old_questions_are_forgotten_after_a_day(app, house, here):
    passkeys.ask("sign_in", None, here, now=NOW - timedelta(days=2))
    passkeys.ask("sign_in", None, here, now=NOW)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(PasskeyChallenge)) == 1
