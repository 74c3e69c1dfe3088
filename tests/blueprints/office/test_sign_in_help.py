"""Dana helps people in, and can neither choose nor see what they sign in with."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.actions import people
from domain.records.tries import HARD_STOP
from models import AuditEvent, User, db

GOOD = "moss lantern teacup drive"


def sign_in(app, name: str, password: str) -> int:
    return app.test_client().post("/sign-in", data={"name": name, "password": password}).status_code


def test_a_door_closed_by_wrong_tries_is_opened_and_written_down(app, house):
    for _wrong in range(HARD_STOP):
        sign_in(app, "bo@example.org", "wrong")
    assert sign_in(app, "bo", house.password("bo")) == 422
    answer = house.client("dana").post(f"/office/people/{house.person('bo')}/sign-in/opened")
    assert answer.location.endswith(f"/office/people/{house.person('bo')}")
    assert sign_in(app, "bo@example.org", house.password("bo")) == 303
    with app.app_context():
        one = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "user.unlocked")).one()
        assert one.by.startswith("user:")


@pytest.mark.safety("A25")
def test_a_reset_is_started_by_staff_and_ended_by_the_owner_alone(app, house, mails):
    before = stored(app, "bo")
    page = house.client("dana").post(
        f"/office/people/{house.person('bo')}/new-password", follow_redirects=True
    )
    [mail] = mails("recover_password")
    assert mail.to_address == "bo@example.org"
    link = mail.secret["link"].removeprefix("http://localhost")
    assert link not in page.text
    assert stored(app, "bo") == before
    app.test_client().post(link, data={"password": GOOD})
    assert sign_in(app, "bo", GOOD) == 303


def stored(app, name: str) -> str:
    with app.app_context():
        return db.session.scalar(select(User.password_hash).where(User.username == name))


@pytest.mark.safety("A25")
@pytest.mark.parametrize("what", ["sign-in/opened", "new-password"])
@pytest.mark.parametrize("colleague", ["adam", "dana", "lena"])
def test_colleagues_are_an_administrators_business(house, mails, what, colleague):
    address = f"/office/people/{house.person(colleague)}/{what}"
    assert house.client("dana").post(address).status_code == 403
    assert mails("recover_password") == []
    assert house.client("adam").post(address).status_code == 303


def test_what_cannot_be_done_is_said(house, mails):
    dana = house.client("dana")
    nora = people.create_person("Nora", by="t", now=house.now)
    page = dana.post(f"/office/people/{nora}/new-password", follow_redirects=True)
    assert "no account yet" in page.text
    people.set_email(house.person("bo"), "", by="t", now=house.now)
    page = dana.post(f"/office/people/{house.person('bo')}/new-password", follow_redirects=True)
    assert "no mail address on file" in page.text
    assert [mail.to_address for mail in mails("recover_password")] == []


def test_a_second_click_mails_no_second_link(house, mails):
    dana = house.client("dana")
    for _click in range(2):
        dana.post(f"/office/people/{house.person('bo')}/new-password")
    assert len(mails("recover_password")) == 1


def test_the_person_page_offers_both_for_an_account_and_neither_for_a_colleague(house):
    dana = house.client("dana")
    for name, offered in (("bo", True), ("adam", False)):
        page = dana.get(f"/office/people/{house.person(name)}").text
        assert ("/new-password" in page) is offered
        assert ("/sign-in/opened" in page) is offered


def test_an_account_locked_by_its_owner_says_so_and_what_opens_it(app, house):
    house.client("bo").post("/account/not-me", data={"sure": "1"})
    page = house.client("dana").get(f"/office/people/{house.person('bo')}").text
    assert "Locked by its owner" in page
    assert "A new password by mailed link opens it again" in page
    assert "Mail a link to a new password" in page
    assert "Open sign-in again" not in page  # it would open nothing
