"""What was given up is a task of the office, one for each address, and can be sent again when its cause is mended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from channels.message import ChannelRefused
from domain.access import Scope
from domain.actions import dead_letters
from domain.actions.outbox import deliver
from domain.records.notices import tell
from domain.transaction import transaction
from domain.words import Gone, NotAllowed
from models import AddressTrouble, Outbox, Person, Task

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.settings(DUEBOOK_TIMEZONE="UTC")]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADMIN = Scope("admin", 1, 1)


@dataclass
class Server:
    """A mail server that refuses what it is told to refuse."""

    refuses: bool = True
    taken: list[str] = field(default_factory=list)

    def deliver(self, message, message_id: str) -> None:
        if self.refuses:
            raise ChannelRefused("550 no such mailbox", about="recipient", code=550)
        self.taken.append(message.subject)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def post(house, server):
    return replace(house.app.extensions["post"], channel=server)


def told(house, *keys: str) -> None:
    with transaction() as session:
        bo = session.scalars(sa.select(Person).where(Person.ref == house.person("bo"))).one()
        for key in keys:
            tell(session, "fee_posted", bo, data={}, dedupe_key=key, now=NOON)


def tasks() -> list[Task]:
    with transaction() as session:
        return list(session.scalars(sa.select(Task).where(Task.closed_at.is_(None))))


def test_an_address_that_refuses_is_one_task_however_many_messages(house, post):
    told(house, "1", "2", "3")
    deliver(post, now=NOON)
    (task,) = tasks()
    assert (task.kind, task.subject) == ("dead_letter", "outbox")
    assert "bo@example.org" in str(task.detail)
    assert "550" in str(task.detail)
    with transaction() as session:
        assert session.scalars(sa.select(AddressTrouble.address)).all() == ["bo@example.org"]


def test_sent_again_they_all_go_out_and_the_trouble_and_the_task_are_over(house, post, server):
    told(house, "1", "2")
    deliver(post, now=NOON)
    server.refuses = False
    later = NOON + timedelta(hours=1)
    assert dead_letters.send_again(tasks()[0].ref, who=ADMIN, now=later) == 2
    assert deliver(post, now=later) == 2
    assert len(server.taken) == 2
    assert tasks() == []
    with transaction() as session:
        assert (
            session.scalars(sa.select(AddressTrouble).where(AddressTrouble.cleared_at.is_(None))).all() == []
        )


def test_what_nobody_wants_any_more_and_what_is_old_stays(house, post):
    told(house, "1", "2", "3")
    deliver(post, now=NOON)
    with transaction() as session:
        first, second, _ = session.scalars(sa.select(Outbox).order_by(Outbox.id)).all()
        first.last_error = "not wanted any more"
        second.created_at = NOON - timedelta(days=40)
    assert dead_letters.send_again(tasks()[0].ref, who=ADMIN, now=NOON) == 1


def test_a_message_that_is_not_wanted_any_more_is_no_task(house, post):
    with transaction() as session:
        bo = session.scalars(sa.select(Person).where(Person.ref == house.person("bo"))).one()
        tell(session, "reminder_due", bo, data={}, dedupe_key="1", now=NOON)
    from domain.actions import notice_wishes

    notice_wishes.leave(house.person("bo"), "reminder_due", by="anonymous", now=NOON)
    deliver(post, now=NOON)
    assert tasks() == []


def test_only_who_may_change_how_people_are_reached_sends_again(house, post):
    told(house, "1")
    deliver(post, now=NOON)
    with pytest.raises(NotAllowed):
        dead_letters.send_again(
            tasks()[0].ref, who=Scope("staff", 1, 1, duties=frozenset({"report"})), now=NOON
        )
    with pytest.raises(Gone):
        dead_letters.send_again("nothing", who=ADMIN, now=NOON)


def test_the_office_sends_again_from_the_list(house, post, server):
    told(house, "1")
    deliver(post, now=NOON)
    client = house.client("dana")
    page = client.get("/office/tasks").text
    assert "Send again" in page
    assert client.post(f"/office/tasks/{tasks()[0].ref}/again").status_code == 303
    assert tasks() == []
