"""The phone is gone: staff take the second factors off an account, with proof, and both sides are told (safety A25)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from models import AuditEvent, Passkey, User, db

PROOF = {"seen": "passport", "reason": "Came to the counter with the passport, phone fell into the sea."}


def path(house, name: str) -> str:
    return f"/office/people/{house.person(name)}/second-factors"


def reset(client, house, name: str, **other: str):
    return client.post(path(house, name) + "/reset", data=PROOF | other)


def user(app, house, name: str) -> User:
    with app.app_context():
        return db.session.scalars(select(User).where(User.ref == house.user(name))).one()


@pytest.fixture
def bo_has_all(app, house, with_app, with_number):
    """Bo with app, number, passkey and recovery codes; returns a browser Bo is signed in with."""
    from domain.transaction import transaction

    with_app("bo"), with_number("bo")
    with transaction() as session:
        session.add(
            Passkey(
                ref="key-of-bo", user_id=user(app, house, "bo").id, credential_id="c", public_key="p", sign_count=0,
                transports="", backed_up=False, name="Phone", created_at=house.now,
            )
        )  # fmt: skip
    client = house.client("bo")
    assert client.post("/account/recovery-codes").status_code == 200
    return client


@pytest.mark.safety("S5")
def test_all_of_it_comes_off_and_the_sign_ins_end_and_the_password_stays(app, house, bo_has_all):
    assert reset(house.client("dana"), house, "bo").status_code == 303
    after = user(app, house, "bo")
    assert (after.totp_sealed, after.sms_number, after.sms_verified_at) == (None, "", None)
    with app.app_context():
        assert db.session.scalars(select(Passkey.removed_at)).one() is not None
    assert bo_has_all.get("/account").status_code == 303
    browser = app.test_client()
    answer = browser.post("/sign-in", data={"name": "bo", "password": house.password("bo")})
    assert answer.location in ("/dashboard", "/new-device")


@pytest.mark.safety("A25", "A24")
def test_both_sides_are_told_and_it_is_written_down_with_the_proof(app, house, bo_has_all, mails):
    before = len(mails("security_alert"))
    reset(house.client("dana"), house, "bo")
    assert [mail.to_address for mail in mails("security_alert")[before:]] == [house.email("bo")]
    [copy] = mails("factors_reset")
    assert copy.to_address == house.email("dana")
    with app.app_context():
        row = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "user.second_factors_reset")
        ).one()
        assert row.by == f"user:{user(app, house, 'dana').id}"
        assert (row.detail["seen"], row.detail["reason"]) == (PROOF["seen"], PROOF["reason"])


@pytest.mark.safety("A25")
@pytest.mark.parametrize(
    "missing", [{"seen": ""}, {"seen": "birth_date"}, {"reason": ""}, {"reason": "lost"}]
)
def test_without_proof_nothing_happens(app, house, bo_has_all, missing):
    assert reset(house.client("dana"), house, "bo", **missing).status_code == 422
    assert user(app, house, "bo").totp_sealed


@pytest.mark.safety("A25")
def test_staff_reset_customers_and_an_administrator_colleagues_and_nobody_themselves(app, house):
    assert reset(house.client("dana"), house, "adam").status_code == 403
    assert reset(house.client("lena"), house, "dana").status_code == 403
    assert reset(house.client("adam"), house, "adam").status_code == 422
    assert user(app, house, "adam").totp_sealed
    assert reset(house.client("adam"), house, "dana").status_code == 303
    assert user(app, house, "dana").totp_sealed is None
    waiting = house.client("dana", stage="password")
    assert "QR code" in waiting.get("/second-factor").text


def test_customers_never_reach_it(house):
    assert house.client("bo").get(path(house, "bo")).status_code == 404
    assert reset(house.client("bo"), house, "bo").status_code == 404


def test_where_there_is_nothing_to_reset_the_page_says_so(house):
    client = house.client("dana")
    assert "nothing to reset" in client.get(path(house, "tess")).text
    assert reset(client, house, "tess").status_code == 422


@pytest.mark.safety("A22")
def test_it_wants_fresh_proof_of_the_one_who_does_it(house, bo_has_all):
    client = house.client("dana")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert reset(client, house, "bo").location.startswith("/account/step-up")


def test_the_page_of_a_person_leads_to_it_for_those_who_may(house):
    link = f'href="{path(house, "bo")}"'
    assert link in house.client("dana").get(f"/office/people/{house.person('bo')}").text
    colleague = f"/office/people/{house.person('adam')}"
    assert path(house, "adam") not in house.client("dana").get(colleague).text
