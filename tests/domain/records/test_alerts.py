"""The owner of an account is told of each change, at every address that could be theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.records.alerts import tell_owner
from domain.records.links import void_links
from domain.reports import links
from domain.transaction import transaction
from domain.words import Sentence
from models import User

pytestmark = pytest.mark.database("sqlite")
WHAT = Sentence("An authenticator app was added to your account.")


def tell(house, name="bo", **more):
    with transaction() as session:
        user = session.scalars(select(User).where(User.ref == house.user(name))).one()
        tell_owner(session, user, WHAT, now=house.now, base_url="http://localhost", **more)
        return user.person_id


def alarm_of(mail) -> str:
    return mail.secret["link"].rpartition("/")[2]


@pytest.mark.safety("A24")
def test_the_address_on_file_and_the_one_before_it_are_told(house, mails):
    tell(house, also_to="old@example.org", address="203.0.113.9", device="Firefox · Android")
    sent = mails("security_alert")
    assert [mail.to_address for mail in sent] == ["bo@example.org", "old@example.org"]
    assert sent[0].data["place"] == "203.0.113.9"
    assert sent[0].secret["link"].startswith("http://localhost/alarm/")
    assert alarm_of(sent[0]) != alarm_of(sent[1])


def test_an_alarm_works_for_14_days_and_later_ones_leave_it(app, house, mails):
    tell(house)
    tell(house)
    first, second = (alarm_of(mail) for mail in mails("security_alert"))
    with app.app_context():
        for secret in (first, second):
            assert links.look(secret, "alarm", house.now + timedelta(days=13)).state == "open"
            assert links.look(secret, "alarm", house.now + timedelta(days=15)).state == "expired"
            assert links.look(secret, "recover", house.now).state == "unknown"


def test_an_alarm_outlives_a_new_password_and_a_new_address(app, house, mails):
    person_id = tell(house)
    with transaction() as session:
        void_links(session, person_id, house.now)
    with app.app_context():
        assert links.look(alarm_of(mails("security_alert")[0]), "alarm", house.now).state == "open"


def test_the_same_address_is_told_once_and_none_is_nobody(house, mails):
    tell(house, also_to="bo@example.org")
    assert len(mails("security_alert")) == 1
