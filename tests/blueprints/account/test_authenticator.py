"""My authenticator app: added by its code, replaced, taken off; every change ends what was open elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from models import KnownDevice, User, db


def seed_on(page: str) -> str:
    return re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")


def has_app(app, house, name: str) -> bool:
    with app.app_context():
        return bool(db.session.scalar(select(User.totp_sealed).where(User.ref == house.user(name))))


@pytest.mark.safety("A24", "S5")
@pytest.mark.parametrize("who", ["bo", "dana"])
def test_an_app_is_set_up_by_its_own_code_and_ends_what_is_open_elsewhere(app, house, mails, app_code, who):
    here, elsewhere = house.client(who), house.client(who)
    page = here.get("/account/authenticator/new").text
    seed = seed_on(page)
    assert f"secret={seed}" in page
    assert 'src="data:image/svg+xml' in page
    assert here.post("/account/authenticator", data={"code": "000000"}).status_code == 422
    done = here.post("/account/authenticator", data={"code": app_code(seed)})
    assert done.location == "/account/recovery-codes"
    assert has_app(app, house, who)
    assert elsewhere.get("/account").status_code == 303
    assert here.get("/account").status_code == 200
    [told] = mails("security_alert")
    assert told.to_address == house.email(who)
    # The same page offers another key now: the one in use is never shown again.
    assert seed not in here.get("/account/authenticator/new").text.replace(" ", "")


def test_a_clock_that_is_two_minutes_fast_is_named_and_the_code_not_taken(app, house, app_code):
    client = house.client("bo")
    seed = seed_on(client.get("/account/authenticator/new").text)
    page = client.post("/account/authenticator", data={"code": app_code(seed, minutes=2)})
    assert page.status_code == 422
    assert "about 2 min fast" in page.text
    assert not has_app(app, house, "bo")


@pytest.mark.safety("A21", "A24")
def test_a_customer_takes_the_app_off_and_staff_only_replace_theirs(app, house, with_app, mails):
    with_app("bo")
    assert house.client("bo").post("/account/authenticator/removed").status_code == 303
    assert not has_app(app, house, "bo")
    assert len(mails("security_alert")) == 1
    staff = house.client("dana")
    assert "removed" not in staff.get("/account/authenticator").text
    assert staff.post("/account/authenticator/removed").status_code == 422
    assert has_app(app, house, "dana")


@pytest.mark.safety("A28")
def test_a_change_makes_every_known_browser_unknown(app, house, app_code):
    client = app.test_client()
    client.post("/sign-in", data={"name": "bo", "password": house.password("bo")})
    seed = seed_on(client.get("/account/authenticator/new").text)
    assert client.post("/account/authenticator", data={"code": app_code(seed)}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(KnownDevice.revoked_at)).one() is not None


@pytest.mark.safety("A22")
def test_it_wants_fresh_proof(app, house):
    client = house.client("bo")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        for path in ("/account/authenticator", "/account/authenticator/removed"):
            assert client.post(path, data={"code": "123456"}).location.startswith("/account/step-up")
        assert client.get("/account/authenticator/new").location.startswith("/account/step-up")
        assert client.get("/account/authenticator").status_code == 200
