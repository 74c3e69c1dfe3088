"""The passkeys somebody has: added by proof, named, told by mail, and never the last factor of staff taken away."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from domain.actions import own_passkeys, passkeys, sign_ins
from domain.actions.passkeys import Visit
from domain.transaction import transaction
from domain.words import Gone, Refused
from models import Passkey, SignIn, User, db
from tests.fixtures.authenticator import Phone, give_passkey, visit

NOW = datetime.now(UTC)


@pytest.fixture
def here(app) -> Visit:
    return visit(app)


def user_id(house, who: str) -> int:
    with house.app.app_context():
        return db.session.scalar(select(User.id).where(User.ref == house.user(who)))


def keys(app, who_id: int) -> list[Passkey]:
    with app.app_context():
        return list(db.session.scalars(select(Passkey).where(Passkey.user_id == who_id).order_by(Passkey.id)))


def waiting(app, who_id: int) -> int:
    sign_ins.begin(who_id, stage="password", address="a", device="d", now=NOW)
    with app.app_context():
        return db.session.scalar(select(func.max(SignIn.id)))


def change(house, who: str, **values) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user(who)).values(**values))


@pytest.mark.safety("A24")
def test_a_passkey_is_added_under_the_name_its_owner_gives_and_told_by_mail(app, house, here, mails):
    give_passkey(app, house, "bo", name="  Bo's \n phone ")
    [row] = keys(app, user_id(house, "bo"))
    assert (row.name, row.transports, row.last_used_at) == ("Bo's phone", "hybrid,internal", None)
    [mail] = mails("security_alert")
    assert mail.to_address == "bo@example.org"
    assert "Bo's phone" in str(mail.data["what"])
    assert mail.data["place"] == here.place.address


@pytest.mark.parametrize("name", ["", "  ", "\x00\n", "x" * 61])
def test_a_passkey_needs_a_name_of_at_most_sixty_letters(app, house, here, name):
    bo = user_id(house, "bo")
    with pytest.raises(Refused) as refused:
        own_passkeys.add(bo, name, "{}", here, now=NOW)
    assert refused.value.field == "name"


def test_only_a_right_answer_to_a_question_of_ones_own_adds_a_passkey(app, house, here):
    phone, bo, stan = Phone(here.site.origin), user_id(house, "bo"), user_id(house, "stan")
    asked = own_passkeys.ask(bo, here, now=NOW)
    for changed in ({"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"verified": False}):
        with pytest.raises(Refused):
            own_passkeys.add(bo, "Phone", phone.make(asked, **changed), here, now=NOW)
        asked = own_passkeys.ask(bo, here, now=NOW)
    with pytest.raises(Refused):  # asked of Bo
        own_passkeys.add(stan, "Phone", phone.make(asked), here, now=NOW)
    with pytest.raises(Refused):  # too late
        own_passkeys.add(bo, "Phone", phone.make(asked), here, now=NOW + timedelta(minutes=5))
    proof = passkeys.ask("sign_in", None, here, now=NOW)
    with pytest.raises(Refused):  # a question for a proof
        own_passkeys.add(bo, "Phone", phone.make(asked, challenge=proof["challenge"]), here, now=NOW)
    answer = phone.make(asked)
    own_passkeys.add(bo, "Phone", answer, here, now=NOW)
    with pytest.raises(Refused):  # sent again
        own_passkeys.add(bo, "Phone", answer, here, now=NOW)
    assert len(keys(app, bo)) == 1


def test_a_passkey_belongs_to_one_user_for_ever(app, house, here):
    phone = give_passkey(app, house, "bo")
    stan = user_id(house, "stan")
    for whose in (stan, user_id(house, "bo")):
        asked = own_passkeys.ask(whose, here, now=NOW)
        made = phone.make(asked)
        phone.keys.pop()
        said, known = json.loads(made), phone.keys[0].name
        fresh = base64url_to_bytes(said["id"])
        attestation = base64url_to_bytes(said["response"]["attestationObject"]).replace(fresh, known)
        said["response"]["attestationObject"] = bytes_to_base64url(attestation)
        said["id"] = said["rawId"] = bytes_to_base64url(known)
        with pytest.raises(Refused, match="set up already"):
            own_passkeys.add(whose, "Taken over", json.dumps(said), here, now=NOW)
    assert keys(app, stan) == []


def test_there_is_an_end_to_how_many(app, house, here, monkeypatch):
    monkeypatch.setattr(own_passkeys, "MOST", 2)
    for _phone in range(2):
        give_passkey(app, house, "bo")
    with pytest.raises(Refused, match="as many"):
        own_passkeys.ask(user_id(house, "bo"), here, now=NOW)


def test_those_known_already_are_named_so_that_a_phone_makes_no_second_one(app, house, here):
    give_passkey(app, house, "bo")
    bo = user_id(house, "bo")
    asked = own_passkeys.ask(bo, here, now=NOW)
    assert [entry["id"] for entry in asked["excludeCredentials"]] == [keys(app, bo)[0].credential_id]


def test_renaming_and_removing_are_for_the_owner_only(app, house, here, mails):
    give_passkey(app, house, "bo")
    bo, stan = user_id(house, "bo"), user_id(house, "stan")
    ref = keys(app, bo)[0].ref
    with pytest.raises(Gone):
        own_passkeys.rename(stan, ref, "Mine now", now=NOW)
    with pytest.raises(Gone):
        own_passkeys.remove(stan, ref, here, now=NOW)
    own_passkeys.rename(bo, ref, "Old phone", now=NOW)
    assert keys(app, bo)[0].name == "Old phone"
    own_passkeys.remove(bo, ref, here, now=NOW)
    assert keys(app, bo)[0].removed_at == NOW
    assert "Old phone" in str(mails("security_alert")[-1].data["what"])
    with pytest.raises(Gone):
        own_passkeys.remove(bo, ref, here, now=NOW)


@pytest.mark.safety("A21")
@pytest.mark.parametrize(("who", "kept"), [("dana", True), ("lena", True), ("bo", False)])
def test_staff_and_landlords_keep_their_last_second_factor(app, house, here, who, kept):
    change(house, who, totp_sealed=None)
    give_passkey(app, house, who)
    ref = keys(app, user_id(house, who))[0].ref
    if kept:
        with pytest.raises(Refused, match="only second factor"):
            own_passkeys.remove(user_id(house, who), ref, here, now=NOW)
        give_passkey(app, house, who)
    own_passkeys.remove(user_id(house, who), ref, here, now=NOW)
    assert keys(app, user_id(house, who))[0].removed_at == NOW


def test_staff_who_have_no_factor_yet_take_a_passkey_at_the_first_sign_in(app, house, here):
    change(house, "dana", totp_sealed=None)
    dana = user_id(house, "dana")
    waits, phone = waiting(app, dana), Phone(here.site.origin)
    asked = own_passkeys.ask_first(waits, here, now=NOW)
    assert own_passkeys.add_first(waits, "Dana's phone", phone.make(asked), here, now=NOW)
    with app.app_context():
        row = db.session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()
        assert (row.stage, row.strength, bool(db.session.get(SignIn, waits).ended_at)) == (
            "full",
            "passkey",
            True,
        )
    again = waiting(app, dana)
    assert own_passkeys.ask_first(again, here, now=NOW) is None  # now the one she has is asked for


@pytest.mark.safety("A21")
def test_a_password_alone_never_adds_a_passkey_beside_a_factor(app, house, here):
    dana, phone = user_id(house, "dana"), Phone(here.site.origin)
    waits = waiting(app, dana)
    assert own_passkeys.ask_first(waits, here, now=NOW) is None  # she has an app
    # A question that was asked while she had none does not help either.
    change(house, "dana", totp_sealed=None)
    asked = own_passkeys.ask_first(waits, here, now=NOW)
    change(house, "dana", totp_sealed="set up in another browser meanwhile")
    assert own_passkeys.add_first(waits, "A thief's", phone.make(asked), here, now=NOW) is None
    change(house, "dana", totp_sealed=None, sms_number="+12065550100", sms_verified_at=NOW)
    assert own_passkeys.add_first(waits, "A thief's", phone.make(asked), here, now=NOW) is None
    assert keys(app, dana) == []
