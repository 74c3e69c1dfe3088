"""Mails of one kind are switched off by their own link, without signing in; looking at the link changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa

from domain.actions.outbox import deliver
from domain.records.notices import tell
from domain.transaction import transaction
from models import ContactConsent, NoticeWish, Outbox, Person

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.settings(DUEBOOK_TIMEZONE="UTC")]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def told(house, event="reminder_before", key="cause") -> list[str]:
    with transaction() as session:
        bo = session.scalars(sa.select(Person).where(Person.ref == house.person("bo"))).one()
        data = {"amount_minor": 4100, "currency": "USD", "on": "2026-03-05"}
        return tell(session, event, bo, data=data, dedupe_key=key, now=NOON)


def mailed(app, house, event="reminder_before", key="cause"):
    told(house, event, key)
    assert deliver(app.extensions["post"], now=NOON) == 1
    (path,) = app.config["SETTINGS"].mailbox.glob("*.eml")
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def link_of(mail) -> str:
    return mail["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")


@pytest.fixture
def path(app, house) -> str:
    return link_of(mailed(app, house))


def test_a_mail_that_may_be_switched_off_says_so_as_mail_programs_read_it(app, house):
    mail = mailed(app, house)
    assert mail["List-Unsubscribe"].startswith("<http://localhost/unsubscribe/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip("<>") in text_of(mail)


def test_a_mail_that_is_required_offers_no_such_link(app, house):
    mail = mailed(app, house, "autopay_amount_changed")
    assert "List-Unsubscribe" not in mail
    assert "unsubscribe" not in text_of(mail)


def test_looking_changes_nothing(app, house, path):
    client = app.test_client()
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert "Some days before something is due" in page.text
        assert client.head(path).status_code == 200
    with transaction() as session:
        assert session.scalars(sa.select(NoticeWish)).all() == []
    assert "email" in told(house, key="later")


def test_one_click_of_a_mail_program_ends_mails_of_this_kind_and_no_other(app, house, path):
    answer = app.test_client().post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert told(house, key="later") == ["bell"]
    assert "email" in told(house, "reminder_due", "another")


def test_all_that_is_not_required_can_be_left_at_once(app, house, path):
    page = app.test_client().post(path, data={"all": "y"})
    assert "those that are required" in page.text
    with transaction() as session:
        assert session.scalars(sa.select(ContactConsent.agreed)).all() == [False]
    assert told(house, "reminder_due", "another") == ["bell"]
    assert "email" in told(house, "fee_posted", "required")


@pytest.mark.parametrize(
    "spoil", [lambda path: path[:-2] + "xx", lambda path: "/unsubscribe/none", lambda path: path + "x"]
)
def test_a_link_that_we_did_not_make_does_nothing(app, house, path, spoil):
    client = app.test_client()
    assert client.get(spoil(path)).status_code == 404
    assert client.post(spoil(path)).status_code == 404
    assert "email" in told(house, key="later")


def test_a_mail_that_waits_is_not_sent_any_more(app, house, path):
    told(house, key="waits")
    app.test_client().post(path)
    assert deliver(app.extensions["post"], now=NOON) == 0
    with transaction() as session:
        assert session.scalars(sa.select(Outbox.last_error).where(Outbox.state == "dead")).all() == [
            "not wanted any more"
        ]
