"""Words of staff: versions, back to ours, a test to oneself; and no message ever waits for words to be mended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from sqlalchemy import update

from domain.actions import notice_texts
from domain.actions.outbox import deliver
from domain.records.notices import tell
from domain.transaction import transaction
from domain.words import Conflict, NotAllowed, Refused
from models import NoticeText, Outbox, Person, Task
from papers.own_words import Own
from tests.domain.actions.paying import NOW

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
EVENT = "promise_made"
OWN = Own("Thank you, {{ name }}", "We count on {{ amount }} by {{ on }}.\n\nYour {{ business }}")


@dataclass
class Pigeon:
    carried: list = field(default_factory=list)

    def deliver(self, message, message_id) -> None:
        self.carried.append(message)


@pytest.fixture
def pigeon() -> Pigeon:
    return Pigeon()


@pytest.fixture
def send(house, pigeon):
    post = replace(house.app.extensions["post"], channel=pigeon, base_url="https://pay.harbor.example")

    def tell_bo(key: str, **data):
        with transaction() as session:
            bo = session.query(Person).filter_by(ref=house.person("bo")).one()
            values = {"agreement_number": "L-10001", "amount_minor": 15_597, "currency": "USD"} | data
            values.setdefault("on", date(2026, 3, 9))
            tell(session, EVENT, bo.id, data=values, dedupe_key=key, now=NOW)
        pigeon.carried.clear()
        deliver(post, now=NOW)
        return pigeon.carried[-1]

    return tell_bo


@pytest.fixture
def adam(clock):
    at = clock("adam")
    return {"who": at["who"], "now": at["now"]}


def write(adam, own: Own = OWN, expected: int = 0, event: str = EVENT, language: str = "en") -> int:
    return notice_texts.write(event, "email", language, own, expected, **adam)


def tasks(till) -> int:
    return till.count(Task, Task.kind == "notice_text", Task.closed_at.is_(None))


def test_a_version_that_stands_is_what_people_read_and_ours_come_back(till, adam, send) -> None:
    ours = send("one")
    assert write(adam) == 1
    theirs = send("two")
    assert theirs.subject == "Thank you, Bo Rivera"
    assert "We count on $155.97 by 9 March 2026." in theirs.text
    assert "Your Harbor Motors" in theirs.html
    assert "L-10001" in theirs.text
    assert notice_texts.take_back(EVENT, "email", "en", 1, **adam) == 2
    assert send("three").subject == ours.subject
    assert till.count(NoticeText) == 2


def test_who_reads_another_language_gets_ours_in_it(till, adam, send) -> None:
    write(adam, language="es")
    assert "Thank you" not in send("one").subject


def test_words_that_cannot_be_used_are_replaced_by_ours_and_become_one_task(till, adam, send) -> None:
    write(adam, Own("Paid from {{ method }}", "Words."))
    for key in ("one", "two"):
        sent = send(key)
        assert "promised to pay $155.97" in sent.subject
    assert tasks(till) == 1
    assert till.count(Outbox, Outbox.state == "dead") == 0
    write(adam, OWN, 1)
    assert tasks(till) == 0


@pytest.mark.safety("W16")
@pytest.mark.parametrize("attack", ["{{ ''.__class__ }}", "{% for x in name %}{{ x }}{% endfor %}", "{{", ""])
def test_an_attack_put_into_the_database_itself_never_runs_and_blocks_nothing(
    till, adam, send, attack
) -> None:
    write(adam)
    with transaction() as session:
        session.execute(update(NoticeText).values(subject=attack or "x", body=attack or " "))
    sent = send("one")
    assert "promised to pay $155.97" in sent.subject
    assert tasks(till) == 1


def test_a_test_goes_to_who_asks_with_the_words_as_they_are_typed(house, adam, send, pigeon) -> None:
    address = notice_texts.try_out(EVENT, "en", Own("Draft for {{ name }}", "{{ amount }}"), **adam)
    assert address == house.email("adam")
    send("one")
    drafts = [mail for mail in pigeon.carried if mail.subject.startswith("Draft for")]
    assert [(mail.to, "$155.97" in mail.text) for mail in drafts] == [(address, True)]


def test_only_administrators_write_and_only_notices_that_may_be_written(till, clock, adam) -> None:
    for name in ("dana", "bo", "lena"):
        at = clock(name)
        with pytest.raises(NotAllowed):
            notice_texts.write(EVENT, "email", "en", OWN, 0, who=at["who"], now=at["now"])
    for event in ("payment_settled", "security", "nothing"):
        with pytest.raises(Refused):
            write(adam, event=event)
    with pytest.raises(Refused):
        write(adam, language="xx")
    assert till.count(NoticeText) == 0


def test_two_who_write_at_once_do_not_overwrite_each_other(adam) -> None:
    write(adam)
    with pytest.raises(Conflict):
        write(adam)
