"""Who is there to talk: whoever takes chats and was heard of lately, for the people they may answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.access import STRANGER
from domain.actions import chat
from domain.records.presence import FRESH, somebody_there
from domain.transaction import transaction
from domain.words import NotAllowed
from models import User, UserLimit, db
from tests.fixtures.agreements import scope_of

SECOND = timedelta(seconds=1)


@pytest.fixture
def there(house, open_agreement):
    open_agreement("bo")

    def asked(name="", after=timedelta(0)):
        db.session.rollback()
        who = scope_of(house, name) if name else STRANGER
        return somebody_there(db.session(), who, house.now + after)

    with house.app.app_context():
        yield asked


def test_somebody_is_there_from_when_they_take_chats_until_they_do_not(there, house) -> None:
    dana = scope_of(house, "dana")
    assert not there("bo")
    for _again in range(2):
        chat.take_chats(True, who=dana, now=house.now)
    assert there("bo")
    assert there()
    assert there("bo", FRESH - SECOND)
    assert not there("bo", FRESH)
    assert chat.still_there(who=dana, now=house.now + FRESH)
    assert there("bo", FRESH + SECOND)
    chat.take_chats(False, who=dana, now=house.now + FRESH)
    assert not there("bo", FRESH)
    assert not chat.still_there(who=dana, now=house.now + FRESH)


def test_who_has_no_account_any_more_is_not_there_and_customers_never_are(there, house) -> None:
    chat.take_chats(True, who=scope_of(house, "dana"), now=house.now)
    with transaction() as session:
        session.get(User, scope_of(house, "dana").user_id).disabled_at = house.now
    assert not there("bo")
    for name in ("bo", "lena"):
        with pytest.raises(NotAllowed):
            chat.take_chats(True, who=scope_of(house, name), now=house.now)


def test_whoever_looks_after_a_part_is_there_for_its_people_only(there, house) -> None:
    with transaction() as session:
        session.add(UserLimit(user_id=scope_of(house, "dana").user_id, branch="north", added_at=house.now,
                              added_by="x"))  # fmt: skip
    chat.take_chats(True, who=scope_of(house, "dana"), now=house.now)
    assert not there("bo")
    assert not there()
    with transaction() as session:
        from models import Agreement

        session.query(Agreement).update({"branch": "north"})
    assert there("bo")
    assert not there("tess")
